"""Culling: one photo at a time as large as the screen, or two to four side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from propvault.reasons import printable
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed, WindowRead
from propvault.tui.pictures import Wanted
from propvault.tui.screens.photos import PhotoScreen
from propvault.tui.themes import tone
from propvault.tui.widgets.photo_strip import PhotoStrip
from propvault.tui.widgets.picture import Picture
from propvault.tui.words import stars

if TYPE_CHECKING:
    from propvault.jobs.list_groups import GroupView
    from propvault.jobs.search import Hit, Ranking
    from propvault.values import PhotoView

_AHEAD = 3
"""Photos drawn before they are asked for, on either side."""
_WINDOW = 12
"""Photos read back on either side."""
_MOST = 4
"""Photos side by side."""
_PAN = 0.15
"""How far a key moves a picture in its own pixels, share of its size."""


class TakesRead(Message):
    """The stack of the photo shown was read."""

    def __init__(self, row: int, group: GroupView | None) -> None:
        super().__init__()
        self.row = row
        self.group = group


class CullScreen(PhotoScreen):
    """Walks through a result from the photo that was under the cursor.

    The result stays as it was: what is discarded keeps its place, so that no photo is passed by.
    """

    CSS_PATH = "../screens.tcss"
    TITLE_CODE = "tui.screen_cull"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "tui.key_back"),
        Binding("right,l", "step(1)", "tui.key_next"),
        Binding("left,h", "step(-1)", "tui.key_previous", show=False),
        Binding("up,k", "pan(0,-1)", "tui.key_pan", show=False),
        Binding("down,j", "pan(0,1)", "tui.key_pan", show=False),
        Binding("x", "reject", "tui.key_reject_photo"),
        Binding("z", "full", "tui.key_full"),
        Binding("v", "compare", "tui.key_compare"),
        Binding("right_square_bracket", "take(1)", "tui.key_take"),
        Binding("left_square_bracket", "take(-1)", "tui.key_take", show=False),
    ]

    def __init__(self, ranking: Ranking, place: int) -> None:
        super().__init__()
        self._ranking = ranking
        self.place = place
        self._hits: dict[int, Hit] = {}
        self._group: GroupView | None = None
        self._take = 0
        self._compared: list[Hit] = []
        self._here = 0

    def body(self) -> ComposeResult:
        """Put the picture above the takes and a line of facts."""
        with Horizontal(id="pictures"):
            for number in range(_MOST):
                yield Picture(id=f"picture-{number}", quality="large")
        yield PhotoStrip(id="takes")
        yield Static(id="cull-facts", markup=False)

    def on_mount(self) -> None:
        """Show the photo one came from, once it is known how large."""
        self.call_after_refresh(self._show)

    # -- which photo

    @property
    def _count(self) -> int:
        return len(self._ranking.rows)

    def hit_here(self) -> Hit | None:
        """Return the photo that a key concerns."""
        if self._compared:
            return self._compared[self._here]
        return self._hits.get(self.place)

    def hits_meant(self) -> list[Hit]:
        """Return the photo looked at: marks made elsewhere are out of sight here."""
        hit = self.hit_here()
        return [hit] if hit else []

    def go_on(self) -> None:
        """Move on to the next photo."""
        if not self._compared:
            self.action_step(1)

    def show_marks(self) -> None:
        """Draw whether the photo is picked."""
        self._facts()

    def action_step(self, by: int) -> None:
        """Go to the next photo, or to the next of those side by side."""
        if self._compared:
            self._here = (self._here + by) % len(self._compared)
            self._draw()
        elif self._is_full:
            self.action_pan(by, 0)
        elif 0 <= self.place + by < self._count:
            self.place += by
            self._group, self._take = None, 0
            self._show()

    def action_take(self, by: int) -> None:
        """Look at another take of the stack."""
        if self._group is not None:
            self._take = (self._take + by) % len(self._group.photos)
            self._draw()

    def action_reject(self) -> None:
        """Discard the photo, which undo brings back, and go on."""
        self.action_discard()
        if self._compared:
            del self._compared[self._here]
            self._here = min(self._here, max(0, len(self._compared) - 1))
            self._draw()
        else:
            self.go_on()

    # -- how it is shown

    @property
    def _is_full(self) -> bool:
        return self.query_one("#picture-0", Picture).quality == "full"

    def action_full(self) -> None:
        """Look at a picture in its own pixels, or as a whole again."""
        picture = self.query_one(f"#picture-{self._here}", Picture)
        picture.quality = "large" if picture.quality == "full" else "full"
        picture.centre = (0.5, 0.5)
        picture.redraw()
        self._facts()

    def action_pan(self, across: int, down: int) -> None:
        """Move over a picture shown in its own pixels."""
        for picture in self.query(Picture):
            if picture.quality == "full":
                x, y = picture.centre
                moved = (x + across * _PAN, y + down * _PAN)
                picture.centre = (min(max(0.0, moved[0]), 1.0), min(max(0.0, moved[1]), 1.0))
                picture.redraw()

    def action_compare(self) -> None:
        """Put the marked photos, or this one and the next, side by side; or one alone again."""
        if self._compared:
            self._compared = []
        else:
            marked = list(self.session.marks.values())
            following = [self._hits.get(self.place + n) for n in range(2)]
            shown = marked if len(marked) > 1 else [hit for hit in following if hit]
            self._compared = shown[:_MOST]
        self._here = 0
        self._draw()

    def action_leave(self) -> None:
        """Go back, from side by side to one alone first."""
        if self._compared:
            self.action_compare()
        else:
            self.dismiss()

    # -- reading and drawing

    def on_window_read(self, message: WindowRead) -> None:
        """Take photos that were read back."""
        message.stop()
        self._hits |= dict(enumerate(message.hits, message.start))
        fresh = {hit.row: hit for hit in message.hits}
        self._compared = [fresh.get(hit.row, hit) for hit in self._compared]
        self._draw()

    def on_takes_read(self, message: TakesRead) -> None:
        """Show the takes of the photo's stack."""
        message.stop()
        hit = self._hits.get(self.place)
        if hit is not None and hit.row == message.row:
            self._group = message.group
            if message.group is not None:
                self._take = message.group.rows.index(message.row)
            self._draw()

    def on_changed(self, message: Changed) -> None:
        """Say what was done and show how it looks now; browse reads its own again later."""
        super().on_changed(message)
        self._hits.clear()
        self._show()
        for screen in self.app.screen_stack[:-1]:
            screen.post_message(Changed(message.reason, message.rows, order=message.order))

    def _show(self) -> None:
        ranking = self._ranking
        first, end = max(0, self.place - _WINDOW), self.place + _WINDOW
        if any(
            n not in self._hits
            for n in range(max(0, self.place - 2), min(self.place + 3, self._count))
        ):

            def read(desk: Desk) -> WindowRead:
                return WindowRead(ranking, first, desk.searcher.hits(ranking, first, end))

            self.session.reader.ask(read, self, "cull")
        if self.place in self._hits:
            self._draw()
            self._read_takes(self._hits[self.place])

    def _read_takes(self, hit: Hit) -> None:
        row = hit.row

        def read(desk: Desk) -> TakesRead:
            from propvault.jobs.list_groups import group_of

            return TakesRead(row, group_of(desk.vault, "take", row))

        self.session.counter.ask(read, self, "takes")

    def _draw(self) -> None:
        hit = self._hits.get(self.place)
        shown: Sequence[Hit] = self._compared or ([hit] if hit else [])
        for number, picture in enumerate(self.query(Picture)):
            picture.display = number < max(1, len(shown))
            picture.set_class(bool(self._compared) and number == self._here, "-here")
            if number < len(shown):
                photo = shown[number].photo
                if self._group is not None and not self._compared:
                    photo = self._group.photos[self._take]
                picture.show(photo)
        self.query_one("#pictures").set_class(bool(self._compared), "-compare")
        strip = self.query_one("#takes", PhotoStrip)
        strip.display = self._group is not None and not self._compared
        if self._group is not None:
            names = [printable(photo.name) for photo in self._group.photos]
            strip.show([photo.id for photo in self._group.photos], names, self._take)
        self._facts()
        self._prefetch()

    def _facts(self) -> None:
        hit = self.hit_here()
        if hit is None:
            self.query_one("#cull-facts", Static).update("")
            return
        photo = hit.photo
        if self._group is not None and not self._compared:
            photo = self._group.photos[self._take]
        at = (self.place, self._count)
        if self._compared:
            at = (self._here, len(self._compared))
        text = _title(self, photo)
        words = self.session.words
        facts = [f"{at[0] + 1}/{at[1]}", words.taken(photo), words.caption(photo)]
        facts.append(f"{photo.width} × {photo.height}")
        if self._is_full:
            facts.append("100 %" if photo.path else words.say("tui.offline"))
        text.append("  " + " · ".join(facts), style="dim")
        self.query_one("#cull-facts", Static).update(text)

    def _prefetch(self) -> None:
        box = tuple(self.query_one("#picture-0", Picture).content_size)
        if self._compared or 0 in box:
            return
        for away in (_AHEAD, -1, 2, 1):  # what was asked for last is drawn first
            hit = self._hits.get(self.place + away)
            if hit is not None:
                self.session.pictures.get(
                    Wanted(hit.photo.id, (box[0], box[1]), "large", view=hit.photo)
                )

    def reword(self) -> None:
        """Speak the other language."""
        self._facts()
        super().reword()


def _title(screen: CullScreen, photo: PhotoView) -> Text:
    """Return the name of a photo with what was decided of it."""
    text = Text()
    if photo.id in screen.session.marks:
        text.append("● ", style=tone(screen, "success"))
    if photo.is_discarded:
        text.append(f"✗ {screen.say('tui.is_discarded')}  ", style=tone(screen, "error"))
    text.append(printable(photo.name), style="bold")
    return text.append(f"  {stars(photo.capture.rating)}".rstrip(), style=tone(screen, "warning"))
