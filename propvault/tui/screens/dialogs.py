"""Small questions over a screen: a line of text, one of a list, or a yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from propvault.tui.screens.base import LeftOnce
from propvault.tui.session import session_of


class AskText(ModalScreen[str | None], LeftOnce[str | None]):
    """Asks for one line; Escape answers None."""

    CSS_PATH = "../screens.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "tui.key_back")]

    def __init__(self, title: str, value: str = "", known: Sequence[str] = ()) -> None:
        super().__init__()
        self._title, self._value, self._known = title, value, known

    def compose(self) -> ComposeResult:
        """Put the line into a box."""
        suggester = SuggestFromList(self._known, case_sensitive=False) if self._known else None
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Input(self._value, suggester=suggester, select_on_focus=False)
            yield Static(session_of(self).words.say("tui.ask_keys"), classes="dialog-keys")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with what was typed."""
        event.stop()
        self.dismiss(event.value)

    def action_cancel(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class Choose(ModalScreen[str | None], LeftOnce[str | None]):
    """Asks for one of some; typing filters them, Escape answers None."""

    CSS_PATH = "../screens.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "tui.key_back"),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    def __init__(self, title: str, options: Sequence[tuple[str, str]], *, new: str = "") -> None:
        """Take (answer, text) pairs; with ``new`` another answer may be typed, worded by it."""
        super().__init__()
        self._title, self._options, self._new = title, options, new

    def compose(self) -> ComposeResult:
        """Put filter and list into a box."""
        words = session_of(self).words
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield Input(placeholder=self._new or words.say("tui.filter"))
            yield OptionList(markup=False)
            yield Static(words.say("tui.choose_keys"), classes="dialog-keys")

    def on_mount(self) -> None:
        """Show everything, the cursor in the filter."""
        self.query_one(OptionList).can_focus = False
        self._filter("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        self._filter(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with the option under the cursor, or with what was typed."""
        event.stop()
        options = self.query_one(OptionList)
        typed = event.value.strip()
        if self._new and typed and all(typed != text for text, _ in self._options):
            self.dismiss(typed)
        elif options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the option clicked."""
        event.stop()
        self.dismiss(event.option_id)

    def action_step(self, by: int) -> None:
        """Move the cursor of the list from within the filter."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + by) % options.option_count

    def action_cancel(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _filter(self, text: str) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        wanted = text.casefold().split()
        for answer, shown in self._options:
            if all(part in f"{answer} {shown}".casefold() for part in wanted):
                options.add_option(Option(Text(shown), id=answer))
        options.highlighted = 0 if options.option_count else None


class Confirm(ModalScreen[bool], LeftOnce[bool]):
    """Asks before what cannot be undone, or is only previewed so far."""

    CSS_PATH = "../screens.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "tui.key_yes"),
        Binding("n,escape", "answer(False)", "tui.key_no"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """Put the question into a box."""
        with Vertical(classes="dialog"):
            yield Static(self._text, markup=False)
            yield Static(session_of(self).words.say("tui.confirm_keys"), classes="dialog-keys")

    def action_answer(self, answer: bool) -> None:
        """Answer."""
        self.dismiss(answer)
