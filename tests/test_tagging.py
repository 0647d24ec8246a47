"""Scores and decisions of automatic tags."""

import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.resources import library_folder
from propvault.tagging import (
    PROMISE,
    Scale,
    Thresholds,
    adapt,
    decide,
    is_disproven,
    leaders,
    proven_threshold,
    read_thresholds,
    tag_scores,
    wilson,
    without_excluded,
)

INF = np.inf


def scale(tags: int, rivals: int) -> Scale:
    return Scale(0.05, np.arange(tags) < rivals)


def test_the_score_is_the_cosine_less_the_soft_maximum_of_rivals():
    """Worked by hand: cosines .2, .1, .15 are 4, 2, 3 deviations; the first two are rivals."""
    vectors = np.array([[0.2, 0.1, 0.15]], np.float32)
    scores = tag_scores(vectors, np.eye(3, dtype=np.float32), scale(3, 2))
    rivals = np.log(np.exp(2 * 4) + np.exp(2 * 2)) / 2
    np.testing.assert_allclose(scores, [[4 - rivals, 2 - rivals, 3 - rivals]], atol=1e-5)


def test_scores_of_rivals_are_log_probabilities():
    """Twice the score is the logarithm of a softmax at CLIP's temperature: they sum to one."""
    random = np.random.default_rng(5)
    scores = tag_scores(random.normal(size=(4, 8)), random.normal(size=(3, 8)), scale(3, 3))
    np.testing.assert_allclose(np.exp(2 * scores).sum(1), 1, rtol=1e-4)


def test_without_rivals_the_score_is_the_cosine_in_deviations():
    vectors = np.array([[0.2, 0.1, 0.15]], np.float32)
    scores = tag_scores(vectors, np.eye(3, dtype=np.float32), scale(3, 0))
    np.testing.assert_allclose(scores, [[4, 2, 3]], atol=1e-5)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_a_photo_is_scored_without_its_neighbours(seed: int, count: int):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, 8)).astype(np.float32)
    tags = random.normal(size=(5, 8)).astype(np.float32)
    together = tag_scores(vectors, tags, scale(5, 3))
    alone = np.concatenate([tag_scores(v[None], tags, scale(5, 3)) for v in vectors])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-3)
    assert (together[:, :3] <= 1e-3).all()


def test_extreme_cosines_stay_finite():
    tags = np.array([[1000], [-1000]], np.float32)
    assert np.isfinite(tag_scores(np.array([[1.0]], np.float32), tags, scale(2, 2))).all()


def test_no_photos_give_no_scores():
    empty = np.empty((0, 3), np.float32)
    assert tag_scores(empty, np.eye(3, dtype=np.float32), scale(3, 2)).shape == (0, 3)


@pytest.mark.parametrize(
    ("score", "applied", "suggested", "expected"),
    [
        (1.0, 1.0, 0.5, (True, False)),
        (0.7, 1.0, 0.5, (False, True)),
        (0.5, 1.0, 0.5, (False, True)),
        (0.4, 1.0, 0.5, (False, False)),
        (9.0, INF, 0.5, (False, True)),
        (9.0, INF, INF, (False, False)),
    ],
)
def test_decisions(score: float, applied: float, suggested: float, expected: tuple[bool, bool]):
    limits = Thresholds(np.array([applied], np.float32), np.array([suggested], np.float32))
    got = decide(np.array([[score]], np.float32), limits)
    assert tuple(bool(part[0, 0]) for part in got) == expected


def test_a_tag_the_file_does_not_know_is_suggested_like_its_facet():
    stated = {
        "rivals": ["object"],
        "deviation": 0.09,
        "tags": {"object:door": {"applied": -0.3, "suggested": -1.0}},
    }
    found, limits = read_thresholds(stated, ["object:mine", "object:door", "mood:sad"])
    assert (found.deviation, found.rivals.tolist()) == (0.09, [False, True, False])
    assert limits.applied.tolist() == [INF, pytest.approx(-0.3), INF]
    assert limits.suggested.tolist() == [-1.0, -1.0, INF]


