"""Trips end where time or place has a gap; every photo is in one trip at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.trips import FEWEST, GAP, Stop, find_trips

START = datetime(2026, 1, 13, 9)
PENANG, SHAOXING = (5.41, 100.33), (30.0, 120.58)


def walk(hours: list[float], position: tuple[float, float] | None, place: str) -> list[Stop]:
    return [Stop(int(h * 10), START + timedelta(hours=h), position, place) for h in hours]


@pytest.mark.parametrize(
    ("stops", "names"),
    [
        (walk([0, 1, 2], PENANG, "Penang"), ["2026-01-13 Penang"]),
        (walk([0, 1], PENANG, "Penang"), []),
        (walk([0, 20, 50], PENANG, "Penang"), ["2026-01-13..15 Penang"]),
        (walk([0, 1, 2, 40, 41, 42], PENANG, "P"), ["2026-01-13 P", "2026-01-15 P"]),
        (walk([0, 1, 2], None, ""), ["2026-01-13"]),
        (
            walk([0, 1, 2], PENANG, "P") + walk([8, 9, 10], SHAOXING, "S"),
            ["2026-01-13 P", "2026-01-13 S"],
        ),
        # A phone without GPS between two places does not hide the move.
        (
            walk([0, 1, 2], PENANG, "P") + walk([9, 10, 11], SHAOXING, "S")[1:]
            + walk([12], SHAOXING, "S"),
            ["2026-01-13 P", "2026-01-13 S"],
        ),
        (walk([0, 1, 2, 400, 401, 402], PENANG, "P")[::-1], ["2026-01-13 P", "2026-01-30 P"]),
        (walk([430, 440, 475], PENANG, "P"), ["2026-01-31..02-02 P"]),
    ],
)  # fmt: skip
def test_trips(stops: list[Stop], names: list[str]) -> None:
    assert [trip.name for trip in find_trips(stops)] == names


def test_one_day_at_home_twice_is_told_apart() -> None:
    there_and_back = (
        walk([0, 1, 2], PENANG, "P")
        + walk([5, 6, 7], SHAOXING, "S")
        + walk([10, 11, 12], PENANG, "P")
    )
    names = [trip.name for trip in find_trips(there_and_back)]
    assert names == ["2026-01-13 P", "2026-01-13 S", "2026-01-13 P (2)"]


STOPS = st.lists(
    st.builds(
        Stop,
        st.integers(1, 10**6),
        st.datetimes(datetime(2025, 1, 1), datetime(2025, 3, 1)),
        st.none() | st.sampled_from([PENANG, SHAOXING, (5.5, 100.4)]),
        st.sampled_from(["", "A", "B"]),
    ),
    max_size=40,
    unique_by=lambda stop: stop.row,
)


@given(STOPS)
def test_a_trip_has_no_gap_and_no_photo_is_in_two(stops: list[Stop]) -> None:
    trips = find_trips(stops)
    by_row = {stop.row: stop for stop in stops}
    rows = [row for trip in trips for row in trip.rows]
    assert len(rows) == len(set(rows))
    assert len({trip.name for trip in trips}) == len(trips)
    assert find_trips(reversed(stops)) == trips
    for trip in trips:
        assert len(trip.rows) >= FEWEST
        times = [by_row[row].taken for row in trip.rows]
        assert times == sorted(times)
        assert all(after - before <= GAP for before, after in pairwise(times))
