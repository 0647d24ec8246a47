"""The sun against almanac cases, and what its place says of the light."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from propvault.sun import Sun, sun_at, sun_of
from propvault.values import Capture

PENANG = (5.4141, 100.3288)


@pytest.mark.parametrize(
    ("moment", "place", "elevation", "azimuth"),
    [
        # At noon the elevation is 90 degrees less latitude plus declination.
        ("2025-06-21T12:02", (51.4779, 0.0), 61.96, 180),
        ("2025-12-21T11:58", (51.4779, 0.0), 15.1, 180),
        ("2025-12-21T11:56", (30.0, 0.0), 36.6, 180),
        # At the equinox it rises and sets due east and west.
        ("2025-03-20T18:07", (0.0, 0.0), 0.3, 270),
        ("2025-03-20T06:07", (0.0, 0.0), 0.3, 90),
        # South of the tropics the noon sun stands in the north.
        ("2025-06-21T12:02", (-33.9, 0.0), 32.7, 0),
    ],
)
def test_almanac(moment: str, place: tuple[float, float], elevation: float, azimuth: float) -> None:
    sun = sun_at(datetime.fromisoformat(moment).replace(tzinfo=UTC), *place)
    assert sun.elevation == pytest.approx(elevation, abs=0.6)
    assert abs((sun.azimuth - azimuth + 180) % 360 - 180) < 2


def light(elevation: float, azimuth: float = 180.0) -> Sun:
    return Sun(elevation, azimuth, is_before_noon=False, hours_from_noon=5.0)


@pytest.mark.parametrize(
    ("elevation", "part", "golden", "blue"),
    [
        (40.0, "afternoon", False, False),
        (6.1, "afternoon", False, False),
        (6.0, "afternoon", True, False),
        (-0.5, "afternoon", True, False),
        (-1.0, None, True, False),
        (-4.0, None, True, False),
        (-4.1, None, False, True),
        (-6.0, None, False, True),
        (-6.1, "night", False, False),
    ],
)
def test_hours_of_light(elevation: float, part: str | None, golden: bool, blue: bool) -> None:
    sun = light(elevation)
    assert (sun.day_part, sun.is_golden, sun.is_blue) == (part, golden, blue)


@pytest.mark.parametrize(
    ("bearing", "expected"),
    [
        (180.0, "backlit"), (240.0, "backlit"), (241.0, "side-lit"), (90.0, "side-lit"),
        (299.0, "side-lit"), (300.0, "front-lit"), (0.0, "front-lit"), (360.0, "front-lit"),
        (None, None),
    ],
)  # fmt: skip
def test_direction_of_light(bearing: float | None, expected: str | None) -> None:
    assert light(30.0).direction(bearing) == expected


def test_a_high_sun_lights_from_the_top_and_a_set_one_from_nowhere() -> None:
    assert light(70.0).direction(None) == "top-lit"
    assert light(-1.0).direction(180.0) is None


def capture(taken: str | None = "2026-01-13T17:42:05", offset: int | None = 480) -> Capture:
    return Capture(taken, offset, "exif", *PENANG)


def test_a_walk_in_penang() -> None:
    sun = sun_of(capture("2026-01-13T19:15:00"))
    assert sun is not None and sun.is_golden and sun.day_part == "afternoon"
    night = sun_of(capture("2026-01-13T21:00:00.250"))
    assert night is not None and night.day_part == "night"
    # The clock is ahead of the sun there by 1 h 18 min.
    noon = sun_of(capture("2026-01-13T13:28:00"))
    assert noon is not None and noon.day_part == "noon" and noon.hours_from_noon < 0.1


@pytest.mark.parametrize(
    "unknown",
    [capture(None), capture(offset=None), Capture("2026-01-13T17:42:05", 480, "exif")],
)
def test_without_time_offset_or_place_nothing_is_said(unknown: Capture) -> None:
    assert sun_of(unknown) is None
