"""Which photos may be repeats of each other: few enough to look at, never all pairs.

Near in a perceptual hash, found by an exact index over parts of it (multi-index hashing, Norouzi,
Punjani & Fleet 2012, by faiss), or neighbours in a model's space, which survive crops and turns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAR_BITS = 3
"""Hamming distance, of 64 bits, up to which hashes are near: an index over halves in which one
bit may differ finds every such pair (pigeonhole)."""
_CROWD = 16
"""Photos of one hash that are all paired; of more, each with that many next to it and the first."""
NEAREST = 6
"""Neighbours of a photo that are looked at."""
_ALWAYS, _MOST = 0.9, 32
"""Cosine from which further neighbours are looked at, and how many at most."""
_BASE = 65_536
"""Vectors searched at a time: 64 MB at 256 dimensions."""

Pairs = NDArray[np.int64]
"""[n, 2] rows of photos, the smaller one first, each pair once."""


@dataclass(frozen=True)
class Hashes:
    """Hashes of one algorithm; a photo may have several, one or none."""

    values: NDArray[np.uint64]
    """[n] 64-bit hashes."""
    rows: NDArray[np.int64]
    """[n] rows of the photos they belong to."""


def near_hashes(hashes: Hashes, new: NDArray[np.int64] | None = None) -> Pairs:
    """Return pairs of photos with hashes within `NEAR_BITS`, of which one is ``new`` if given."""
    if not len(hashes.values):
        return _no_pairs()
    values, owner = np.unique(hashes.values, return_inverse=True)
    order = np.lexsort((hashes.rows, owner))
    rows, starts = hashes.rows[order], np.searchsorted(owner[order], np.arange(len(values) + 1))
    asked = np.arange(len(values))
    if new is not None:
        asked = np.unique(owner[np.isin(hashes.rows, new)])
    pairs = [_crowded(rows, starts, asked)]
    first, second = _near_values(values, asked)
    # Of two crowds whose hashes are near, the first few stand for the rest.
    size = np.minimum(np.diff(starts), _CROWD)
    for left in range(int(size[first].max(initial=0))):
        for right in range(int(size[second].max(initial=0))):
            there = (size[first] > left) & (size[second] > right)
            ends = rows[starts[first[there]] + left], rows[starts[second[there]] + right]
            pairs.append(np.column_stack(ends))
    return _distinct(np.concatenate(pairs), new)


def _crowded(
    rows: NDArray[np.int64], starts: NDArray[np.intp], asked: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Pair photos of one hash with the next ones, and with the first."""
    several = asked[np.diff(starts)[asked] > 1]
    if not len(several):
        return _no_pairs()
    sizes = np.diff(starts)[several]
    # places[i]: where the i-th photo of a crowd is in ``rows``; ends[i]: where its crowd ends.
    offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    begins = np.repeat(starts[several], sizes)
    places, ends = begins + offsets, begins + np.repeat(sizes, sizes)
    found = [np.column_stack([rows[begins], rows[places]])]
    for step in range(1, min(_CROWD, int(sizes.max()))):
        inside = places + step < ends
        found.append(np.column_stack([rows[places[inside]], rows[places[inside] + step]]))
    return np.concatenate(found)


def _near_values(
    values: NDArray[np.uint64], asked: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs of indices of distinct values within `NEAR_BITS`."""
    import faiss  # 0.1 s, which only a search for repeats needs

    codes = np.ascontiguousarray(values.astype(">u8").view(np.uint8).reshape(-1, 8))
    index = faiss.IndexBinaryMultiHash(64, 2, 32)
    index.nflip = 1
    index.add(codes)
    limits, _, found = index.range_search(codes[asked], NEAR_BITS + 1)
    first = np.repeat(asked, np.diff(limits).astype(np.intp))
    other = found.astype(np.intp)
    apart = first != other
    return first[apart], other[apart]


def nearest_vectors(
    rows: NDArray[np.int64],
    vectors: NDArray[np.float16],
    new: NDArray[np.int64] | None,
    least: float,
) -> Pairs:
    """Return pairs of each photo and its nearest ones by cosine.

    Args:
        rows: [n] rows of photos.
        vectors: [n, dim] unit vectors of them.
        new: rows whose neighbours are asked for; None for all.
        least: cosine below which a neighbour is none.
    """
    import faiss

    asked = np.arange(len(rows)) if new is None else np.flatnonzero(np.isin(rows, new))
    if not len(asked) or len(rows) < 2:
        return _no_pairs()
    count = min(_MOST + 1, len(rows))
    queries = np.ascontiguousarray(vectors[asked], np.float32)
    heap = faiss.ResultHeap(len(queries), count, keep_max=True)
    for start in range(0, len(rows), _BASE):
        base = np.ascontiguousarray(vectors[start : start + _BASE], np.float32)
        kept = min(count, len(base))
        found, places = faiss.knn(queries, base, kept, metric=faiss.METRIC_INNER_PRODUCT)
        heap.add_result(found, places + start)
    heap.finalize()
    cosines, places = heap.D, heap.I
    apart = (places >= 0) & (places != asked[:, None])
    rank = np.cumsum(apart, axis=1)
    kept = apart & (cosines >= least) & ((rank <= NEAREST) | (cosines >= _ALWAYS))
    ends = np.broadcast_to(rows[asked][:, None], places.shape)[kept], rows[places[kept]]
    return _distinct(np.column_stack(ends), None)


def join(*parts: Pairs) -> Pairs:
    """Return the pairs of several lists, each once, in ascending order."""
    return _distinct(np.concatenate(parts), None)


def _distinct(pairs: NDArray[np.int64], new: NDArray[np.int64] | None) -> Pairs:
    ordered = np.sort(pairs, axis=1)
    ordered = ordered[ordered[:, 0] != ordered[:, 1]]
    if new is not None:
        ordered = ordered[np.isin(ordered, new).any(axis=1)]
    # One number per pair sorts ten times as fast as rows of two.
    packed = np.unique(ordered[:, 0] << 32 | ordered[:, 1])
    return np.column_stack([packed >> 32, packed & 0xFFFFFFFF])


def _no_pairs() -> Pairs:
    return np.zeros((0, 2), np.int64)
