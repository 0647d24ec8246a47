"""The grid of thumbnails: draws the cards in sight and nothing else, however many there are."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from propvault.tui.messages import PhotoOpened, PhotoShown, PictureReady, WindowWanted
from propvault.tui.pictures import Wanted
from propvault.tui.session import session_of
from propvault.tui.widgets.card import CARD_PARTS, Card, CardLook

if TYPE_CHECKING:
    from propvault.jobs.search import Hit

_LINES = 2000
"""Lines kept as drawn: some forty screens."""
_KEPT = 600
"""Photos kept read back; a large screen of small cards shows some 150."""
_WIDTHS = (12, 16, 20, 26, 34, 46)
"""Widths of a card's picture, cells."""


_KEYS: list[BindingType] = [
    Binding("left,h", "step(-1,0)", "tui.key_move", show=False),
    Binding("right,l", "step(1,0)", "tui.key_move", show=False),
    Binding("up,k", "step(0,-1)", "tui.key_move", show=False),
    Binding("down,j", "step(0,1)", "tui.key_move", show=False),
    Binding("pageup", "page(-1)", "tui.key_page", show=False),
    Binding("pagedown", "page(1)", "tui.key_page", show=False),
    Binding("home", "end(0)", "tui.key_ends", show=False),
    Binding("end,G", "end(1)", "tui.key_ends", show=False),
    Binding("enter", "open", "tui.key_open"),
    Binding("plus,equals_sign", "zoom(1)", "tui.key_zoom", show=False),
    Binding("minus", "zoom(-1)", "tui.key_zoom", show=False),
]


