"""Which photos look alike by their hashes, and what a pair that was looked at is. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

_BANDS = 4
_BAND_BITS = 16
NEAR_BITS = 3
"""Hamming distance, of 64 bits, up to which two hashes are near: with four bands of 16 bits any
such pair agrees in at least one band (pigeonhole), so no pair is missed and few are compared."""
INLIERS, COVER = 10, 0.1
"""Least agreeing features, and least share of both pictures they span, of one subject."""
AGREEMENT = 0.9
"""Least agreement, once laid on each other, of two copies of one exposure. All three thresholds:
``docs/dev/near-duplicates.md``."""


def relation(inliers: int, cover: float, agreement: float) -> str:
    """Return what a pair is by its geometry: ``same`` exposure, other ``take``, ``different``."""
    if inliers < INLIERS or cover < COVER:
        return "different"
    return "same" if agreement >= AGREEMENT else "take"


def near_hashes(hashes: Sequence[int]) -> list[bool]:
    """Return for each 64-bit hash whether another one is within `NEAR_BITS` of it."""
    near = [False] * len(hashes)
    for band in range(_BANDS):
        buckets: defaultdict[int, list[int]] = defaultdict(list)
        for index, value in enumerate(hashes):
            buckets[value >> (band * _BAND_BITS) & 0xFFFF].append(index)
        for bucket in buckets.values():
            _compare(hashes, bucket, near)
    return near


def _compare(hashes: Sequence[int], bucket: Sequence[int], near: list[bool]) -> None:
    for position, one in enumerate(bucket):
        for other in bucket[position + 1 :]:
            if (hashes[one] ^ hashes[other]).bit_count() <= NEAR_BITS:
                near[one] = near[other] = True
