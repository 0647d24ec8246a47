"""Ranking by likeness is that of a full comparison in f32, whatever the filters leave."""

from __future__ import annotations

import numpy as np
import pytest

from propvault.jobs.likeness import Likeness
from propvault.vault.vectors import ROUGH, Codes, VectorMatrix

PHOTOS, DIM = 5000, 64


def units(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


ROWS = np.random.default_rng(1).permutation(np.arange(1, PHOTOS, 2)).astype(np.int32)
"""Every second photo has a vector; in no order."""
VECTORS = units(len(ROWS), 2)
BY_ROW = np.full((PHOTOS, DIM), np.nan, np.float32)
BY_ROW[ROWS] = VECTORS


def likeness_of(directions: np.ndarray, size: int = PHOTOS) -> Likeness:
    matrix = VectorMatrix(ROWS, (Codes.of(VECTORS[:1000]), Codes.of(VECTORS[1000:])))
    return Likeness(matrix, list(directions), lambda rows: (rows[::-1], BY_ROW[rows[::-1]]), size)


@pytest.mark.parametrize("ways", [1, 3])
@pytest.mark.parametrize("share", [1.0, 0.3, 0.002, 0.0])
def test_the_nearest_within_a_filter_are_exact(ways: int, share: float) -> None:
    directions = units(ways, 3)
    expected = (BY_ROW @ directions.T).max(axis=1)
    allowed = np.random.default_rng(4).random(PHOTOS) < share
    there = np.flatnonzero(allowed & ~np.isnan(expected))
    best = there[np.argsort(-expected[there], kind="stable")]
    likeness = likeness_of(directions)
    found = likeness.nearest(allowed, 200)
    assert found.rows[:50].tolist() == best[:50].tolist() and found.among == len(best)
    assert len(found.rows) == min(200, len(best))
    np.testing.assert_allclose(likeness.of(best[:300]), expected[best[:300]], atol=1e-6)
    assert likeness.nearest(allowed, 3).rows.tolist() == best[:3].tolist()


def test_a_line_is_met() -> None:
    directions = units(1, 6)
    expected = (BY_ROW @ directions.T).max(axis=1)
    line = float(np.nanquantile(expected, 0.9))
    found = set(likeness_of(directions).above(line).tolist())
    sure = set(np.flatnonzero(expected >= line + ROUGH).tolist())
    assert sure <= found <= set(np.flatnonzero(expected >= line - ROUGH).tolist()) and sure


def test_a_photo_without_a_vector_has_no_cosine() -> None:
    likeness = likeness_of(units(1, 7))
    assert np.isnan(likeness.of(np.array([2, 3, 4]))).tolist() == [True, False, True]


def test_photos_that_came_since_are_left_out() -> None:
    likeness = likeness_of(units(1, 8), 100)
    rows = likeness.nearest(np.ones(100, np.bool_), 1000).rows
    assert sorted(rows.tolist()) == list(range(1, 100, 2))
