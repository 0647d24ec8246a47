"""Candidates: every near pair, neighbours, and never all pairs of a crowd."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from propvault.vault.candidates import NEAREST, Hashes, join, near_hashes, nearest_vectors


def hashed(values: list[int]) -> Hashes:
    return Hashes(np.array(values, np.uint64), np.arange(len(values), dtype=np.int64))


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=8), st.data())
def test_every_pair_within_three_bits_is_found(values: list[int], data: st.DataObject) -> None:
    for value in list(values):
        flips = data.draw(st.lists(st.integers(0, 63), max_size=4))
        for bit in flips:
            value ^= 1 << bit
        values.append(value)
    near = {
        (i, j)
        for (i, one), (j, other) in combinations(enumerate(values), 2)
        if (one ^ other).bit_count() <= 3
    }
    assert set(map(tuple, near_hashes(hashed(values)).tolist())) == near


def test_only_pairs_of_new_photos_are_returned() -> None:
    hashes = hashed([0, 1, 2, 2**63])
    found = near_hashes(hashes, np.array([3]))
    assert found.tolist() == [[0, 3], [1, 3], [2, 3]]


def test_a_crowd_is_not_paired_with_itself_in_full() -> None:
    found = near_hashes(hashed([7] * 2000))
    assert len(found) < 2000 * 20
    assert {row for pair in found.tolist() for row in pair} == set(range(2000))


def test_a_photo_with_several_hashes_is_one_photo() -> None:
    hashes = Hashes(np.array([1, 2, 3], np.uint64), np.array([5, 5, 9]))
    assert near_hashes(hashes).tolist() == [[5, 9]]
    assert not len(near_hashes(Hashes(np.zeros(0, np.uint64), np.zeros(0, np.int64))))


def unit(vectors: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> np.ndarray[
    tuple[int, int], np.dtype[np.float16]
]:  # fmt: skip
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def test_nearest_vectors_are_those_of_a_full_search() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(300, 16)))
    rows = np.arange(300) * 3 + 1
    cosines = vectors.astype(np.float32) @ vectors.T.astype(np.float32)
    np.fill_diagonal(cosines, -2)
    expected = set()
    for index, row in enumerate(cosines):
        for place in np.argsort(-row)[:NEAREST]:
            if row[place] >= 0.5:
                expected.add(tuple(sorted((int(rows[index]), int(rows[place])))))
    found = set(map(tuple, nearest_vectors(rows, vectors, None, 0.5).tolist()))
    assert found >= expected
    assert all(cosines[(a - 1) // 3, (b - 1) // 3] >= 0.49 for a, b in found)


def test_neighbours_of_the_new_alone() -> None:
    vectors = unit(np.eye(8)[[0, 0, 1, 1]] + 0.01)
    found = nearest_vectors(np.arange(4), vectors, np.array([3]), 0.9)
    assert found.tolist() == [[2, 3]]
    assert not len(nearest_vectors(np.arange(1), vectors[:1], None, 0.0))


def test_joined_pairs_are_listed_once() -> None:
    assert join(np.array([[1, 2], [3, 4]]), np.array([[2, 1]])).tolist() == [[1, 2], [3, 4]]
