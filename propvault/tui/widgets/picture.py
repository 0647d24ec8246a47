"""One picture, as large as its place allows."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from propvault.tui.drawing import Drawing
from propvault.tui.lines import Row
from propvault.tui.messages import PictureReady
from propvault.tui.pictures import Wanted
from propvault.tui.session import session_of
from propvault.tui.themes import part_style
from propvault.tui.words import fit
from propvault.values import PhotoView


class Picture(Widget):
    """Draws one photo, centred; asks for it and draws it once it is there."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--plain"}

    def __init__(
        self,
        *,
        quality: Literal["preview", "large", "full"] = "preview",
        id: str | None = None,  # noqa: A002 — Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.quality = quality
        self.centre = (0.5, 0.5)
        self._photo: PhotoView | None = None
        self._shown: Drawing | None = None

    @property
    def photo(self) -> PhotoView | None:
        """Return the photo shown."""
        return self._photo

    def show(self, photo: PhotoView | None) -> None:
        """Show a photo, or nothing."""
        if photo is None or self._photo is None or photo.id != self._photo.id:
            self._shown = None
        self._photo = photo
        self.redraw()

    def redraw(self) -> None:
        """Draw again: the size, the quality or the part shown is another."""
        wanted = self._wanted()
        if wanted is None:
            self._shown = None
        else:
            pictures = session_of(self).pictures
            before = self._shown if pictures.are_shown else None
            self._shown = pictures.get(wanted, self) or before or self._small(wanted)
        self.refresh()

    def on_resize(self, _event: Resize) -> None:
        """Draw for the new size."""
        self._shown = None
        self.redraw()

    def on_picture_ready(self, message: PictureReady) -> None:
        """Draw what was asked for, unless something else is wanted by now."""
        message.stop()
        if message.wanted == self._wanted():
            self.redraw()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows of cells; without a border they are complete as they are."""
        if self.gutter != (0, 0, 0, 0):
            return super().render_lines(crop)
        lines = [self.render_line(y) for y in crop.line_range]
        if crop.column_span == (0, self.size.width):
            return lines
        return [line.crop(*crop.column_span) for line in lines]

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width, height = self.content_size
        drawing = self._shown
        if drawing is None:
            return self._empty(y, width, height)
        top = max(0, (height - drawing.height) // 2)
        plain = part_style(self, "picture--plain")
        if not top <= y < top + drawing.height or drawing.width > width:
            return Strip.blank(width, plain)
        left = (width - drawing.width) // 2
        before = Segment(" " * left, plain)
        after = Segment(" " * (width - left - drawing.width), plain)
        return Row([before, drawing.lines[y - top], after], width)

    def _empty(self, y: int, width: int, height: int) -> Strip:
        wanted = self._wanted()
        session = session_of(self)
        if y == height // 2 and wanted is not None and session.pictures.is_missing(wanted):
            text = session.words.say("tui.no_picture")
            centred = fit(" " * max(0, (width - cell_len(text)) // 2) + text, width)
            return Strip([Segment(centred, self.rich_style)], width)
        return Strip.blank(width, part_style(self, "picture--plain"))

    def _wanted(self) -> Wanted | None:
        width, height = self.content_size
        if self._photo is None or width < 1 or height < 1:
            return None
        return Wanted(self._photo.id, (width, height), self.quality, self.centre, self._photo)

    def _small(self, wanted: Wanted) -> Drawing | None:
        """Return the small picture at this size, to look at until the large one is there."""
        if self.quality != "large":
            return None
        return session_of(self).pictures.get(Wanted(wanted.photo, wanted.box), self)
