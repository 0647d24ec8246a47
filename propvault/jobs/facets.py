"""How many photos of a result have which tag: the numbers beside the facets.

Tags of all photos are kept as two arrays, so that any result is counted in milliseconds; only
photos that changed are read again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from propvault.values import Tag
from propvault.vault.tag_rows import tag_names, tagged_rows
from propvault.vault.vault import Vault


@dataclass(frozen=True)
class FacetCount:
    """One value of a facet and how often it is met."""

    tag: Tag
    """The value."""
    count: int
    """Photos of the result that have it, likely ones too."""


class FacetIndex:
    """Counts tags in results."""

    def __init__(self, vault: Vault) -> None:
        self._tags = tag_names(vault.db)
        self._photos, self._numbers = tagged_rows(vault.db)

    def update(self, vault: Vault, rows: Collection[int]) -> None:
        """Read the tags of some photos anew."""
        self._tags = tag_names(vault.db)
        photos, numbers = tagged_rows(vault.db, rows)
        kept = ~np.isin(self._photos, np.fromiter(rows, np.int64, len(rows)))
        self._photos = np.concatenate([self._photos[kept], photos])
        self._numbers = np.concatenate([self._numbers[kept], numbers])

    def totals(self) -> dict[str, int]:
        """Return how many photos have each tag, ``facet:slug``, in the whole vault."""
        counted = np.bincount(self._numbers, minlength=max(self._tags, default=0) + 1)
        return {tag.name: int(counted[row]) for row, tag in self._tags.items() if counted[row]}

    def counts(self, rows: Sequence[int]) -> dict[str, list[FacetCount]]:
        """Return the values met in a result by facet, the most frequent first."""
        numbers = self._numbers[self._is_in(np.asarray(rows, np.int64))]
        counted = np.bincount(numbers, minlength=max(self._tags, default=0) + 1)
        found: dict[str, list[FacetCount]] = {}
        for number in np.argsort(-counted, kind="stable").tolist():
            if not counted[number]:
                break
            tag = self._tags[number]
            found.setdefault(tag.facet, []).append(FacetCount(tag, int(counted[number])))
        return found

    def _is_in(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        top = max(int(self._photos.max(initial=0)), int(rows.max(initial=0)))
        wanted = np.zeros(top + 1, np.bool_)
        wanted[rows] = True
        return wanted[self._photos]
