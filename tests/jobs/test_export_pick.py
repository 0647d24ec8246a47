"""Which hits of a search are meant when its photos are exported."""

from __future__ import annotations

from pathlib import Path

import pytest

from propvault.jobs.export_pick import on_the_mark
from propvault.jobs.search import Hit, SearchAnswer
from propvault.reasons import Reason
from propvault.values import Capture, PhotoView


def hit(cosine: float | None, why: str = "why.similar") -> Hit:
    photo = PhotoView("sha256:0", "a.jpg", 1, 1, "jpeg", Capture(), Path("a.webp"), (), (), ())
    return Hit(photo, 1, None, (Reason.of(why, name="门", text="门", likeness="0"),), cosine=cosine)


@pytest.mark.parametrize(
    ("cosines", "line", "kept"),
    [
        ((0.44, 0.39, 0.34, 0.32), 0.24, 3),  # three quarters of the best
        ((0.27, 0.26, 0.22), 0.24, 2),  # no better than chance
        ((0.21, 0.2, 0.15), 0.24, 2),  # nothing matches: the nearest all the same
        ((0.27, 0.26, 0.19), None, 2),  # a model that nobody measured
    ],
)
def test_hits_near_the_best_and_beyond_chance_are_meant(
    cosines: tuple[float, ...], line: float | None, kept: int
) -> None:
    answer = SearchAnswer("门", None, tuple(map(hit, cosines)), len(cosines), line=line)
    assert [h.cosine for h in on_the_mark(answer)] == list(cosines[:kept])


@pytest.mark.parametrize(
    ("why", "is_meant"),
    [("why.tag", True), ("why.confirmed", True), ("why.notes", True), ("why.likely", False)],
)
def test_what_is_said_to_be_it_is_meant_however_it_looks(why: str, is_meant: bool) -> None:
    far = hit(0.05, why)
    answer = SearchAnswer("门", None, (hit(0.4), far), 2, line=0.3)
    assert (far in on_the_mark(answer)) is is_meant


def test_without_similarity_everything_found_is_meant() -> None:
    answer = SearchAnswer("rating:3..", None, (hit(None, "why.filter"),), 1)
    assert on_the_mark(answer) == list(answer.hits)
