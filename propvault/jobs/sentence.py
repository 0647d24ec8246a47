"""The free part of a query, its texts and pictures, and the directions that they point into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from propvault.errors import QueryError
from propvault.jobs.likeness import Likeness
from propvault.jobs.likes import like_vector
from propvault.jobs.sources import Sources, Vector
from propvault.language.normalise import has_han, language_of
from propvault.query.tree import And, Free, Like, Minus, Node, Or, Text, walk

_MINUS_WEIGHT = 0.5
"""Share of a subtracted text's or picture's similarity: half keeps the subject first."""

_MOST_WAYS = 32
"""Alternatives that one query may have: each is a scan of its own."""


@dataclass(frozen=True)
class Sentence:
    """The texts and pictures of a query and what they score."""

    tree: Node
    """The query."""
    sources: Sources
    """Whose model and vectors are asked."""
    texts: tuple[Text, ...]
    """What is looked for."""
    minus: tuple[Minus, ...]
    """What is subtracted."""
    likes: tuple[Like, ...]
    """Pictures looked for or subtracted."""
    english: Mapping[str, str] = field(default_factory=dict)
    """What the model reads for each text."""
    is_partial: bool = False
    """Whether nothing is compared, because the model was still loading."""
    is_unseen: bool = False
    """Whether texts are looked for in tags and words alone, because no model answers here."""

    @classmethod
    def of(cls, tree: Node, sources: Sources, *, waits: bool = True) -> Sentence:
        """Collect the free nodes of a query, translated where the model reads no Chinese."""
        nodes = list(walk(tree))
        texts = tuple(n for n in nodes if isinstance(n, Text))
        minus = tuple(n for n in nodes if isinstance(n, Minus))
        likes = tuple(n for n in nodes if isinstance(n, Like))
        english: dict[str, str] = {}
        for text in {n.text for n in nodes if isinstance(n, Text | Minus)}:
            if sources.needs_english and has_han(text):
                english[text] = sources.in_english(text)
        is_partial = bool(texts or minus) and not waits and sources.is_loading
        is_unseen = bool(texts) and sources.model is None
        return cls(tree, sources, texts, minus, likes, english, is_partial, is_unseen)

    @property
    def is_empty(self) -> bool:
        """Return whether the query is filters alone."""
        return not (self.texts or self.minus or self.likes)

    @property
    def translated(self) -> str | None:
        """Return the translation shown to the person, None when nothing was translated."""
        words = [self.english[t.text] for t in self.texts if t.text in self.english]
        words += [f"-{self.english[m.text]}" for m in self.minus if m.text in self.english]
        return " | ".join(words) or None

    @property
    def language(self) -> str | None:
        """Return the language of what the model reads, None where it reads nothing."""
        read = "".join(self.english.get(text.text, text.text) for text in self.texts)
        return language_of(read) if read else None

    @cached_property
    def likeness(self) -> Likeness | None:
        """Return how near photos are to the sentence; None where nothing can be compared.

        Texts and pictures side by side are one direction, the mean of theirs by weight, less
        `_MINUS_WEIGHT` of what is subtracted; of alternatives the nearest counts. The value is
        a mean of cosines, so that it reads on the scale of a single text.
        """
        if self.is_partial:
            return None
        ways = self._directions(self.tree)
        taken = self._taken_away()
        if taken is not None:
            ways = [way - _MINUS_WEIGHT * taken for way in ways or [np.zeros_like(taken)]]
        if not ways or not len(self.sources.matrix.rows):
            return None
        sources = self.sources
        return Likeness(sources.matrix, ways, sources.vectors_of, sources.standing.size)

    def _directions(self, node: Node) -> list[Vector] | None:
        """Return the directions a node looks into, one an alternative; None for none."""
        if isinstance(node, Text):
            return [self._read(node.text)]
        if isinstance(node, Like):
            return [like_vector(self.sources, node)] if node.weight > 0 else None
        if isinstance(node, Or):
            found = [ways for child in node.nodes if (ways := self._directions(child))]
            return [way for ways in found for way in ways] or None
        if not isinstance(node, And):
            return None
        parts = [
            (_weight(child), ways) for child in node.nodes if (ways := self._directions(child))
        ]
        if not parts:
            return None
        total = sum(weight for weight, _ in parts)
        combined = [np.zeros_like(parts[0][1][0])]
        for weight, ways in parts:
            if len(combined) * len(ways) > _MOST_WAYS:
                raise QueryError.at("search.too_many_ways", 0, found="", most=_MOST_WAYS)
            combined = [base + weight / total * way for base in combined for way in ways]
        return combined

    def _taken_away(self) -> Vector | None:
        parts = [minus.weight * self._read(minus.text) for minus in self.minus]
        parts += [-n.weight * like_vector(self.sources, n) for n in self.likes if n.weight < 0]
        return np.sum(parts, axis=0) if parts else None

    def _read(self, text: str) -> Vector:
        return self.sources.text_vector(text, self.english.get(text, text))


def _weight(node: Node) -> float:
    return node.weight if isinstance(node, Free) else 1.0
