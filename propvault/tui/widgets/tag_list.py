"""The tags of one photo: who says so, how sure, and a cursor to confirm or reject them."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from propvault.tui.session import session_of
from propvault.tui.words import each_once, fit
from propvault.values import PhotoTag, PhotoView, TagState

_SIGNS = {
    TagState.CONFIRMED: "✓",
    TagState.REJECTED: "✗",
    TagState.APPLIED: "•",
    TagState.SUGGESTED: "?",
}


class TagList(Widget, can_focus=True):
    """One line a tag; grows with their number."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tag-list--confirmed",
        "tag-list--rejected",
        "tag-list--applied",
        "tag-list--suggested",
        "tag-list--source",
        "tag-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "tui.key_move", show=False),
        Binding("down,j", "step(1)", "tui.key_move", show=False),
        Binding("y", "judge('confirmed')", "tui.key_confirm"),
        Binding("x", "judge('rejected')", "tui.key_reject"),
    ]

    cursor: reactive[int] = reactive(0)

    class Judged(Message):
        """A tag was confirmed or rejected."""

        def __init__(self, photo: PhotoView, tag: PhotoTag, state: str) -> None:
            super().__init__()
            self.photo = photo
            self.tag = tag
            self.state = state

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id)
        self._photo: PhotoView | None = None

    @property
    def tags(self) -> tuple[PhotoTag, ...]:
        """Return the tags shown: of one that several sources gave, the strongest."""
        return each_once(self._photo.tags) if self._photo else ()

    def show(self, photo: PhotoView | None) -> None:
        """Show the tags of a photo; the cursor stays on a photo whose tags changed."""
        if photo is None or self._photo is None or photo.id != self._photo.id:
            self.cursor = 0
        self._photo = photo
        self.cursor = min(self.cursor, max(0, len(self.tags) - 1))
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 — Textual's parameters
        """Return a line for each tag."""
        return len(self.tags)

    def on_click(self, event: Click) -> None:
        """Put the cursor on a tag."""
        if event.y < len(self.tags):
            self.cursor = event.y

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def action_step(self, by: int) -> None:
        """Move the cursor and keep it in sight."""
        self.cursor = min(max(0, self.cursor + by), max(0, len(self.tags) - 1))
        if isinstance(self.parent, Widget):
            line = Region(0, self.virtual_region.y + self.cursor, 1, 1)
            self.parent.scroll_to_region(line, animate=False)

    def action_judge(self, state: str) -> None:
        """Confirm or reject the tag under the cursor."""
        if self._photo is not None and self.tags:
            self.post_message(self.Judged(self._photo, self.tags[self.cursor], state))

    def render_line(self, y: int) -> Strip:
        """Return the line of one tag."""
        width = self.content_size.width
        if y >= len(self.tags):
            return Strip.blank(width, self.rich_style)
        tag = self.tags[y]
        words = session_of(self).words
        style = self.rich_style + self.get_component_rich_style(f"tag-list--{tag.state}")
        dim = self.rich_style + self.get_component_rich_style("tag-list--source")
        if y == self.cursor and self.has_focus:
            cursor = self.get_component_rich_style("tag-list--cursor")
            style, dim = style + cursor, dim + cursor
        note = words.say(f"tui.source_{tag.source}")
        if tag.score is not None and 0 < tag.score < 1:
            note += f" {tag.score:.2f}".replace("0.", ".")
        room = width - cell_len(note) - 1
        text = f"{_SIGNS[tag.state]} {words.both(tag.tag)}"
        return Strip([Segment(fit(text, room), style), Segment(f" {note}", dim)], width)