@pytest.mark.parametrize("path", sorted((library_folder() / "thresholds").glob("*.toml")), ids=str)
def test_shipped_thresholds_keep_their_promise(path):
    """A tag is applied only where precision was measured on enough photographs."""
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    assert len(stated["tags"]) > 300
    assert stated["deviation"] > 0
    for tag, row in stated["tags"].items():
        if "applied" in row:
            assert row["precision"] >= 0.8, tag
            assert row["chosen"] > 0, tag
            assert row["suggested"] <= row["applied"], tag


def test_only_the_likeliest_of_a_facet_are_applied() -> None:
    scores = np.array([[-1.4, -0.3, -2.0], [0.5, -0.6, -9.0]], np.float32)
    limits = np.full(3, -1.5, np.float32)
    thresholds = Thresholds(applied=limits, suggested=limits - 1)
    leading = leaders(scores, ["object", "object", "setting"])
    applied, suggested = decide(scores, thresholds, leading)
    assert applied.tolist() == [[False, True, False], [True, False, False]]
    assert suggested.tolist() == [[True, False, True], [False, True, False]]


def test_tags_near_the_likeliest_of_a_facet_are_applied_too() -> None:
    scores = np.array([[-1.0, -0.5, -2.0]], np.float32)
    assert leaders(scores, ["object", "object", "setting"]).tolist() == [[True, True, True]]


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (7, 7, 0.81, 1.0),
        (6, 6, 0.785, 1.0),
        (0, 0, 0.0, 1.0),
        (0, 7, 0.0, 0.19),
        (40, 50, 0.718, 0.862),
    ],
)
def test_wilson_bounds(right: int, count: int, low: float, high: float) -> None:
    np.testing.assert_allclose(wilson(right, count), [low, high], atol=0.005)


def test_wilson_bounds_of_many_shares_at_once() -> None:
    bounds = wilson([7, 0], [7, 7], sure=0.95)
    assert bounds.shape == (2, 2)
    np.testing.assert_allclose(bounds[:, 0], [0.7212, 1.0], atol=0.005)


@given(st.lists(st.tuples(st.floats(-5, 5, width=32), st.booleans()), max_size=60))
def test_a_proven_threshold_keeps_its_promise(judged: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in judged], np.float32)
    right = np.array([verdict for _, verdict in judged], np.bool_)
    threshold = proven_threshold(scores, right)
    taken = scores >= threshold
    if np.isfinite(threshold):
        assert wilson(int(right[taken].sum()), int(taken.sum()))[0] >= PROMISE
    assert np.isinf(threshold) or right.sum() >= 7


def test_verdicts_prove_and_disprove_thresholds() -> None:
    limits = Thresholds(
        np.array([INF, -1.0, -1.0, INF], np.float32), np.array([-2.0, -2.0, -2.0, -2.0], np.float32)
    )
    rising = np.linspace(-1.9, -0.1, 8).astype(np.float32)
    every, none = np.ones(8, np.bool_), np.zeros(8, np.bool_)
    moved, which = adapt(
        limits, {0: (rising, every), 1: (rising + 1, none), 3: (rising[:3], every[:3])}
    )
    assert which == {0, 1}
    assert moved.applied[0] <= -1.9, "eight confirmed prove the lowest of them"
    assert np.isinf(moved.applied[1]), "eight rejected above the line disprove it"
    assert moved.applied[2] == -1.0
    assert np.isinf(moved.applied[3]), "three verdicts prove nothing"


def test_a_threshold_is_disproven_only_by_enough_verdicts() -> None:
    scores, wrong = np.zeros(5, np.float32), np.zeros(5, np.bool_)
    assert is_disproven(0.0, scores, wrong)
    assert not is_disproven(0.0, scores[:4], wrong[:4])
    assert not is_disproven(0.1, scores, wrong), "none stands above it"
    assert not is_disproven(0.0, scores, ~wrong)


def test_what_an_applied_tag_excludes_is_not_suggested() -> None:
    applied = np.array([[True, False, False]])
    suggested = np.array([[False, True, True]])
    excluded = np.zeros((3, 3), np.bool_)
    excluded[0, 1] = excluded[1, 0] = True
    assert without_excluded(applied, suggested, excluded).tolist() == [[False, False, True]]
