"""Chinese to English for models that read no Chinese: names first, CC-CEDICT for the rest.

It is a word-by-word translation in English order, for the noun phrases people search with. The
person is always shown the result, so a wrong word can be seen and typed differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from propvault.language.concepts import Vocabulary
from propvault.language.normalise import CJK, fold, has_han
from propvault.language.words import Word, cut

_PIECES = re.compile(rf"([{CJK}]+)|([,.;:!?]+)|([^\s,.;:!?{CJK}]+)")
# English that stands after the noun it describes, whatever its Chinese does
_FOLLOWS = re.compile(r"(after|before|in|on|under|by|at|with|beside|behind|outside|covered) ")
_LOOSE_ON = re.compile(r" (on|in|at)$")
_DECADE = re.compile(r"(\d{2,4})\s*年代")
_MORE_THAN_ONE = re.compile(r"(two|three|four|five|six|seven|eight|nine|ten|several|many)$|.* of$")
_IRREGULAR = {"person": "people", "man": "men", "woman": "women", "child": "children"}
_NO_PLURAL = ("s", "people", "men", "women", "children", "fish", "grass", "clothes", "water")


@dataclass(frozen=True)
class Translation:
    """A translated text and how it came about."""

    text: str
    """English."""
    pieces: tuple[tuple[str, str, str], ...]
    """(Chinese, English, source) per word; English is empty where the word was dropped."""


def translate(text: str, vocabulary: Vocabulary) -> Translation | None:
    """Translate the Chinese in ``text``; English in it stays. None when it has no Chinese."""
    if not has_han(text):
        return None
    words = list(_words(text, vocabulary))
    sentence = _Sentence()
    for index, word in enumerate(words):
        sentence.add(word, words[index + 1] if index + 1 < len(words) else None)
    pieces = tuple((w.zh, w.en, w.source) for w in words if has_han(w.zh))
    return Translation(_polished(sentence.close()), pieces)


def _words(text: str, vocabulary: Vocabulary) -> Iterator[Word]:
    for run, mark, other in _PIECES.findall(_DECADE.sub(r"\1s ", fold(text))):
        if run:
            yield from cut(run, vocabulary.english)
        elif mark:
            yield Word(mark, ",", "grammar", "nothing")
        else:
            yield Word(other, other, "grammar")


def _polished(text: str) -> str:
    text = re.sub(r"\s+,", ",", " ".join(text.split())).strip(" ,")
    text = re.sub(r"\ba (?=[aeio]|u(?!ni|ti|s[ei]))", "an ", text)
    return re.sub(r"\b(\w+)( \1\b)+", r"\1", text)


def _counted(amount: list[str], phrase: list[str]) -> list[str]:
    """Return the noun phrase, its last word in the plural after an amount of several."""
    if not phrase or not amount or not _MORE_THAN_ONE.match(amount[-1]):
        return phrase
    head, _, noun = phrase[-1].rpartition(" ")
    if noun.endswith(_NO_PLURAL):
        return phrase
    plural = _IRREGULAR.get(noun) or noun + ("es" if noun.endswith(("x", "sh", "ch")) else "s")
    return [*phrase[:-1], f"{head} {plural}".strip()]


@dataclass
class _Sentence:
    """English being put in order while Chinese words arrive."""

    done: list[str] = field(default_factory=list)
    """Finished clauses."""
    line: list[str] = field(default_factory=list)
    """The clause so far."""
    held: list[str] = field(default_factory=list)
    """An amount whose noun comes after a describing clause."""
    amount: list[str] = field(default_factory=list)
    """The amount of the noun phrase so far."""
    phrase: list[str] = field(default_factory=list)
    """The noun phrase so far, qualities first."""
    after: list[str] = field(default_factory=list)
    """What will follow the noun."""
    preposition: str = ""
    """What stands before the noun phrase."""
    where: list[str] = field(default_factory=list)
    """A place that was named before the action and is said after it."""
    place_at: int | None = None
    """Where in the clause a place was put last, while nothing has followed it."""
    follows: bool = False
    """Whether the clause so far, if "的" ends it, describes the noun from behind."""

    def add(self, word: Word, coming: Word | None) -> None:
        """Take the next word; ``coming`` is the one after it."""
        if word.zh[:1] in ",.;:!?":
            self._end_clause()
        elif word.part == "of":
            self._describe()
        elif word.part == "place":
            self._place(word.en)
        elif word.part == "amount":
            if self.phrase:
                self._end_phrase()
            self.amount.append(word.en)
        elif word.part == "preposition":
            if coming is not None and coming.part != "action":
                self._end_phrase()
                self.preposition, self.follows = word.en, True
        elif word.part in ("action", "link") or _FOLLOWS.match(word.en):
            self._act(word)
            if word.part == "word":
                self.place_at = len(self.line) - 1
        elif word.en:
            self.phrase.append(word.en)

    def close(self) -> str:
        """Return the sentence."""
        self._end_clause()
        return " ".join(self.done)

    def _act(self, word: Word) -> None:
        if not self.phrase:
            self.held, self.amount = [*self.held, *self.amount], []
        self._end_phrase()
        if self.place_at is not None and word.part == "action" and not word.en.endswith(" with"):
            self.where, self.line = self.line[self.place_at :], self.line[: self.place_at]
        self.place_at = None
        self.line.append(word.en)
        self.follows |= word.en not in ("and", "or")

    def _place(self, where: str) -> None:
        """Put what Chinese says after a noun before it: "墙 上" becomes "on wall"."""
        if not self.phrase:
            return
        if self.preposition in ("", "in"):
            self.preposition = where
        if self.line:
            self.line[-1] = _LOOSE_ON.sub("", self.line[-1])
        before = len(self.line)
        self._end_phrase()
        self.place_at, self.follows = before, True

    def _describe(self) -> None:
        """Handle "的": a clause goes behind the coming noun, a quality stays before it."""
        if not self.follows:
            return
        self._end_phrase()
        self._say_where()
        if self.line and self.line[-1].endswith(" with"):
            self.line.insert(0, self.line.pop())  # "lanterns hung with" is said the other way round
        if self.line:
            self.after.append(" ".join(self.line))
        self.line, self.follows = [], False
        self.amount, self.held = self.held, []

    def _end_phrase(self) -> None:
        """Move the noun phrase to the clause."""
        if self.phrase or self.after:
            head = [self.preposition] if self.preposition else []
            nouns = _counted(self.amount, self.phrase)
            self.line += [*head, *self.amount, *nouns, *reversed(self.after)]
            self.amount, self.phrase, self.after, self.preposition = [], [], [], ""
            self.place_at = None

    def _say_where(self) -> None:
        self.line += self.where
        self.where, self.place_at = [], None

    def _end_clause(self) -> None:
        if self.amount and not self.phrase:
            self.phrase, self.amount = self.amount, []
        self._end_phrase()
        self._say_where()
        if self.line or self.held:
            self.done += [*([","] if self.done else []), *self.held, *self.line]
        self.line, self.held, self.follows = [], [], False
