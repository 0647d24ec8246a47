"""The search bar: what is looked for, what the model read instead, and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.suggester import Suggester
from textual.widgets import Input

from propvault.reasons import Reason
from propvault.tui.session import session_of

if TYPE_CHECKING:
    from propvault.jobs.search import Ranking
    from propvault.language.concepts import Vocabulary


class SearchBar(Input):
    """An input with the answer in its border."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id, select_on_focus=False)
        self._ranking: Ranking | None = None
        self._seconds = 0.0

    def on_mount(self) -> None:
        """Word the border."""
        self.reword()

    def learn(self, vocabulary: Vocabulary) -> None:
        """Complete what is typed from the vocabulary."""
        self.suggester = TermSuggester(vocabulary)

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


class TermSuggester(Suggester):
    """Completes the last word: names of facets, then values of the facet named."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(case_sensitive=True)
        self._vocabulary = vocabulary
        self._facets = [f"{n}:" for f in vocabulary.facets.values() for n in (f.zh, f.en, f.name)]
        self._names = [n for c in vocabulary.concepts.values() for n in (c.zh, c.en)]

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole text with its last word completed."""
        last = value.split(" ")[-1].lstrip("-!")
        if not last:
            return None
        head = value[: len(value) - len(last)]
        facet, colon, begun = last.partition(":")
        if not colon:
            return _completed(head, last, [*self._facets, *self._names])
        stable = self._vocabulary.facet_of(facet)
        if stable is None or not begun:
            return None
        values = [n for c in self._vocabulary.of_facet(stable) for n in (c.zh, c.en)]
        return _completed(f"{head}{facet}:", begun, [v for v in values if " " not in v])


def _completed(head: str, begun: str, names: list[str]) -> str | None:
    found = [name for name in names if name.startswith(begun) and name != begun]
    return head + min(found, key=len) if found else None
