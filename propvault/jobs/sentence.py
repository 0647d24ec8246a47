"""The free text of a query, and how near each photo is to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from propvault.language.normalise import has_han
from propvault.query.tree import And, Minus, Node, Or, Text, walk

if TYPE_CHECKING:
    from propvault.jobs.search import Searcher

_MINUS_WEIGHT = 0.5
"""Share of a subtracted text's similarity; not yet measured, half keeps the subject first."""

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Sentence:
    """The free text of a query and what it scores."""

    tree: Node
    """The query."""
    searcher: Searcher
    """Whose model and vectors are asked."""
    texts: tuple[Text, ...]
    """What is looked for."""
    minus: tuple[Minus, ...]
    """What is subtracted."""
    english: Mapping[str, str] = field(default_factory=dict)
    """What the model reads for each text."""

    @classmethod
    def of(cls, tree: Node, searcher: Searcher) -> Sentence:
        """Collect the texts of a query, translated where the model reads no Chinese."""
        texts = tuple(n for n in walk(tree) if isinstance(n, Text))
        minus = tuple(n for n in walk(tree) if isinstance(n, Minus))
        english: dict[str, str] = {}
        free: tuple[Text | Minus, ...] = (*texts, *minus)
        for node in free:
            if searcher.needs_english and has_han(node.text):
                english[node.text] = searcher.in_english(node.text)
        return cls(tree, searcher, texts, minus, english)

    @property
    def translated(self) -> str | None:
        """Return the translation shown to the person, None when nothing was translated."""
        words = [self.english[t.text] for t in self.texts if t.text in self.english]
        words += [f"-{self.english[m.text]}" for m in self.minus if m.text in self.english]
        return " | ".join(words) or None

    @cached_property
    def similarities(self) -> dict[int, float]:
        """Return each row's cosine to the sentence; empty without vectors."""
        matrix = self.searcher.matrix
        if not len(matrix.rows):
            return {}
        scores = self._scores(self.tree)
        total = np.zeros(len(matrix.rows), np.float32) if scores is None else scores
        for minus in self.minus:
            total = total - _MINUS_WEIGHT * self._cosines(minus.text)
        return dict(zip(matrix.rows.tolist(), total.tolist(), strict=True))

    def _scores(self, node: Node) -> Scores | None:
        if isinstance(node, Text):
            return self._cosines(node.text)
        if isinstance(node, And | Or):
            parts = [s for s in map(self._scores, node.nodes) if s is not None]
            if not parts:
                return None
            combined = np.max(parts, axis=0) if isinstance(node, Or) else np.mean(parts, axis=0)
            return np.asarray(combined, np.float32)
        return None

    def _cosines(self, text: str) -> Scores:
        return self.searcher.cosines(self.english.get(text, text))
