"""Where the sun stood, and what that says of the light; nothing is said without an offset.

Elevation and azimuth are those of astral (NOAA's equations, within a tenth of a degree).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from propvault.values import Capture

GOLDEN = (-4.0, 6.0)
"""Elevations of the golden hour, degrees, as photographers' almanacs give them."""
BLUE = (-6.0, -4.0)
"""Elevations of the blue hour; below it civil twilight is over and it is night."""
_NOON_HOURS = 1.5
"""Hours of true solar time around the sun's highest point that count as noon."""
_FACING, _ASIDE = 60.0, 120.0
"""Degrees between view and sun: to the first it is a backlight, from the second a front light."""
_OVERHEAD = 65.0
"""Elevation from which the sun lights from the top, whichever way the camera looks."""
_LOWEST = -0.8
"""Elevation at which the upper limb rises or sets (refraction and radius)."""

DayPart = Literal["morning", "noon", "afternoon", "night"]
Direction = Literal["backlit", "side-lit", "front-lit", "top-lit"]


@dataclass(frozen=True)
class Sun:
    """The sun at the place and time of a photo."""

    elevation: float
    """Degrees above the horizon, refraction included."""
    azimuth: float
    """Degrees clockwise from true north."""
    is_before_noon: bool
    """Whether it had not reached its highest point."""
    hours_from_noon: float
    """Hours of solar time to or from its highest point."""

    @property
    def is_up(self) -> bool:
        """Return whether any of it is above a level horizon."""
        return self.elevation > _LOWEST

    @property
    def day_part(self) -> DayPart | None:
        """Return morning, noon, afternoon or night; None in twilight."""
        if self.elevation < BLUE[0]:
            return "night"
        if not self.is_up:
            return None
        if self.hours_from_noon <= _NOON_HOURS and self.elevation > GOLDEN[1]:
            return "noon"
        return "morning" if self.is_before_noon else "afternoon"

    @property
    def is_golden(self) -> bool:
        """Return whether it was the golden hour."""
        return GOLDEN[0] <= self.elevation <= GOLDEN[1]

    @property
    def is_blue(self) -> bool:
        """Return whether it was the blue hour."""
        return BLUE[0] <= self.elevation < BLUE[1]

    def direction(self, bearing: float | None) -> Direction | None:
        """Return where the sun stood for a camera that looked along ``bearing`` (degrees)."""
        if not self.is_up:
            return None
        if self.elevation >= _OVERHEAD:
            return "top-lit"
        if bearing is None:
            return None
        apart = abs((self.azimuth - bearing + 180) % 360 - 180)
        return "backlit" if apart <= _FACING else "side-lit" if apart < _ASIDE else "front-lit"


def sun_of(capture: Capture) -> Sun | None:
    """Return where the sun stood; None without time, offset or position."""
    if capture.taken_local is None or capture.taken_offset is None:
        return None
    if capture.latitude is None or capture.longitude is None:
        return None
    local = datetime.fromisoformat(capture.taken_local)
    return sun_at(
        (local - timedelta(minutes=capture.taken_offset)).replace(tzinfo=UTC),
        capture.latitude,
        capture.longitude,
    )


def sun_at(moment: datetime, latitude: float, longitude: float) -> Sun:
    """Return where the sun stood at a moment (with a zone) over a position in degrees."""
    # Imported here: only photos with time, offset and position need it.
    from astral import Observer
    from astral.julian import julianday, julianday_to_juliancentury
    from astral.sun import azimuth, elevation, eq_of_time

    observer = Observer(max(-89.8, min(89.8, latitude)), longitude)
    century = julianday_to_juliancentury(julianday(moment))
    minutes = moment.hour * 60 + moment.minute + moment.second / 60
    solar = (minutes + 4 * longitude + eq_of_time(century)) % 1440
    return Sun(
        round(elevation(observer, moment), 1),
        round(azimuth(observer, moment), 1) % 360,
        is_before_noon=solar < 720,
        hours_from_noon=abs(solar - 720) / 60,
    )
