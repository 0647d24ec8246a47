"""Ranking by likeness is that of a full comparison in f32, whatever the filters leave."""

from __future__ import annotations

import numpy as np
import pytest

from propvault.jobs.likeness import Likeness
from propvault.vault.vectors import Piece, VectorMatrix

PHOTOS, DIM = 5000, 64


def units(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def matrix() -> VectorMatrix:
    """Vectors of every second photo, in no order, in two pieces."""
    rows = np.random.default_rng(1).permutation(np.arange(1, PHOTOS, 2)).astype(np.int32)
    vectors = units(len(rows), 2).astype(np.float16)
    return VectorMatrix(rows, (Piece.of(vectors[:1000]), Piece.of(vectors[1000:])))


def compared(matrix: VectorMatrix, directions: np.ndarray) -> np.ndarray:
    vectors = np.concatenate([piece.vectors for piece in matrix.pieces]).astype(np.float32)
    by_row = np.full(PHOTOS, np.nan, np.float32)
    by_row[matrix.rows] = (vectors @ directions.T).max(axis=1)
    return by_row


@pytest.mark.parametrize("ways", [1, 3])
@pytest.mark.parametrize("share", [1.0, 0.3, 0.002, 0.0])
def test_the_nearest_within_a_filter_are_exact(
    matrix: VectorMatrix, ways: int, share: float
) -> None:
    directions = units(ways, 3)
    expected = compared(matrix, directions)
    allowed = np.random.default_rng(4).random(PHOTOS) < share
    there = np.flatnonzero(allowed & ~np.isnan(expected))
    best = there[np.argsort(-expected[there], kind="stable")]
    likeness = Likeness(matrix, list(directions), PHOTOS)
    found = likeness.nearest(allowed, 200)
    assert found.rows[:50].tolist() == best[:50].tolist() and found.among == len(best)
    assert len(found.rows) == min(200, len(best))
    np.testing.assert_allclose(likeness.of(best[:300]), expected[best[:300]], atol=1e-6)
    assert likeness.nearest(allowed, 3).rows.tolist() == best[:3].tolist()


def test_a_line_is_met_exactly(matrix: VectorMatrix) -> None:
    directions = units(1, 6)
    expected = compared(matrix, directions)
    line = float(np.nanquantile(expected, 0.9))
    found = Likeness(matrix, list(directions), PHOTOS).above(line)
    assert found.tolist() == np.flatnonzero(expected >= line).tolist()


def test_a_photo_without_a_vector_has_no_cosine(matrix: VectorMatrix) -> None:
    likeness = Likeness(matrix, list(units(1, 7)), PHOTOS)
    assert np.isnan(likeness.of(np.array([2, 3, 4]))).tolist() == [True, False, True]


def test_photos_that_came_since_are_left_out(matrix: VectorMatrix) -> None:
    likeness = Likeness(matrix, list(units(1, 8)), 100)
    rows = likeness.nearest(np.ones(100, np.bool_), 1000).rows
    assert sorted(rows.tolist()) == list(range(1, 100, 2))
