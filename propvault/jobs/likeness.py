"""How near each photo of a vault is to a sentence: roughly for all, exactly for the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propvault.vault.standing import Mask, Rows
from propvault.vault.vectors import VectorMatrix

EXACT = 300
"""How many of the best are ordered by f32; beyond them nobody sees what eight bits are off."""


Vector = NDArray[np.float32]
Read = Callable[[Rows], tuple[Rows, Vector]]


class Nearest(NamedTuple):
    """The photos most like a sentence."""

    rows: Rows
    """``[k]``, best first."""
    among: int
    """How many photos were compared."""


class _Answer(NamedTuple):
    """What was asked last, and the answer."""

    allowed: Mask
    most: int
    found: Nearest


class Likeness:
    """Cosines of a vault's photos to the nearest of some directions.

    The whole vault is scanned once, in eight bits a number. The best of what the filters left are
    computed again in f32 before they are ordered.
    """

    def __init__(self, matrix: VectorMatrix, directions: Sequence[Vector], exact: Read, size: int):
        """Remember what to compare.

        Args:
            matrix: the vectors of a vault.
            directions: at least one, ``[dim]`` each, about as long as a unit vector.
            exact: gives the vectors of rows as `propvault.vault.vectors.vectors_of` does.
            size: rows that the search knows; an import may have added some since it began.
        """
        self._matrix = matrix
        self._directions = directions
        self._read = exact
        self._size = size
        self._exact = np.zeros(size, np.bool_)
        self._last: _Answer | None = None

    @cached_property
    def cosines(self) -> Vector:
        """``[size]`` by row: exact where a photo was looked at, else to `ROUGH`; NaN: no vector."""
        by_row = np.full(self._size, np.nan, np.float32)
        rows = self._matrix.rows
        there = rows < self._size
        scans = (self._matrix.similarities(direction) for direction in self._directions)
        nearest = next(scans)
        for scan in scans:
            np.maximum(nearest, scan, out=nearest)
        by_row[rows[there]] = nearest[there]
        return by_row

    def nearest(self, allowed: Mask, most: int) -> Nearest:
        """Return the ``most`` allowed rows of the highest cosine."""
        if self._last is None or self._last.allowed is not allowed or self._last.most < most:
            self._last = _Answer(allowed, most, self._nearest(allowed, most))
        rows, among = self._last.found
        return Nearest(rows[:most], among)

    def _nearest(self, allowed: Mask, most: int) -> Nearest:
        rows = np.flatnonzero(allowed & ~np.isnan(self.cosines))
        among = len(rows)
        if among > most:
            # Selecting a value and comparing is quicker than numpy's argpartition.
            rough = self.cosines[rows]
            rows = rows[rough >= np.partition(rough, -most)[-most]]
        rows = rows[np.argsort(-self.cosines[rows], kind="stable")]
        best = rows[:EXACT]
        best = best[np.lexsort((best, -self.of(best)))]
        return Nearest(np.concatenate([best, rows[EXACT:]]), among)

    def of(self, rows: Rows) -> Vector:
        """Return the cosines ``[k]`` of rows, the first `EXACT` exactly; NaN: no vector."""
        best = rows[:EXACT]
        there, vectors = self._read(best[~np.isnan(self.cosines[best]) & ~self._exact[best]])
        if len(there):
            self.cosines[there] = (vectors @ np.transpose(self._directions)).max(axis=1)
            self._exact[there] = True
        return self.cosines[rows]

    def above(self, line: float) -> Rows:
        """Return the rows whose cosine reaches a line."""
        return np.flatnonzero(self.cosines >= line)
