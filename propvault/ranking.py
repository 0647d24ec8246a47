"""Fuse rankings. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

RRF_K = 60
"""Constant of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009."""


def fuse(
    rankings: Iterable[tuple[float, NDArray[np.int64]]], *, k: float = RRF_K
) -> NDArray[np.int64]:
    """Fuse rankings of rows, best first, by weighted reciprocal rank.

    Args:
        rankings: (weight, rows ``[n]`` best first, each once); a row missing from one adds
            nothing there.
        k: how little the first ranks stand out.

    Returns:
        Every row, best first; ties keep the order of the first ranking that has them.
    """
    weighted = [(weight, rows) for weight, rows in rankings if len(rows)]
    if not weighted:
        return np.zeros(0, np.int64)
    rows = np.concatenate([ranked for _, ranked in weighted])
    shares = [weight / (k + np.arange(1, len(ranked) + 1)) for weight, ranked in weighted]
    found, first, which = np.unique(rows, return_index=True, return_inverse=True)
    scores = np.bincount(which, np.concatenate(shares))
    return found[np.lexsort((first, -scores))]
