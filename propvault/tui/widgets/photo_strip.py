"""A row of small pictures with a cursor: the takes of a stack, the photos of a board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from propvault.tui.lines import Line, Row
from propvault.tui.messages import PictureReady
from propvault.tui.pictures import Wanted
from propvault.tui.session import session_of
from propvault.tui.words import fit


class PhotoStrip(Widget):
    """Draws as many photos as fit, the one under the cursor among them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"photo-strip--cursor", "photo-strip--text"}

    class Chosen(Message):
        """A photo of the strip was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id)
        self._photos: Sequence[str] = ()
        self._captions: Sequence[str] = ()
        self._cursor: int | None = None

    def show(
        self, photos: Sequence[str], captions: Sequence[str], cursor: int | None = None
    ) -> None:
        """Show photos, by id, with a caption each; the one under the cursor stands out."""
        self._photos, self._captions, self._cursor = photos, captions, cursor
        self.redraw()

    def redraw(self) -> None:
        """Draw again: the pictures are to be had another way."""
        self.refresh()

    def on_picture_ready(self, message: PictureReady) -> None:
        """Draw a picture that is there now."""
        message.stop()
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Say which photo was clicked."""
        place = self._first() + event.x // (self._box()[0] + 1)
        if place < len(self._photos):
            self.post_message(self.Chosen(place))

    def render_line(self, y: int) -> Strip:
        """Return one row of cells: pictures, and below them captions."""
        width = self.content_size.width
        box = self._box()
        parts: list[Segment | Line] = []
        first = self._first()
        fits = max(1, width // (box[0] + 1))
        for place in range(first, min(first + fits, len(self._photos))):
            parts += self._cell(place, y, box)
            parts.append(Segment(" ", self.rich_style))
        used = (min(first + fits, len(self._photos)) - first) * (box[0] + 1)
        return Row([*parts, Segment(" " * max(0, width - used), self.rich_style)], max(width, used))

    def _cell(self, place: int, y: int, box: tuple[int, int]) -> Sequence[Segment | Line]:
        is_here = place == self._cursor
        part = "photo-strip--cursor" if is_here else "photo-strip--text"
        style = self.rich_style + self.get_component_rich_style(part)
        if y == box[1]:
            return [Segment(fit(self._captions[place], box[0]), style)]
        wanted = Wanted(self._photos[place], box)
        drawing = session_of(self).pictures.get(wanted, self)
        top = (box[1] - drawing.height) // 2 if drawing else 0
        if drawing is None or not top <= y < top + drawing.height:
            return [Segment(" " * box[0], self.rich_style)]
        left = (box[0] - drawing.width) // 2
        right = box[0] - drawing.width - left
        return [
            Segment(" " * left, self.rich_style),
            drawing.lines[y - top],
            Segment(" " * right, self.rich_style),
        ]

    def _box(self) -> tuple[int, int]:
        """Return the cells of a picture: the height of the strip less the caption, 3 to 2."""
        height = max(1, self.content_size.height - 1)
        cell = session_of(self).display.cell
        return max(4, round(height * cell[1] * 1.4 / cell[0])), height

    def _first(self) -> int:
        fits = max(1, self.content_size.width // (self._box()[0] + 1))
        return max(0, min((self._cursor or 0) - fits // 2, len(self._photos) - fits))
