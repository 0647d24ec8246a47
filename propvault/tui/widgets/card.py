"""One photo of the grid as lines of cells: an edge, the picture, a caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from propvault.tui.lines import Line, Row
from propvault.tui.pictures import Wanted
from propvault.tui.session import session_of
from propvault.tui.themes import part_style
from propvault.tui.words import fit

if TYPE_CHECKING:
    from propvault.jobs.search import Hit

CARD_PARTS = ("plain", "card", "cursor", "edge", "marked")
"""Parts that the stylesheet colours, each ``photo-grid--`` and its name."""


@dataclass(frozen=True)
class CardLook:
    """What sets a card apart from its neighbours."""

    is_here: bool
    """Whether the cursor is on it."""
    is_marked: bool = False
    """Whether its photo is marked."""
    caption: str = ""
    """What to say below it; empty for its tags."""


class Card:
    """Draws cards whose picture takes a box of cells; an edge line above, a caption below."""

    def __init__(self, grid: Widget, picture: tuple[int, int]) -> None:
        self._grid = grid
        self._picture = picture

    def row(self, cards: Sequence[tuple[Hit | None, CardLook]], inner: int, width: int) -> Strip:
        """Return line ``inner`` of cards beside each other, ``width`` cells wide."""
        plain = self._style("plain")
        parts: list[Segment | Line] = []
        for hit, look in cards:
            parts += [Segment(" ", plain), *self.line(hit, inner, look)]
        rest = width - len(cards) * (self._picture[0] + 3)
        return Row([*parts, Segment(" " * max(0, rest), plain)], width)

    def line(self, hit: Hit | None, inner: int, look: CardLook) -> Sequence[Segment | Line]:
        """Return line ``inner`` of a card, from the top; without a hit it is not read back yet."""
        width, height = self._picture
        style = self._style("cursor" if look.is_here else "card")
        if inner == 0:
            return [Segment(("▄" if look.is_here else " ") * (width + 2), self._style("edge"))]
        if inner == height + 1:
            return self._caption(hit, style, look)
        side = Segment(" ", style if look.is_here else self._style("plain"))
        return [side, *self._picture_line(hit, inner - 1), side]

    def _picture_line(self, hit: Hit | None, y: int) -> Sequence[Segment | Line]:
        width, height = self._picture
        card = self._style("card")
        drawing = None
        if hit is not None:
            wanted = Wanted(hit.photo.id, (width, height))
            drawing = session_of(self._grid).pictures.get(wanted, self._grid)
        top = (height - drawing.height) // 2 if drawing else 0
        if drawing is None or not top <= y < top + drawing.height:
            return [Segment(" " * width, card)]
        left = (width - drawing.width) // 2
        right = width - left - drawing.width
        return [Segment(" " * left, card), drawing.lines[y - top], Segment(" " * right, card)]

    def _caption(self, hit: Hit | None, style: Style, look: CardLook) -> list[Segment]:
        room = self._picture[0]
        if hit is None:
            return [Segment(" " * (room + 2), style)]
        notes = [f"{hit.photo.capture.rating}★"] if hit.photo.capture.rating else []
        notes += [f"×{hit.takes}"] if hit.takes else []
        note = "".join(f" {part}" for part in notes)
        mark = "● " if look.is_marked else ""
        room = max(0, room - cell_len(note) - cell_len(mark))
        return [
            Segment(" ", style),
            Segment(
                mark, style if look.is_here else style + Style(color=self._style("marked").color)
            ),
            Segment(
                fit(look.caption or session_of(self._grid).words.caption(hit.photo), room), style
            ),
            Segment(note, style + Style(bold=True)),
            Segment(" ", style),
        ]

    def _style(self, part: str) -> Style:
        return part_style(self._grid, f"photo-grid--{part}")
