"""The search bar: what is looked for, what the model read instead, and what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from propvault.reasons import Reason
from propvault.tui.session import session_of

if TYPE_CHECKING:
    from propvault.jobs.search import Ranking
    from propvault.query.completion import Completion, Known


_OFFERED = 6
"""Offers shown at a time."""


class SearchBar(Input):
    """An input with the answer in its border; Tab completes."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "tui.key_complete")]

    class Offered(Message):
        """What is being typed may go on so."""

        def __init__(self, offers: Sequence[Completion]) -> None:
            super().__init__()
            self.offers = offers

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id, select_on_focus=False)
        self._ranking: Ranking | None = None
        self._seconds = 0.0
        self._offers: tuple[str, tuple[Completion, ...]] = ("", ())

    def on_mount(self) -> None:
        """Word the border."""
        self.reword()

    def learn(self, known: Known) -> None:
        """Complete what is typed from the names there are."""
        self.suggester = KnownSuggester(known, self.take_offers)

    def take_offers(self, value: str, offers: Sequence[Completion]) -> None:
        """Take what the suggester found for a text, unless the person has gone on."""
        if value == self.value and self.has_focus:
            self._offers = (value, tuple(offers))
            self.post_message(self.Offered(offers))

    def action_complete(self) -> None:
        """Take the best offer; without one move on as Tab does elsewhere."""
        value, offers = self._offers
        if value != self.value or not offers or self.cursor_position < len(value):
            self.screen.focus_next()
            return
        self.value = value[: offers[0].start] + offers[0].text
        self.cursor_position = len(self.value)

    def answer(self, ranking: Ranking, seconds: float) -> None:
        """Show what was found."""
        self._ranking, self._seconds = ranking, seconds
        self.remove_class("-refused")
        self.reword()

    def refuse(self, reason: Reason) -> None:
        """Show what is wrong with the query."""
        self.add_class("-refused")
        self.border_subtitle = _plain(session_of(self).words.word(reason))

    def reword(self) -> None:
        """Word the border in the language spoken now."""
        words = session_of(self).words
        self.border_title = words.say("tui.search_title")
        self.placeholder = words.say("tui.search")
        ranking = self._ranking
        if ranking is None:
            self.border_subtitle = words.say("tui.searching")
            return
        parts = [ranking.sentence.translated] if ranking.sentence.translated else []
        parts += (
            [words.say("search.unsure")] if ranking.confident is False and len(ranking.rows) else []
        )
        parts += [words.say("tui.partial")] if ranking.sentence.is_partial else []
        milliseconds = round(self._seconds * 1000)
        parts.append(words.say("tui.found", found=ranking.count, milliseconds=milliseconds))
        self.border_subtitle = _plain(" · ".join(parts))


def _plain(text: str) -> str:
    """Return text that Textual does not take for markup."""
    return text.replace("[", "\\[")


class KnownSuggester(Suggester):
    """Completes the word at the end from the names there are in the vault."""

    def __init__(self, known: Known, told: Callable[[str, Sequence[Completion]], None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known, self._told = known, told

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text gone on with, where what is typed begins the best offer."""
        from propvault.jobs.completing import complete

        # Some 10 ms of a large vault's names: not on the thread that draws.
        offers = await asyncio.to_thread(complete, self._known, value, len(value), limit=_OFFERED)
        self._told(value, offers)
        for offer in offers:
            whole = value[: offer.start] + offer.text
            if whole.startswith(value) and whole != value:
                return whole
        return None
