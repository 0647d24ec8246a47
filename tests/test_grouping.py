"""Groups and stacks: no chains, no order, a person always wins."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.errors import UsageError
from propvault.grouping import Known, Pair, pair_of, same_groups, stacks
from propvault.keeping import RULES, KeeperFacts, best_first, check_rules, why_kept
from propvault.likeness import Kind, Likeness, relation, relation_of
from propvault.values import Capture

PHOTOS = "abcdefgh"
pairs = st.tuples(st.sampled_from(PHOTOS), st.sampled_from(PHOTOS)).filter(lambda p: p[0] < p[1])
kinds = st.sampled_from(["same", "take", "different"])
knowns = st.builds(
    Known, st.dictionaries(pairs, kinds, max_size=20), st.dictionaries(pairs, kinds, max_size=5)
)
captures = st.fixed_dictionaries(
    {
        photo: st.builds(
            lambda minute: Capture(
                taken_local=None if minute is None else f"2026-01-13T17:{minute:02}:00"
            ),
            st.one_of(st.none(), st.integers(0, 59)),
        )
        for photo in PHOTOS
    }
)


def in_order(photos: Sequence[str]) -> Sequence[str]:
    return sorted(photos)


def same(*linked: Pair) -> dict[Pair, Kind]:
    return dict.fromkeys(linked, "same")


def shuffled(known: Known, seed: int) -> Known:
    def mixed(said: dict[Pair, Kind]) -> dict[Pair, Kind]:
        items = list(said.items())
        random.Random(seed).shuffle(items)
        return dict(items)

    return Known(mixed(dict(known.machine)), mixed(dict(known.person)))


@given(knowns, st.integers())
def test_order_does_not_matter(known: Known, seed: int) -> None:
    assert same_groups(known, in_order) == same_groups(shuffled(known, seed), in_order)


@given(knowns, captures, st.integers())
def test_order_of_stacks_does_not_matter(
    known: Known, taken: dict[str, Capture], seed: int
) -> None:
    groups, _ = same_groups(known, in_order)
    assert stacks(known, taken, groups) == stacks(shuffled(known, seed), taken, groups[::-1])


@given(knowns, captures)
def test_a_photo_is_in_one_group_of_a_kind(known: Known, taken: dict[str, Capture]) -> None:
    groups, _ = same_groups(known, in_order)
    for found in (groups, stacks(known, taken, groups)):
        members = [photo for group in found for photo in (group.keeper, *group.others)]
        assert len(members) == len(set(members))


@given(knowns)
def test_what_a_person_called_apart_is_apart(known: Known) -> None:
    for group in same_groups(known, in_order)[0]:
        members = {group.keeper, *group.others}
        for pair, kind in known.person.items():
            assert kind == "same" or not members.issuperset(pair)


@given(knowns, captures)
def test_what_a_person_called_different_is_in_no_stack(
    known: Known, taken: dict[str, Capture]
) -> None:
    for stack in stacks(known, taken, same_groups(known, in_order)[0]):
        members = {stack.keeper, *stack.others}
        for pair, kind in known.person.items():
            assert kind != "different" or not members.issuperset(pair)


@given(st.dictionaries(pairs, kinds))
def test_members_are_the_same_as_the_keeper_itself(machine: dict[Pair, Kind]) -> None:
    for group in same_groups(Known(machine, {}), in_order)[0]:
        assert all(machine[pair_of(group.keeper, other)] == "same" for other in group.others)


def test_a_chain_is_not_a_group_until_its_ends_were_compared() -> None:
    chain = same(("a", "b"), ("b", "c"))
    groups, unknown = same_groups(Known(chain, {}), in_order)
    assert [(g.keeper, g.others) for g in groups] == [("a", ("b",))]
    assert unknown == [("a", "c")]
    groups, unknown = same_groups(Known(chain | {("a", "c"): "different"}, {}), in_order)
    assert [(g.keeper, g.others) for g in groups] == [("a", ("b",))] and not unknown


def test_what_a_person_joined_stays_together_with_a_better_keeper() -> None:
    known = Known(same(("b", "c")) | {("a", "c"): "different"}, same(("a", "b")))
    groups, _ = same_groups(known, in_order)
    assert [(g.keeper, g.others) for g in groups] == [("a", ("b", "c"))]


def test_a_long_walk_is_several_stacks() -> None:
    photos = [f"{number:02}" for number in range(30)]
    taken = {
        photo: Capture(taken_local=f"2026-01-13T17:{number:02}:00")
        for number, photo in enumerate(photos)
    }
    walk: dict[Pair, Kind] = dict.fromkeys(pairwise(photos), "take")
    found = stacks(Known(walk, {}), taken, [])
    assert [len(stack.others) + 1 for stack in found] == [11, 11, 8]


@pytest.mark.parametrize(
    ("one", "other", "linked"),
    [
        (Capture(), Capture(), True),
        (Capture(taken_local="2026-01-13T17:42:05"), Capture(), True),
        (Capture(taken_local="2026-01-13T17:42:05"), Capture(taken_local="2026-01-13T17:44:05.5"),
         True),
        (Capture(taken_local="2026-01-13T17:42:05"), Capture(taken_local="2026-01-14T17:42:05"),
         False),
        (Capture(latitude=5.4, longitude=100.33), Capture(latitude=5.4, longitude=100.3301), True),
        (Capture(latitude=5.41, longitude=100.33), Capture(latitude=5.42, longitude=100.33), False),
    ],
)  # fmt: skip
def test_takes_stack_within_minutes_and_one_place(
    one: Capture, other: Capture, linked: bool
) -> None:
    found = stacks(Known({("a", "b"): "take"}, {}), {"a": one, "b": other}, [])
    assert bool(found) is linked
    assert stacks(Known({}, {("a", "b"): "take"}), {"a": one, "b": other}, [])


def test_the_chosen_one_stands_for_the_stack() -> None:
    taken = dict.fromkeys("ab", Capture())
    (stack,) = stacks(Known({("a", "b"): "take"}, {}), taken, [], {"b"})
    assert stack.keeper == "b"


CLEAR = Likeness(100, 0.5, 0.99, 0.01, 0, 0.0, (1.0, 1.0))


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (Capture(), Capture(), "same"),
        (Capture(taken_local="2026-01-13T17:42:05", camera="A"), Capture(), "same"),
        (Capture(taken_local="2026-01-13T17:42:05", camera="A"),
         Capture(taken_local="2026-01-13T17:42:06", camera="A"), "take"),
        (Capture(taken_local="2026-01-13T17:42:05.25", camera="A"),
         Capture(taken_local="2026-01-13T17:42:05", camera="A"), "same"),
        (Capture(camera="A"), Capture(camera="B"), "take"),
    ],
)  # fmt: skip
def test_two_moments_are_two_exposures(one: Capture, other: Capture, kind: str) -> None:
    assert relation_of(CLEAR, one, other) == relation_of(CLEAR, other, one) == kind
    assert relation(CLEAR) == "same"


@pytest.mark.parametrize(
    ("better", "worse", "code"),
    [
        ({"is_chosen": True}, {"pixels": 9}, "keeper.chosen"),
        ({"is_raw": True}, {"pixels": 9}, "keeper.raw"),
        ({"has_camera": True}, {"pixels": 9}, "keeper.camera"),
        ({"coarseness": 3.0}, {"coarseness": 8.0}, "keeper.quantisation"),
        ({"pixels": 9}, {"sharpness": 90.0}, "keeper.pixels"),
        ({"sharpness": 90.0}, {"sharpness": 20.0}, "keeper.sharpest"),
        ({"shown": 1.0}, {"shown": 0.6}, "keeper.least_cropped"),
        ({"modified": 1}, {"modified": 2}, "keeper.oldest"),
        ({"sha256": "a"}, {"sha256": "b"}, "keeper.alike"),
    ],
)
def test_the_keeper_and_its_reason(
    better: dict[str, object], worse: dict[str, object], code: str
) -> None:
    facts = [KeeperFacts(**({"sha256": "x"} | worse)), KeeperFacts(**({"sha256": "y"} | better))]
    ordered = best_first(facts)
    assert ordered[0] is facts[1]
    assert why_kept(ordered).code == code


def test_rules_can_be_reordered_and_are_checked() -> None:
    large = KeeperFacts("a", pixels=9)
    original = KeeperFacts("b", has_camera=True, pixels=1)
    assert best_first([large, original])[0] is original
    assert best_first([large, original], ("pixels", "original"))[0] is large
    assert check_rules(RULES) == RULES
    for wrong in (["best"], ["pixels", "pixels"]):
        with pytest.raises(UsageError, match="keeper rule"):
            check_rules(wrong)