class PhotoGrid(ScrollView, can_focus=True):
    """Cards of photos by place in a result; the cursor is on one of them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"photo-grid--{part}" for part in CARD_PARTS}
    BINDINGS: ClassVar[list[BindingType]] = _KEYS

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id)
        self._count = 0
        self._hits: OrderedDict[int, Hit] = OrderedDict()
        self._marks: Mapping[str, object] = {}
        self._captions: Mapping[str, str] = {}
        self._zoom: int | None = None
        self._lines: dict[tuple[int, int], Strip] = {}
        self._columns = 1
        self._picture = (8, 3)

    @property
    def count(self) -> int:
        """Return how many photos there are."""
        return self._count

    @property
    def hit(self) -> Hit | None:
        """Return the photo under the cursor, when it was read back."""
        return self._hits.get(self.cursor) if self._count else None

    @property
    def columns(self) -> int:
        """Return how many cards stand beside each other."""
        return self._columns

    @property
    def zoom(self) -> int:
        """Return which of the widths cards have: by the room there is, until a person says."""
        if self._zoom is not None:
            return self._zoom
        room = self.scrollable_content_region.width
        return 1 if room < 56 else 2 if room < 90 else 3

    @property
    def _card(self) -> tuple[int, int]:
        """Return width and height of a card: picture with a cell on each side, caption, gap."""
        return self._picture[0] + 2, self._picture[1] + 2

    def show(self, count: int, hits: Sequence[Hit], cursor: int = 0) -> None:
        """Show a result: how many there are and the first of them; from the top, or the cursor."""
        self._count = count
        self._hits = OrderedDict(enumerate(hits))
        self._measure()
        self.set_reactive(PhotoGrid.cursor, min(cursor, max(0, count - 1)))
        if not cursor:
            self.scroll_to(y=0, animate=False, force=True)
        self._follow()
        self._ask()
        self.redraw()
        self.post_message(PhotoShown(self.hit))

    def fill(self, start: int, hits: Sequence[Hit]) -> None:
        """Take photos that were asked for."""
        for place, hit in enumerate(hits, start):
            self._hits[place] = hit
            self._hits.move_to_end(place)
        while len(self._hits) > _KEPT:
            self._hits.popitem(last=False)
        self.redraw()
        if start <= self.cursor < start + len(hits):
            self.post_message(PhotoShown(self.hit))

    def caption(self, captions: Mapping[str, str]) -> None:
        """Caption photos, by id, otherwise than by their tags."""
        self._captions = captions

    def redraw(self) -> None:
        """Draw every card anew: marks, language or theme are others."""
        self._lines.clear()
        self.refresh()

    def forget(self) -> None:
        """Read again what is in sight: the photos were changed."""
        start, stop = self.window()
        for place in [place for place in self._hits if not start <= place < stop]:
            del self._hits[place]
        self.post_message(WindowWanted(start, stop))

    def mark(self, marks: Mapping[str, object]) -> None:
        """Show which photos, by id, are marked."""
        self._marks = marks
        self.redraw()

    def window(self, pages: float = 1) -> tuple[int, int]:
        """Return the places in sight, and some pages on either side."""
        rows = -(-max(1, self.size.height) // self._card[1]) + 1
        first = round(self.scroll_offset.y) // self._card[1] * self.columns
        around = round(pages * rows) * self.columns
        return max(0, first - around), min(self._count, first + rows * self.columns + around)

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the two cards that changed, and tell which photo is shown."""
        self._refresh_card(old)
        self._refresh_card(new)
        self._follow()
        self.post_message(PhotoShown(self.hit))

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Ask for the photos that come into sight."""
        super().watch_scroll_y(old, new)
        self._ask()

    def on_resize(self, _event: Resize) -> None:
        """Lay the cards out anew."""
        self._measure()
        self._follow()
        self._ask()
        self.redraw()

    def on_picture_ready(self, message: PictureReady) -> None:
        """Draw the cards of a photo whose picture is there."""
        message.stop()
        start, stop = self.window()
        for place in range(start, stop):
            hit = self._hits.get(place)
            if hit is not None and hit.photo.id == message.wanted.photo:
                self._refresh_card(place)

    def on_click(self, event: Click) -> None:
        """Put the cursor on a card; open it on a second click."""
        column = (event.x - 1) // (self._card[0] + 1)
        row = (event.y + round(self.scroll_offset.y)) // self._card[1]
        place = row * self.columns + column
        if 0 <= column < self.columns and place < self._count:
            self.cursor = place
            if event.chain == 2:
                self.post_message(PhotoOpened())

    def action_step(self, across: int, down: int) -> None:
        """Move the cursor by cards."""
        place = self.cursor + across + down * self.columns
        if 0 <= place < self._count:
            self.cursor = place
        elif down > 0 and self.cursor // self.columns < (self._count - 1) // self.columns:
            self.cursor = self._count - 1

    def action_page(self, direction: int) -> None:
        """Move the cursor by a screen."""
        rows = max(1, max(1, self.size.height) // self._card[1])
        place = self.cursor + direction * rows * self.columns
        self.cursor = min(max(0, place), max(0, self._count - 1))

    def action_end(self, last: int) -> None:
        """Move the cursor to the first or the last photo."""
        self.cursor = max(0, self._count - 1) if last else 0

    def action_open(self) -> None:
        """Show the photo large."""
        self.post_message(PhotoOpened())

    def action_zoom(self, step: int) -> None:
        """Draw larger or smaller cards."""
        self._zoom = min(max(0, self.zoom + step), len(_WIDTHS) - 1)
        self._measure()
        self._follow()
        self._ask()
        self.redraw()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines in a part of the widget.

        Textual would style and filter each segment of each line anew, 30 ms a screen of half
        blocks; these lines are complete, and those of a card that did not change are kept.
        """
        # Up to the scroll bar and no further: a line that it covers in part would be cut.
        width = self.scrollable_content_region.width
        top = round(self.scroll_offset.y)
        lines = [self._line(y + top, width) for y in crop.line_range]
        start, end = crop.column_span
        return lines if start == 0 and end >= width else [line.crop(start, end) for line in lines]

    def _line(self, line: int, width: int) -> Strip:
        row, inner = divmod(line, self._card[1])
        kept = self._lines.get((row, inner))
        if kept is not None and kept.cell_length == width:
            return kept
        if len(self._lines) > _LINES:
            self._lines.clear()
        first = row * self.columns
        places = range(first, min(first + self.columns, self._count))
        cards = [(self._hits.get(place), self._look(place)) for place in places]
        strip = Card(self, self._picture).row(cards, inner, width)
        self._lines[row, inner] = strip
        return strip

    def _look(self, place: int) -> CardLook:
        hit = self._hits.get(place)
        if hit is None:
            return CardLook(place == self.cursor)
        photo = hit.photo.id
        return CardLook(place == self.cursor, photo in self._marks, self._captions.get(photo, ""))

    def _measure(self) -> None:
        """Lay out as many cards beside each other as fit."""
        room = self.scrollable_content_region.width
        cell = session_of(self).display.cell
        width = min(_WIDTHS[self.zoom], max(8, room - 3))
        self._picture = (width, max(3, round(width * cell[0] * 0.7 / cell[1])))
        self._columns = max(1, room // (self._card[0] + 1))
        rows = -(-self._count // self.columns)
        self.virtual_size = Size(room, rows * self._card[1])

    def _follow(self) -> None:
        """Scroll so that the card under the cursor is in sight."""
        height = max(1, self.size.height)
        top = self.cursor // self.columns * self._card[1]
        offset = round(self.scroll_offset.y)
        if top < offset:
            self.scroll_to(y=top, animate=False, force=True)
        elif top + self._card[1] > offset + height:
            # Whole cards: what is cut off at an edge is harder to look at than a gap.
            rows = max(1, height // self._card[1])
            first = max(0, self.cursor // self.columns - rows + 1)
            self.scroll_to(y=first * self._card[1], animate=False, force=True)

    def _refresh_card(self, place: int) -> None:
        # Whole lines: a terminal that draws pictures of its own cannot draw a part of a row.
        row = place // self.columns
        for inner in range(self._card[1]):
            self._lines.pop((row, inner), None)
        top = row * self._card[1] - round(self.scroll_offset.y)
        if -self._card[1] < top < max(1, self.size.height):
            self.refresh(Region(0, max(0, top), self.size.width, self._card[1]))

    def _ask(self) -> None:
        """Ask for what is near: photos not at hand, and pictures of the next page."""
        near = self.window(0.5)
        if any(place not in self._hits for place in range(*near)):
            missing = [place for place in range(*self.window(1.5)) if place not in self._hits]
            self.post_message(WindowWanted(missing[0], missing[-1] + 1))
        pictures = session_of(self).pictures
        for place in range(self.window(0)[1], self.window(1)[1]):
            if (hit := self._hits.get(place)) is not None:
                pictures.get(Wanted(hit.photo.id, self._picture))
