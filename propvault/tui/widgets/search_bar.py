"""The search bar: what is looked for, what the model read instead, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
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

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id, select_on_focus=False)
        self._ranking: Ranking | None = None
        self._seconds = 0.0

    def on_mount(self) -> None:
        """Word the border."""
        self.reword()

    def learn(self, known: Known) -> None:
        """Complete what is typed from the names there are."""
        self.suggester = KnownSuggester(known)

    def offers(self) -> list[Completion]:
        """Return how the text may go on, best first."""
        suggester = self.suggester
        if not (isinstance(suggester, KnownSuggester) and self.cursor_position == len(self.value)):
            return []
        return suggester.offers(self.value)

    def action_complete(self) -> None:
        """Take the best offer; without one move on as Tab does elsewhere."""
        offers = self.offers()
        if not offers:
            self.screen.focus_next()
            return
        self.value = self.value[: offers[0].start] + offers[0].text
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
        milliseconds = round(self._seconds * 1000)
        parts.append(words.say("tui.found", found=ranking.count, milliseconds=milliseconds))
        self.border_subtitle = _plain(" · ".join(parts))


def _plain(text: str) -> str:
    """Return text that Textual does not take for markup."""
    return text.replace("[", "\\[")


class KnownSuggester(Suggester):
    """Completes the word at the end from the names there are in the vault."""

    def __init__(self, known: Known) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = known

    def offers(self, value: str) -> list[Completion]:
        """Return how a text may go on, best first."""
        from propvault.jobs.completing import complete

        return complete(self._known, value, len(value), limit=_OFFERED) if value.strip() else []

    async def get_suggestion(self, value: str) -> str | None:
        """Return the text gone on with, where what is typed begins the best offer."""
        for offer in self.offers(value):
            whole = value[: offer.start] + offer.text
            if whole.startswith(value) and whole != value:
                return whole
        return None
