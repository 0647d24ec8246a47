"""Whether the best hits of a search are better than chance. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

BEST = 3
"""Hits whose mean similarity is looked at: one alone is often a lucky picture."""


@dataclass(frozen=True)
class ConfidenceLine:
    """The line of one model, as ``library/confidence.toml`` states it."""

    line: float
    """Mean cosine of the `BEST` hits among ``photos`` that a search must reach."""
    photos: int
    """How many photos were searched there."""
    per_doubling: float
    """By how much the line rises when twice as many are searched: the best of more are better."""
    measured_from: int
    """The fewest photos it was measured with; below that it stays where it was."""
    measured_to: int
    """The most photos it was measured with; beyond that it stays where it was."""

    def at(self, photos: int) -> float:
        """Return the line for a search among so many photos."""
        searched = min(max(photos, self.measured_from), self.measured_to)
        return self.line + self.per_doubling * log2(searched / self.photos)


def is_confident(best_first: Sequence[float], photos: int, line: ConfidenceLine) -> bool:
    """Return whether the best cosines of a search among ``photos`` reach the line."""
    return bool(best_first) and fmean(best_first[:BEST]) >= line.at(photos)
