"""The vocabulary: every facet and value by its names; Enter searches for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from propvault.tui.lanes import Desk
from propvault.tui.screens.base import SideScreen

if TYPE_CHECKING:
    from propvault.language.concepts import Concept, Vocabulary

_SHOWN = 400
"""Values listed at a time; the filter reaches the others."""


class VocabularyRead(Message):
    """The vocabulary was read."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.vocabulary = vocabulary


class VocabularyScreen(SideScreen):
    """A filter over all concepts, in either language."""

    TITLE_CODE = "tui.screen_vocabulary"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "tui.key_move", show=False, priority=True),
        Binding("up", "step(-1)", "tui.key_move", show=False, priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._vocabulary: Vocabulary | None = None

    def body(self) -> ComposeResult:
        """Put the filter above the list."""
        yield Input(id="filter")
        yield OptionList(id="concepts", markup=False)

    def on_mount(self) -> None:
        """Read the vocabulary."""
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()

        def read(_: Desk) -> VocabularyRead:
            from propvault.jobs.vocabulary import open_vocabulary

            return VocabularyRead(open_vocabulary())

        self.session.counter.ask(read, self, "vocabulary")
        self.reword()

    def on_vocabulary_read(self, message: VocabularyRead) -> None:
        """Draw it."""
        message.stop()
        self._vocabulary = message.vocabulary
        self._draw()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Draw what fits."""
        event.stop()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search for the value under the cursor."""
        event.stop()
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._search(options.get_option_at_index(options.highlighted).id or "")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Search for the value clicked."""
        event.stop()
        self._search(event.option_id or "")

    def action_step(self, by: int) -> None:
        """Move the cursor of the list from within the filter."""
        options = self.query_one(OptionList)
        if options.option_count:
            options.highlighted = ((options.highlighted or 0) + by) % options.option_count

    def reword(self) -> None:
        """Draw the list in the language spoken now."""
        self.query_one(Input).placeholder = self.say("tui.filter")
        self._draw()
        super().reword()

    def _search(self, tag: str) -> None:
        if self._vocabulary is None or not tag:
            return
        concept = self._vocabulary.concepts[tag]
        name = concept.zh if self.session.words.language == "zh" else concept.en
        quoted = f'"{name}"' if " " in name else name
        browse = self.app.screen_stack[0]
        self.dismiss()
        browse.ask(f"{concept.facet}:{quoted}")  # type: ignore[attr-defined]  # browse imports this module

    def _draw(self) -> None:
        vocabulary = self._vocabulary
        if vocabulary is None:
            return
        wanted = self.query_one(Input).value.casefold().split()
        options = self.query_one(OptionList)
        options.clear_options()
        words = self.session.words
        found = [
            c for c in vocabulary.concepts.values()
            if all(any(part in n.casefold() for n in (c.facet, *c.names)) for part in wanted)
        ]  # fmt: skip
        for concept in found[:_SHOWN]:
            facet = words.facet(vocabulary.facets[concept.facet])
            options.add_option(Option(_line(concept, facet), id=concept.tag))
        if not found:
            options.add_option(Option(words.say("tui.no_value"), disabled=True))
        options.highlighted = 0 if found else None


def _line(concept: Concept, facet: str) -> Text:
    text = Text(f"{facet}  ", style="dim")
    text.append(f"{concept.zh} {concept.en}", style="not dim bold")
    others = [n for n in concept.names if n not in (concept.zh, concept.en, concept.slug)]
    return text.append(f"  {' · '.join(others)}" if others else "", style="not bold dim")
