"""What a board still lacks: for each subject, the views nobody has put there yet."""

from __future__ import annotations

from dataclasses import dataclass

from propvault.values import BoardView, Collection

WANTED = (BoardView.FRONT, BoardView.SIDE, BoardView.DETAIL, BoardView.CONTEXT)
"""Views without which a generator has to invent a thing's other sides."""


@dataclass(frozen=True)
class Coverage:
    """Which views of one subject a board has."""

    subject: str
    """The subject's name; empty for photos without one."""
    have: tuple[tuple[BoardView, int], ...]
    """Views that are there, and by how many photos."""
    missing: tuple[BoardView, ...]
    """Views of `WANTED` that are not there."""
    photos: int
    """Photos of the subject."""


def coverage(board: Collection) -> list[Coverage]:
    """Return the coverage of each subject, in the order in which they are met."""
    subjects = dict.fromkeys(member.subject for member in board.members if member.subject)
    found = []
    for subject in subjects:
        views = [m.view for m in board.members if m.subject == subject]
        have = tuple((view, views.count(view)) for view in BoardView if view in views)
        missing = tuple(view for view in WANTED if view not in views)
        found.append(Coverage(subject, have, missing, len(views)))
    return found
