"""Cutting a run of Chinese into words, each with what it does in the sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from propvault.language import grammar
from propvault.language.dictionary import Entry, open_dictionary
from propvault.language.glosses import best_gloss

Part = Literal["word", "action", "amount", "place", "preposition", "link", "of", "nothing"]
Source = Literal["vocabulary", "grammar", "dictionary", "unknown"]

_LONGEST = 8
# Fewest words win; our own names beat the dictionary's, and one character alone is rarely a word.
_COST = {"vocabulary": 1.0, "grammar": 1.02, "dictionary": 1.15, "unknown": 4.0}
_SINGLE = 0.3


@dataclass(frozen=True)
class Word:
    """One Chinese word and its English."""

    zh: str
    """As folded."""
    en: str
    """English, empty where it is dropped."""
    source: Source
    """Where the English comes from."""
    part: Part = "word"
    """What it does in the sentence."""

    @property
    def cost(self) -> float:
        """Return how unlikely this cut is, about 1 per word."""
        is_lone = len(self.zh) == 1 and self.part not in ("place", "of")
        return _COST[self.source] + (_SINGLE if is_lone else -0.01 * len(self.zh))


def cut(run: str, english: Mapping[str, tuple[str, str]]) -> tuple[Word, ...]:
    """Cut folded Chinese ``run`` into words at the least total cost.

    ``english`` is `Vocabulary.english`. The dictionary is opened only when names and grammar
    leave a character over or would have to read neighbouring characters one by one.
    """
    words = _cheapest(run, english, {})
    if all(word.source != "unknown" for word in words) and not _is_doubtful(words):
        return words
    return _cheapest(run, english, open_dictionary().words_in(run))


def _is_doubtful(words: tuple[Word, ...]) -> bool:
    lone = [len(word.zh) == 1 and word.part in ("word", "action") for word in words]
    return any(a and b for a, b in pairwise(lone))


def _cheapest(
    run: str, english: Mapping[str, tuple[str, str]], entries: Mapping[str, tuple[Entry, ...]]
) -> tuple[Word, ...]:
    best: list[tuple[float, tuple[Word, ...]]] = [(0.0, ())]
    starts: list[list[Word]] = [list(_words_at(run, i, english, entries)) for i in range(len(run))]
    for end in range(1, len(run) + 1):
        ways = [
            (best[end - len(word.zh)][0] + word.cost, end - len(word.zh), word)
            for start in range(max(0, end - _LONGEST), end)
            for word in starts[start]
            if start + len(word.zh) == end
        ]
        cost, before, word = min(ways, key=lambda way: (way[0], way[1]))
        best.append((cost, (*best[before][1], word)))
    return best[-1][1]


def _words_at(
    run: str,
    start: int,
    english: Mapping[str, tuple[str, str]],
    entries: Mapping[str, tuple[Entry, ...]],
) -> Iterator[Word]:
    for end in range(start + 1, min(len(run), start + _LONGEST) + 1):
        text = run[start:end]
        word = _amount(text) or _known(text, english) or _looked_up(text, entries)
        if word is not None:
            yield word
        elif end == start + 1:
            yield Word(text, "", "unknown", "nothing")


def _amount(text: str) -> Word | None:
    """Return a number with its measure word: "三把" becomes "three", "一排" "a row of"."""
    number, measure = text[:-1], text[-1:]
    if number in grammar.NUMBERS and measure in grammar.MEASURES:
        en = f"{grammar.NUMBERS[number]} {grammar.COLLECTIVES.get(measure, '')}".strip()
        return Word(text, en, "grammar", "amount")
    return None


_TABLES: tuple[tuple[Mapping[str, str], Part], ...] = (
    (grammar.LINKS, "link"),
    (grammar.PREPOSITIONS, "preposition"),
    (grammar.ACTIONS, "action"),
    (grammar.WORDS, "word"),
    (grammar.NUMBERS, "amount"),
)


def _known(text: str, english: Mapping[str, tuple[str, str]]) -> Word | None:
    if text == "的":
        return Word(text, "", "grammar", "of")
    if text in grammar.PLACES:
        return Word(text, grammar.PLACES[text], "grammar", "place")
    if text in english:
        return Word(text, english[text][0], "vocabulary")
    for table, part in _TABLES:
        if text in table:
            return Word(text, table[text], "grammar", part)
    if text in grammar.PARTICLES:
        return Word(text, "", "grammar", "nothing")
    return None


def _looked_up(text: str, entries: Mapping[str, tuple[Entry, ...]]) -> Word | None:
    gloss = best_gloss(entries.get(text, ()))
    if gloss is None:
        return None
    return Word(text, gloss[0], "dictionary", "action" if gloss[1] else "word")
