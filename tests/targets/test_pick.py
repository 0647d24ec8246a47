"""Picking: the best first, then what the chosen do not show, within every cap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from propvault.targets.candidates import Candidate
from propvault.targets.pick import Slots, pick
from propvault.targets.rules import Counts
from tests.targets.conftest import photo_tag

Make = Callable[..., Candidate]


def towards(*angles: float) -> np.ndarray:
    return np.array([np.cos(np.radians(angles[0])), np.sin(np.radians(angles[0]))], np.float32)


def ids(picked: object, photos: list[Candidate]) -> list[int]:
    return [photos.index(photo) for photo, _ in picked.photos]  # type: ignore[attr-defined]


def test_variety_beats_the_second_best(candidate: Make) -> None:
    photos = [candidate(n, vector=towards(a)) for n, a in enumerate((0, 2, 4, 70))]
    assert ids(pick(photos, Slots(2)), photos) == [0, 3]
    assert ids(pick(photos, Slots(4)), photos)[:2] == [0, 3]


def test_a_missing_view_is_added_and_said(candidate: Make) -> None:
    photos = [
        candidate(1, "angle:front", vector=towards(0)),
        candidate(2, "angle:front", vector=towards(30)),
        candidate(3, "shot:detail", vector=towards(25)),
    ]
    picked = pick(photos, Slots(2))
    assert ids(picked, photos) == [0, 2]
    assert picked.photos[1][1].code == "pick.view" and picked.photos[1][1].get("view") == "detail"


def test_sharp_before_soft(candidate: Make) -> None:
    photos = [
        candidate(1, vector=towards(0), sharpness=20.0),
        candidate(2, vector=towards(40), sharpness=4.0),
        candidate(3, vector=towards(40), sharpness=20.0),
    ]
    picked = pick(photos, Slots(2))
    assert ids(picked, photos) == [0, 2]
    assert [r.reason.code for r in picked.refused] == ["pick.soft"]


def test_one_of_each_exposure_the_keeper(candidate: Make) -> None:
    keeper = candidate(2)
    photos = [candidate(1, exposure=keeper.id), candidate(2, exposure=keeper.id), candidate(3)]
    for slots in (Slots(), Slots(5)):
        picked = pick(photos, slots)
        assert ids(picked, photos) == [1, 2]
        assert [r.reason.code for r in picked.refused] == ["pick.same"]
    asked = [candidate(1, exposure=keeper.id, is_asked=True), *photos[1:]]
    assert ids(pick(asked, Slots(5)), asked) == [0, 2]


def test_another_take_does_not_fill_a_free_place(candidate: Make) -> None:
    face = candidate(1).id
    photos = [
        candidate(1, stack=face, vector=towards(0)),
        candidate(2, stack=face, vector=towards(5)),
        candidate(3, "shot:detail", stack=face, vector=towards(10)),
    ]
    picked = pick(photos, Slots(9))
    assert ids(picked, photos) == [0, 2]  # the stack is opened: a detail of it is another view
    assert [r.reason.code for r in picked.refused] == ["pick.alike"]


def test_subjects_take_turns_and_stand_together(candidate: Make) -> None:
    board = [("window", "front"), ("window", "side"), ("window", "back"), ("chair", "front")]
    photos = [
        candidate(n, subject=s, view=v, role="subject", vector=towards(n * 9))
        for n, (s, v) in enumerate(board)
    ]
    photos.append(candidate(9, role="light", vector=towards(80)))
    picked = pick(photos, Slots(3))
    assert {p.subject or p.role for p, _ in picked.photos} == {"window", "chair", "light"}
    assert [p.role for p, _ in picked.photos][-1] == "light"
    order = [(p.subject, p.view) for p, _ in pick(photos, Slots(5)).photos]
    assert order[:3] == [("window", "front"), ("window", "side"), ("window", "back")]


def test_what_a_person_asks_for_is_in(candidate: Make) -> None:
    photos = [candidate(n, vector=towards(n)) for n in range(5)]
    photos.append(candidate(9, vector=towards(1), is_asked=True))
    picked = pick(photos, Slots(2))
    assert photos[-1] in [p for p, _ in picked.photos]
    assert "pick.asked" in [why.code for _, why in picked.photos]


@pytest.mark.parametrize(
    ("counts", "code", "count"),
    [
        (Counts(per_subject=1), "pick.subject_full", 2),
        (Counts(subjects=1), "pick.other_subject", 2),
        (Counts(per_role={"style": 1}), "pick.role_full", 4),
        (Counts(people=1), "pick.people_full", 4),
        (Counts(things=2), "pick.things_full", 4),
    ],
)
def test_caps(candidate: Make, counts: Counts, code: str, count: int) -> None:
    photos = [
        candidate(1, "people:one", subject="a", role="style"),
        candidate(2, "people:one", subject="a", role="style"),
        candidate(3, "people:nobody", subject="b"),
        candidate(4, subject="b"),
        candidate(5, subject="b"),
    ]
    picked = pick(photos, Slots(5, counts))
    assert code in {r.reason.code for r in picked.refused}
    assert len(picked.photos) == count


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 359), st.integers(0, 3)), max_size=12
    ),
    st.one_of(st.none(), st.integers(0, 6)),
)
def test_everyone_is_chosen_or_told_why(made: list[tuple[str, int, int]], most: int | None) -> None:
    photos = [
        Candidate(
            f"sha256:{n:064x}", None, 9, 9, "jpeg", subject=s if g else "",
            stack=f"sha256:{g:064x}" if g else "", vector=towards(a),
            tags=(photo_tag("angle:front"),),
        )
        for n, (s, a, g) in enumerate(made)
    ]  # fmt: skip
    picked = pick(photos, Slots(most, Counts(per_subject=3)))
    names = [p.id for p, _ in picked.photos] + [r.photo for r in picked.refused]
    assert sorted(names) == sorted(p.id for p in photos)
    assert most is None or len(picked.photos) <= most
    assert picked == pick(photos, Slots(most, Counts(per_subject=3)))
