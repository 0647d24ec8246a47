"""Trips: photos between two gaps in time or place. Pure; names are given from outside."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

GAP = timedelta(hours=36)
"""A pause longer than this ends a trip: two nights at home, not one long night."""
FAR_KM = 150.0
"""A move farther than this ends a trip: another town to scout, not another street."""
FEWEST = 3
"""Photos that make a trip."""
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Stop:
    """One photo on the way."""

    row: int
    """The photo."""
    taken: datetime
    """Local time."""
    position: tuple[float, float] | None = None
    """Degrees north and east; None when unknown."""
    place: str = ""
    """What the town or city is called; empty when unknown."""


@dataclass(frozen=True)
class Trip:
    """Photos of one trip."""

    name: str
    """Dates and the place with most photos, such as ``2026-01-13..15 绍兴 Shaoxing``."""
    rows: tuple[int, ...]
    """The photos, oldest first."""


def find_trips(stops: Iterable[Stop]) -> list[Trip]:
    """Return trips by time; photos of shorter ones are in none. Names are each given once."""
    ordered = sorted(stops, key=lambda stop: (stop.taken, stop.row))
    groups: list[list[Stop]] = []
    last_position: tuple[float, float] | None = None
    for stop in ordered:
        is_late = not groups or stop.taken - groups[-1][-1].taken > GAP
        has_moved = (
            stop.position is not None
            and last_position is not None
            and _kilometres(stop.position, last_position) > FAR_KM
        )
        if is_late or has_moved:
            groups.append([])
        groups[-1].append(stop)
        last_position = stop.position or (None if is_late else last_position)
    named: Counter[str] = Counter()
    trips = []
    for group in groups:
        if len(group) >= FEWEST:
            name = _name(group)
            named[name] += 1
            numbered = name if named[name] == 1 else f"{name} ({named[name]})"
            trips.append(Trip(numbered, tuple(stop.row for stop in group)))
    return trips


def _name(group: Sequence[Stop]) -> str:
    first, last = group[0].taken.date().isoformat(), group[-1].taken.date().isoformat()
    # The end is written as far as it differs: 2026-01-13..15, 2026-01-30..02-02.
    rest = last[8:] if first[:7] == last[:7] else last[5:] if first[:4] == last[:4] else last
    places = Counter(stop.place for stop in group if stop.place)
    place = min(places, key=lambda name: (-places[name], name)) if places else ""
    return f"{first if first == last else f'{first}..{rest}'} {place}".strip()


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    turn = (one[1] - other[1] + 180) % 360 - 180
    east = turn * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(one[0] - other[0], east) * _KM_PER_DEGREE
