"""Groups of one exposure and stacks of takes, from what is known of pairs. Pure.

Invariants: a photo is in at most one group and one stack; every member of a group is the same as
its keeper, so no chain joins what differs; what a person said of a pair always wins; the result
does not depend on the order of anything that is given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from math import cos, hypot, radians

from propvault.likeness import Kind
from propvault.values import Capture

Pair = tuple[str, str]
"""Two hashes of photos, the smaller one first."""

LINK_MINUTES, SPAN_MINUTES = 5.0, 10.0
"""Takes of one stack follow each other within the first, and end within the second of its start:
a burst, a bracket, a walk around a chair; a long walk is several stacks."""
LINK_METRES = 100.0
"""And are taken within this distance, twice what a phone's position is off among houses."""
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Group:
    """Photos of one exposure, or takes of one subject."""

    keeper: str
    """The one that stands for the others."""
    others: tuple[str, ...]
    """The others, best first."""


@dataclass(frozen=True)
class Known:
    """What is known of pairs."""

    machine: Mapping[Pair, Kind]
    """What was found by looking."""
    person: Mapping[Pair, Kind]
    """What a person said; wins."""

    def kind(self, one: str, other: str) -> Kind | None:
        """Return what two photos are to each other, None when nobody looked."""
        pair = pair_of(one, other)
        return self.person.get(pair) or self.machine.get(pair)

    def of_kind(self, kind: Kind) -> list[Pair]:
        """Return all pairs of a kind."""
        found = {pair for pair, said in self.person.items() if said == kind}
        found |= {p for p, saw in self.machine.items() if saw == kind and p not in self.person}
        return sorted(found)


def pair_of(one: str, other: str) -> Pair:
    """Return two hashes in the order they are kept in."""
    return (one, other) if one < other else (other, one)


def same_groups(
    known: Known, best_first: Callable[[Sequence[str]], Sequence[str]]
) -> tuple[list[Group], list[Pair]]:
    """Return the groups of one exposure, and the pairs that must be looked at to be sure.

    Args:
        known: what is known of pairs.
        best_first: orders photos that may be one exposure, the best keeper first.

    A pair nobody looked at counts as not the same: look at the pairs returned and call again.
    """
    found, unknown = [], set[Pair]()
    for component in _components(known.of_kind("same")):
        left = list(best_first(sorted(component)))
        while left:
            members = _members(left, known, unknown)
            if len(members) > 1:
                found.append(Group(members[0], tuple(members[1:])))
            left = [photo for photo in left if photo not in members]
    return sorted(found, key=lambda group: group.keeper), sorted(unknown)


def _members(left: Sequence[str], known: Known, unknown: set[Pair]) -> list[str]:
    """Return the first photo and those that are the same as it, in the order given."""
    keepers, inside = {left[0]}, {left[0]}
    added = True
    while added:  # a person's "same" may bring in a photo by one that came later
        added = False
        for photo in left:
            if photo in inside or _vetoed(photo, inside, known):
                continue
            # What a person called the same as the keeper stands for it.
            said = {known.person.get(pair_of(photo, keeper)) for keeper in keepers}
            if "same" in said:
                keepers.add(photo)
            elif not any(known.person.get(pair_of(photo, m)) == "same" for m in inside):
                kinds = {known.kind(photo, keeper) for keeper in keepers}
                if "same" not in kinds:
                    if None in kinds:
                        unknown.add(pair_of(photo, left[0]))
                    continue
            inside.add(photo)
            added = True
    return [photo for photo in left if photo in inside]


def _vetoed(photo: str, inside: Iterable[str], known: Known) -> bool:
    said = (known.person.get(pair_of(photo, member)) for member in inside)
    return any(kind in ("take", "different") for kind in said)


def stacks(
    known: Known,
    captures: Mapping[str, Capture],
    groups: Sequence[Group],
    chosen: Collection[str] = (),
) -> list[Group]:
    """Return the stacks of takes: what links within minutes and one place join.

    Args:
        known: what is known of pairs.
        captures: when and where each photo was taken.
        groups: the groups of one exposure; each takes part by its keeper alone.
        chosen: photos that a person wants kept in sight.

    The keeper of a stack is the one chosen, else the first one taken.
    """
    keeper = {photo: group.keeper for group in groups for photo in group.others}
    links = set()
    for pair in known.of_kind("take"):
        one, other = (keeper.get(photo, photo) for photo in pair)
        if one != other:
            said = known.person.get(pair_of(one, other))
            near = said == "take" or near_enough(captures[one], captures[other])
            if near and said not in ("same", "different"):
                links.add(pair_of(one, other))
    found = []
    for component in _components(sorted(links)):
        left = sorted(component, key=lambda photo: (captures[photo].taken_local or "9", photo))
        while left:
            members = _reached(left, links, known, captures)
            if len(members) > 1:
                face = next((photo for photo in members if photo in chosen), members[0])
                found.append(Group(face, tuple(photo for photo in members if photo != face)))
            left = [photo for photo in left if photo not in members]
    return sorted(found, key=lambda group: group.keeper)


def _reached(
    left: Sequence[str], links: set[Pair], known: Known, captures: Mapping[str, Capture]
) -> list[str]:
    """Return the first photo and those that links lead to from it without leaving its span."""
    first = captures[left[0]]
    near = {p for p in left if (_minutes(first, captures[p]) or 0) <= SPAN_MINUTES}
    inside, added = {left[0]}, True
    while added:
        added = False
        for photo in left:
            linked = {known.person.get(pair_of(photo, m)) for m in inside
                      if pair_of(photo, m) in links}  # fmt: skip
            apart = any(known.person.get(pair_of(photo, m)) == "different" for m in inside)
            if photo not in inside and not apart and linked and (photo in near or "take" in linked):
                inside.add(photo)
                added = True
    return [photo for photo in left if photo in inside]


def near_enough(one: Capture, other: Capture) -> bool:
    """Return whether two photos were taken within minutes and at one place, as far as is known."""
    minutes, metres = _minutes(one, other), _metres(one, other)
    if minutes is not None and minutes > LINK_MINUTES:
        return False
    return metres is None or metres <= LINK_METRES


def _minutes(one: Capture, other: Capture) -> float | None:
    if not one.taken_local or not other.taken_local:
        return None
    first, second = (datetime.fromisoformat(c.taken_local or "") for c in (one, other))
    return abs((second - first).total_seconds()) / 60


def _metres(one: Capture, other: Capture) -> float | None:
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    north = (one.latitude or 0) - (other.latitude or 0)
    east = ((one.longitude or 0) - (other.longitude or 0) + 180) % 360 - 180
    return hypot(north, east * cos(radians(one.latitude or 0))) * _METRES_PER_DEGREE


def _components(pairs: Iterable[Pair]) -> list[list[str]]:
    """Return the photos that pairs connect, each component in ascending order."""
    parent: dict[str, str] = {}

    def root(photo: str) -> str:
        while parent.setdefault(photo, photo) != photo:
            parent[photo] = parent[parent[photo]]
            photo = parent[photo]
        return photo

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    found: defaultdict[str, list[str]] = defaultdict(list)
    for photo in sorted(parent):
        found[root(photo)].append(photo)
    return list(found.values())


def undecided(group: Group, known: Known) -> bool:
    """Return whether a person has yet to look at a group: some pair in it nobody spoke of."""
    pairs = combinations((group.keeper, *group.others), 2)
    linked = [pair_of(one, other) for one, other in pairs if group.keeper in (one, other)]
    return any(pair not in known.person for pair in linked)
