"""``propvault`` alone: open the browse screen."""

from __future__ import annotations

import sys

from propvault.cli.state import State
from propvault.errors import UsageError


def browse(state: State) -> int:
    """Open the browse screen on the vault meant; return the exit status."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("tui.no_terminal")
    state.open().close()  # says what is wrong before the screen is taken over
    from propvault.tui.app import BrowseApp

    BrowseApp(state.root, state.language).run()
    return 0
