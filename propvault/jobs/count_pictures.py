"""How many pictures a folder seems to hold, by names alone: quick enough for a folder tree."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from propvault.events import Skipped
from propvault.jobs.import_walk import walk
from propvault.vision.formats import PICTURE_SUFFIXES

_MOST = 20_000
"""Files after which a count is good enough."""


@dataclass(frozen=True)
class FolderCount:
    """What a folder holds, its folders included."""

    pictures: int
    """Files that an import would look into."""
    others: int
    """Everything else."""
    is_whole: bool
    """Whether everything was counted."""


def count_pictures(folder: Path) -> FolderCount:
    """Count what is at or below a folder."""
    pictures = others = 0
    for found in walk(folder):
        if isinstance(found, Skipped):
            continue
        if found.kind is None and found.path.suffix.lower() in PICTURE_SUFFIXES:
            pictures += 1
        else:
            others += 1
        if pictures + others >= _MOST:
            return FolderCount(pictures, others, is_whole=False)
    return FolderCount(pictures, others, is_whole=True)
