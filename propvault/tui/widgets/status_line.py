"""The line above the keys: what was just done or went wrong, marks, and how pictures are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.timer import Timer
from textual.widgets import Static

from propvault.reasons import Reason
from propvault.tui.session import session_of
from propvault.tui.themes import tone
from propvault.tui.words import fit

_SECONDS = 6.0
"""How long something done is told; an error stays until the next action."""


class StatusLine(Static):
    """One line, more for a long error."""

    def __init__(self) -> None:
        super().__init__(markup=False, id="status")
        self._told: Reason | None = None
        self._is_error = False
        self._was_long = False
        self._offers: Sequence[str] = ()
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Draw what is known."""
        self.redraw()

    def on_resize(self) -> None:
        """Fit the line to the width."""
        self.redraw()

    def tell(self, reason: Reason | None, *, is_error: bool = False) -> None:
        """Say something."""
        self._told, self._is_error = reason, is_error
        if self._timer is not None:
            self._timer.stop()
        if reason is not None and not is_error:
            self._timer = self.set_timer(_SECONDS, lambda: self.tell(None))
        self.redraw()

    def offer(self, offers: Sequence[str]) -> None:
        """Show how what is being typed may go on; nothing of it once there is none."""
        if offers or self._offers:
            self._offers = offers
            self.redraw()

    def redraw(self) -> None:
        """Draw the line anew: the language or the marks changed."""
        session = session_of(self)
        words = session.words
        style = words.say(f"tui.renderer_{session.display.renderer}")
        right = words.say("tui.pictures", how=style)
        width = max(20, self.size.width - 2)
        if self._offers:
            left = "⇥ " + " · ".join(self._offers)
        elif self._told is not None:
            left = words.word(self._told)
        elif session.tasks.name:
            left = session.tasks.line(words)
        elif session.marks:
            left = words.say("tui.marked", count=len(session.marks))
        else:
            left = ""
        is_long = self._is_error and self._told is not None and not self._offers
        room = width - cell_len(right) - 1
        if is_long:
            text = Text(f"⚠ {left}", style=f"bold {tone(self, 'error')}")
        elif room < cell_len(left):
            text = Text(fit(left, width))
        else:
            text = Text(fit(left, room) + " ").append(right, style="dim")
        # Only a long error takes more than its line; laying the screen out costs a frame.
        self.update(text, layout=is_long or self._was_long)
        self._was_long = is_long
