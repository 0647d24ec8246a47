"""What every screen shares: the session, the status line, and speaking another language."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from propvault.reasons import Argument, Reason
from propvault.tui.messages import Changed, Failed
from propvault.tui.session import Session, session_of
from propvault.tui.tasks import TaskDone, TaskTold
from propvault.tui.widgets.key_bar import KeyBar
from propvault.tui.widgets.photo_grid import PhotoGrid
from propvault.tui.widgets.photo_strip import PhotoStrip
from propvault.tui.widgets.picture import Picture
from propvault.tui.widgets.status_line import StatusLine

_WIDTHS = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]
_HEIGHTS = [(0, "-short"), (30, "-tall")]


Answer = TypeVar("Answer")
"""What a screen answers when it is left."""


class LeftOnce(Screen[Answer]):
    """A screen that is left once: the second click of a pair may find it gone already.

    Named last among bases: Textual looks for styles along the first only.
    """

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave the screen and answer, unless that was done before."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


def _fitting(length: int, breakpoints: list[tuple[int, str]]) -> list[str]:
    """Return the class of the highest breakpoint that a length reaches."""
    return [name for least, name in breakpoints if length >= least][-1:]


class Ground(Widget):
    """What others stand on and cover: blank lines, all one and the same.

    Textual styles each of them and cuts it at the edges of what stands on it, for every frame: of
    the time that walking the grid takes it was a fifth in a profile.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return blank lines."""
        if self.app.no_color:
            return super().render_lines(crop)
        return [Strip.blank(crop.width, self.rich_style)] * crop.height


class All(Vertical, Ground):
    """Everything above the status line, one below the other."""


class PropScreen(LeftOnce[None], Ground):
    """A screen over the vault; `body` is what it shows above the status line and the keys."""

    TITLE_CODE: ClassVar[str] = ""
    """Code of the screen's name, for help and palette."""
    HAS_TITLE: ClassVar[bool] = False
    """Whether the name stands above the body."""
    OWN_KEYS_FIRST: ClassVar[bool] = True
    """Whether the key bar begins with the screen's own keys."""
    IS_BOARD: ClassVar[bool] = False
    """Whether what is made from here is made of the board, whatever is marked elsewhere."""
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    @property
    def session(self) -> Session:
        """Return what all screens share."""
        return session_of(self)

    def compose(self) -> ComposeResult:
        """Put the body above the status line and the keys."""
        # Textual does so after the first frame, which then has to be laid out and drawn again.
        self.add_class(*_fitting(self.app.size.width, _WIDTHS), update=False)
        self.add_class(*_fitting(self.app.size.height, _HEIGHTS), update=False)
        with All(id="all"):
            if self.HAS_TITLE:
                yield Static(self.say(self.TITLE_CODE), id="title", markup=False)
            yield from self.body()
        yield StatusLine()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Return the screen's own widgets."""
        raise NotImplementedError  # each screen has its own; ABCMeta is not Textual's metaclass

    def say(self, code: str, **arguments: Argument) -> str:
        """Word a code in the person's language."""
        return self.session.words.say(code, **arguments)

    def tell(self, reason: Reason | None, *, is_error: bool = False) -> None:
        """Say something in the status line."""
        self.query_one(StatusLine).tell(reason, is_error=is_error)

    def reword(self) -> None:
        """Draw everything in the language spoken now."""
        self.query_one(StatusLine).redraw()
        if self.HAS_TITLE:
            self.query_one("#title", Static).update(self.say(self.TITLE_CODE))
        self.refresh(layout=True)
        for widget in self.walk_children():
            widget.refresh()

    def redraw_pictures(self) -> None:
        """Draw every picture again: it is to be had another way, or not at all."""
        for widget in self.walk_children():
            if isinstance(widget, PhotoGrid | Picture | PhotoStrip):
                widget.redraw()

    def task_told(self, message: TaskTold) -> None:
        """Show how far long work is; the status line says it on every screen."""

    def task_done(self, message: TaskDone) -> None:
        """Show what long work did."""

    def on_failed(self, message: Failed) -> None:
        """Say what went wrong; the screen stays as it is."""
        message.stop()
        self.tell(message.reason, is_error=True)

    def on_changed(self, message: Changed) -> None:
        """Say what was done."""
        message.stop()
        self.tell(message.reason)


class SideScreen(PropScreen):
    """A screen that is left again with Escape."""

    CSS_PATH = "../screens.tcss"
    HAS_TITLE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "tui.key_back"),
    ]

    def action_leave(self) -> None:
        """Go back to the screen before."""
        self.dismiss()
