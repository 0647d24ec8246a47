"""What was decided, newest first, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from propvault.clock import on_the_wall
from propvault.reasons import Reason
from propvault.tui.lanes import Desk
from propvault.tui.messages import Changed
from propvault.tui.screens.base import SideScreen

if TYPE_CHECKING:
    from propvault.vault.journal import Step

_SHOWN = 500
"""Decisions listed."""


class HistoryRead(Message):
    """The history was read."""

    def __init__(self, steps: Sequence[Step]) -> None:
        super().__init__()
        self.steps = steps


class HistoryScreen(SideScreen):
    """One line a decision; those taken back are struck through."""

    TITLE_CODE = "tui.screen_history"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "tui.key_undo"),
        Binding("U,ctrl+r", "redo", "tui.key_redo"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._steps: Sequence[Step] = ()

    def body(self) -> ComposeResult:
        """Show the list."""
        yield OptionList(id="steps", markup=False)

    def on_mount(self) -> None:
        """Read the history."""
        self._read()

    def _read(self) -> None:
        def read(desk: Desk) -> HistoryRead:
            from propvault.vault.journal import history

            return HistoryRead(history(desk.vault.db, _SHOWN))

        self.session.reader.ask(read, self, "history")

    def on_history_read(self, message: HistoryRead) -> None:
        """Draw the history."""
        message.stop()
        self._steps = message.steps
        self.reword()

    def on_changed(self, message: Changed) -> None:
        """Say what was done and read the history again."""
        super().on_changed(message)
        self._read()
        self.app.screen_stack[0].post_message(Changed(message.reason, order=True))

    def action_undo(self) -> None:
        """Take back the last decision."""
        self._replay("undo")

    def action_redo(self) -> None:
        """Make the last one taken back again."""
        self._replay("redo")

    def _replay(self, what: str) -> None:
        words = self.session.words

        def work(desk: Desk) -> Changed:
            from propvault.jobs.decide import Decisions

            with Decisions(desk.root, desk.root) as decisions:
                (step,) = decisions.undo() if what == "undo" else decisions.redo()
            return Changed(Reason.of(f"{what}.done", what=words.word(step.action)), order=True)

        self.session.writer.ask(work, self)

    def reword(self) -> None:
        """Draw the list in the language spoken now."""
        options = self.query_one(OptionList)
        options.clear_options()
        for step in self._steps:
            style = "dim strike" if step.is_undone else ""
            mark = "↶" if step.is_undone else " "
            text = Text(f"{mark} {on_the_wall(step.at)}  ", style="dim")
            options.add_option(
                Option(text.append(self.session.words.word(step.action), style or "not dim"))
            )
        if not self._steps:
            options.add_option(Option(self.say("history.empty"), disabled=True))
        super().reword()
