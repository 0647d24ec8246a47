"""The command line: parses, wires, prints."""

from propvault.cli.app import main

__all__ = ["main"]
