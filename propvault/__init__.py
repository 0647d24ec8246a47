"""propvault: a prop library of real places, searched by a sentence from the terminal."""

__version__ = "0.1.0"
