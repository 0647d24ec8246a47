"""Where the read-only files that travel with propvault are: library, seeds, built-in model.

A wheel carries ``library/`` and ``seeds/`` under ``propvault/shipped``; a checkout has them
beside the package. Both are found, the wheel's first.
"""

from __future__ import annotations

from pathlib import Path

from propvault.errors import LibraryError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return the shipped folder ``name`` (``library`` or ``seeds``).

    Raises:
        LibraryError: when neither the wheel nor the checkout has it (a broken install).
    """
    for folder in (_PACKAGE / "shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise LibraryError("library.not_installed", path=str(_PACKAGE / "shipped" / name), name=name)


def library_folder() -> Path:
    """Return the folder of shipped vocabulary, presets and thresholds."""
    return shipped("library")


def seeds_folder() -> Path:
    """Return the sample camera folder with its truth."""
    return shipped("seeds")
