"""Reading a board with its photos, for the board's own screen and the strip below the grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from propvault.tui.lanes import Desk
from propvault.values import Collection

if TYPE_CHECKING:
    from propvault.jobs.search import Hit


class BoardRead(Message):
    """A board was read; without one there is none of that name."""

    def __init__(self, names: Sequence[str], board: Collection | None, hits: Sequence[Hit]) -> None:
        super().__init__()
        self.names = names
        self.board = board
        self.hits = hits


def read_board(desk: Desk, name: str) -> BoardRead:
    """Read a board by name; without one, or where there is none so called, the first there is."""
    from propvault.jobs.search import Hit
    from propvault.vault.collections import collections, find_collection
    from propvault.vault.views import photo_views

    names = [c.name for c in collections(desk.vault.db)]
    board = find_collection(desk.vault.db, name) if name else None
    if board is None and names:
        board = find_collection(desk.vault.db, names[0])
    rows = [member.row for member in board.members] if board else []
    found = enumerate(zip(rows, photo_views(desk.vault, rows), strict=True), 1)
    return BoardRead(names, board, [Hit(v, at, None, (), row=row) for at, (row, v) in found])
