"""Colours as numbers and as names: CIELAB (D65), the CIEDE2000 difference, shades of a name."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from propvault.errors import LibraryError
from propvault.resources import library_folder
from propvault.values import Swatch

Lab = tuple[float, float, float]
"""Lightness 0 to 100, then a (green to red) and b (blue to yellow)."""

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
# sRGB to XYZ (IEC 61966-2-1) and the white D65 of the 2 degree observer.
_TO_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)
_WHITE = np.array([0.950456, 1.0, 1.088754])
_NEUTRAL = {"white": 0.3, "black": 0.3, "beige": 0.3, "brown": 0.3, "grey": 0.6}
"""Share from which colours of walls, wood and shade rule; at 0.3 grey rules most photos."""
_RULES, _RULES_VIVID = 0.1, 0.04
"""Share of a picture from which another colour is one of its own, and a vivid one."""
_VIVID = 45.0
"""CIELAB chroma from which a colour draws the eye: a red lantern, a blue door."""
LIGHTNESS_WEIGHT = 1.75
"""Largest S_L of CIEDE2000, so a difference d allows at most 1.75 d in lightness."""


def read_hex(text: str) -> Lab | None:
    """Return the CIELAB of ``#7a5c3a``, ``7a5c3a`` or ``#abc``; None for anything else."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        return None
    digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
    return lab_of([int(digits[at : at + 2], 16) for at in (0, 2, 4)])


def lab_of(rgb: Sequence[int]) -> Lab:
    """Return the CIELAB of sRGB values 0 to 255."""
    value = np.asarray(rgb, np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    ratio = _TO_XYZ @ linear / _WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return float(116 * y - 16), float(500 * (x - y)), float(200 * (y - z))


def hex_of(lab: Lab) -> str:
    """Return ``#rrggbb`` of a CIELAB colour, the nearest that sRGB has."""
    y = (lab[0] + 16) / 116
    cubes = np.array([y + lab[1] / 500, y, y - lab[2] / 200])
    ratio = np.where(cubes > 6 / 29, cubes**3, (cubes - 16 / 116) / 7.787)
    linear = np.clip(np.linalg.solve(_TO_XYZ, ratio * _WHITE), 0, 1)
    value = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(v) * 255):02x}" for v in value)


def difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIEDE2000 of colours ``[..., 3]``, broadcast; Sharma, Wu and Dalal (2005)."""
    l1, a1, b1 = np.moveaxis(one, -1, 0)
    l2, a2, b2 = np.moveaxis(other, -1, 0)
    chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(chroma7 / (chroma7 + 25.0**7))
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1 = np.degrees(np.arctan2(b1, a1 * stretch)) % 360
    h2 = np.degrees(np.arctan2(b2, a2 * stretch)) % 360
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)
    turn = np.where((turn == -180) & (h2 > h1), 180.0, turn)
    delta_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    hue = np.where(grey, h1 + h2, _mean_hue(h1, h2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    along_c, along_h = (c2 - c1) / (1 + 0.045 * chroma), delta_h / (1 + 0.015 * chroma * t)
    r_c = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    r_t = -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))) * r_c
    total = ((l2 - l1) / s_l) ** 2 + along_c**2 + along_h**2 + r_t * along_c * along_h
    return np.asarray(np.sqrt(np.maximum(total, 0)), np.float64)


def name_of(lab: Lab) -> str:
    """Return the slug of the colour whose nearest shade is nearest."""
    shades, names = _shades()
    return names[int(difference(shades, np.array(lab)).argmin())]


def ruling(swatches: Sequence[Swatch]) -> dict[str, float]:
    """Return the colours that rule a picture with their shares, largest first.

    A colour rules from a tenth of the picture on, a vivid one from a twenty-fifth, those of
    `_NEUTRAL` from what is said there.
    """
    shares: dict[str, float] = {}
    needed: dict[str, float] = {}
    for swatch in swatches:
        name = name_of(swatch.lab)
        shares[name] = shares.get(name, 0.0) + swatch.share
        least = _NEUTRAL.get(name, _RULES)
        if name not in _NEUTRAL and math.hypot(swatch.a, swatch.b) >= _VIVID:
            least = _RULES_VIVID
        needed[name] = min(least, needed.get(name, 1.0))
    found = {name: share for name, share in shares.items() if share >= needed[name]}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _mean_hue(h1: NDArray[np.float64], h2: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = np.abs(h1 - h2) > 180
    mean = (h1 + h2) / 2
    return np.where(apart, np.where(h1 + h2 < 360, mean + 180, mean - 180), mean)


@cache
def _shades() -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the shades ``[n, 3]`` of ``library/colours.toml`` and the name of each."""
    path = library_folder() / "colours.toml"
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    pairs = [(name, read_hex(shade)) for name, shades in stated.items() for shade in shades]
    if not pairs or any(lab is None for _, lab in pairs):
        raise LibraryError("library.bad_toml", path=str(path), detail="#rrggbb")
    return np.array([lab for _, lab in pairs]), tuple(name for name, _ in pairs)
