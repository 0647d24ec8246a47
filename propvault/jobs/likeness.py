"""How near each photo of a vault is to a sentence: roughly for all, exactly for the best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propvault.vault.standing import Mask, Rows
from propvault.vault.vectors import ROUGH, VectorMatrix


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

    The whole vault is scanned once, in eight bits a number. Whatever is ranked is computed again
    in f32 before it is ordered, within the photos that the filters left.
    """

    def __init__(
        self, matrix: VectorMatrix, directions: Sequence[NDArray[np.float32]], size: int
    ) -> None:
        """Remember what to compare.

        Args:
            matrix: the vectors of a vault.
            directions: at least one, ``[dim]`` each, about as long as a unit vector.
            size: rows that the search knows; an import may have added some since it began.
        """
        self._matrix = matrix
        self._directions = directions
        self._size = size
        self._last: _Answer | None = None

    @cached_property
    def cosines(self) -> NDArray[np.float32]:
        """``[size]`` by row: exact where a photo was ranked, else to `ROUGH`; NaN: no vector."""
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
            # Selecting a value and comparing takes a sixth of numpy's argpartition.
            rough = self.cosines[rows]
            rows = rows[rough >= np.partition(rough, -most)[-most]]
        return Nearest(rows[np.lexsort((rows, -self.of(rows)))], among)

    def of(self, rows: Rows) -> NDArray[np.float32]:
        """Return the exact cosines ``[k]`` of rows; NaN where there is none."""
        there = rows[~np.isnan(self.cosines[rows])]
        exact = [self._matrix.exact(direction, there) for direction in self._directions]
        self.cosines[there] = np.max(exact, axis=0)
        return self.cosines[rows]

    def above(self, line: float) -> Rows:
        """Return the rows whose cosine reaches a line."""
        rows = np.flatnonzero(self.cosines >= line - ROUGH)
        return rows[self.of(rows) >= line]
