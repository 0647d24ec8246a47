"""Fuse rankings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

RRF_K = 60
"""Constant of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009."""


def fuse(rankings: Iterable[tuple[float, Sequence[int]]]) -> list[int]:
    """Fuse rankings of rows, best first, by weighted reciprocal rank.

    Args:
        rankings: (weight, rows best first); a row missing from one adds nothing there.

    Returns:
        Every row, best first; ties keep the order of the first ranking that has them.
    """
    scores: dict[int, float] = {}
    for weight, rows in rankings:
        for rank, row in enumerate(rows, 1):
            scores[row] = scores.get(row, 0.0) + weight / (RRF_K + rank)
    order: Mapping[int, int] = {row: index for index, row in enumerate(scores)}
    return sorted(scores, key=lambda row: (-scores[row], order[row]))
