"""Names of a GPS position in Chinese and English, offline: village, town, city, region, country.

The table is built from GeoNames by ``training/places.py``; its towns are points, so the nearest one
names a position, and the largest city that is near says what everybody calls the area.
"""

from __future__ import annotations

import gzip
import math
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.errors import LibraryError
from propvault.language.normalise import fold
from propvault.reasons import Language
from propvault.resources import library_folder

PLACES_VERSION = 2
"""Raised when the table or the choice changes, so that old vaults are looked up again."""
NEAR_METRES = 25_000.0
"""Farther than this a town names a position no more."""
_CITY_METRES = 25_000.0
_TOWN_PEOPLE, _CITY_PEOPLE = 100_000, 250_000
"""People of a town that is named alone, and of a city that smaller ones are named with."""
_CITY_CORE = 4_000.0
"""Metres within which a city is simply there: keeps the nearest district from winning by inches."""
_METRES_PER_DEGREE = 111_195.0
_SUFFIXES = ("自治区", "特别行政区", "省", "市", "州", "县", "区", "镇", "乡")


@dataclass(frozen=True)
class Name:
    """One name in three writings; any may be empty."""

    zh: str
    """Simplified Chinese."""
    hant: str
    """Traditional Chinese."""
    en: str
    """English, or the local name in Latin letters."""


@dataclass(frozen=True)
class Place:
    """What a position is called, from near to far."""

    code: str
    """Stable key: GeoNames ids of town and city."""
    town: Name
    """The nearest town or village."""
    city: Name | None
    """The city it is near, where that is another one."""
    region: Name | None
    """Province or state, in the countries whose names we have."""
    country: Name
    """Country."""
    names: tuple[str, ...]
    """Every name and alias as written, for matching."""

    def said(self, language: Language) -> str:
        """Return the names from near to far; in Chinese as far as there are Chinese ones."""
        use_zh = language == "zh"
        return " · ".join((part.zh or part.en) if use_zh else part.en for part in self.parts)

    @property
    def parts(self) -> tuple[Name, ...]:
        """Return the names from near to far, each once."""
        parts = (self.town, self.city, self.region, self.country)
        found = {part.zh or part.en: part for part in reversed(parts) if part is not None}
        return tuple(reversed(found.values()))


def place_key(name: str) -> str:
    """Return the form under which names are compared: folded, without 市, 省, 县 and accents."""
    plain = unicodedata.normalize("NFD", fold(name))
    key = "".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'")
    key = " ".join(key.replace("-", " ").split())
    for suffix in _SUFFIXES:
        if key.endswith(suffix) and len(key) >= len(suffix) + 2:
            return key.removesuffix(suffix)
    return key


class Gazetteer:
    """The table of places; reading it takes 0.3 s, looking up a tenth of a millisecond."""

    def __init__(self, folder: Path) -> None:
        """Read the table.

        Raises:
            LibraryError: the table is missing or damaged.
        """
        path = folder / "places.tsv.gz"
        try:
            head, _, body = gzip.decompress(path.read_bytes()).decode().partition("\n\n")
            # Whole lines: 83,000 of them split would take 60 MB.
            self._lines = body.split("\n")
            numbers = np.array([_numbers(line) for line in self._lines], np.float64)
            self._regions = tomllib.loads((folder / "regions.toml").read_text(encoding="utf-8"))
        except (OSError, EOFError, ValueError, IndexError) as error:
            raise LibraryError("library.bad_toml", path=str(path), detail=str(error)) from error
        # By latitude, so that a slice of the table holds all that can be near.
        order = np.argsort(numbers[:, 0], kind="stable")
        self._lines = [self._lines[at] for at in order]
        self._latitude, self._longitude, self._people = np.ascontiguousarray(numbers[order].T)
        self._countries = dict(_country(line) for line in head.split("\n"))

    def find(self, latitude: float, longitude: float) -> tuple[Place, float] | None:
        """Return the place of a position and metres to its town; None where no town is near."""
        near, metres = self._within(latitude, longitude, _CITY_METRES)
        if not len(near) or metres.min() > NEAR_METRES:
            return None
        at = int(metres.argmin())
        town = self._row(near[at])
        same = np.array([self._row(row)[3] == town[3] for row in near])
        is_city = same & (self._people[near] >= _CITY_PEOPLE)
        if self._people[near[at]] >= _TOWN_PEOPLE and town[6]:
            is_city[:] = False
        pull = np.where(is_city, self._people[near] / (metres + _CITY_CORE) ** 2, 0.0)
        city = self._row(near[int(pull.argmax())]) if is_city.any() else None
        if city is not None and not town[6] and metres[int(pull.argmax())] <= _CITY_CORE:
            town = city  # a district that only locals name
        return self._place(town, None if city == town else city), float(metres[at])

    def _row(self, at: int) -> list[str]:
        return self._lines[at].split("\t")

    def _within(
        self, latitude: float, longitude: float, reach: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return rows within ``reach`` metres and how far each is (equirectangular)."""
        degrees = reach / _METRES_PER_DEGREE
        first, last = np.searchsorted(self._latitude, (latitude - degrees, latitude + degrees))
        turn = (self._longitude[first:last] - longitude + 180) % 360 - 180
        east = turn * math.cos(math.radians(latitude))
        metres = np.hypot(self._latitude[first:last] - latitude, east) * _METRES_PER_DEGREE
        inside = np.flatnonzero(metres <= reach)
        return inside + first, metres[inside]

    def _place(self, town: Sequence[str], city: Sequence[str] | None) -> Place:
        country = self._countries.get(town[3], Name("", "", town[3]))
        region = self._regions.get(town[3], {}).get(town[4])
        rows = [row for row in (town, city) if row is not None]
        names = [_name(row) for row in rows]
        regional = Name(*region[:3]) if region else None
        listed = [
            *(text for row in rows for text in (*row[6:9], *row[9].split("|"))),
            *(region or ()),
            *(country.zh, country.hant, country.en, town[3]),
        ]
        return Place(
            "-".join(row[0] for row in rows),
            names[0],
            names[1] if city is not None else None,
            regional,
            country,
            tuple(dict.fromkeys(filter(None, listed))),
        )


@cache
def gazetteer() -> Gazetteer:
    """Return the shipped table, read once."""
    return Gazetteer(library_folder() / "places")


def _numbers(line: str) -> tuple[float, float, float]:
    """Return latitude, longitude and people of a line."""
    _, latitude, longitude, _, _, people, _ = line.split("\t", 6)
    return float(latitude), float(longitude), float(people)


def _country(line: str) -> tuple[str, Name]:
    code, zh, hant, en = line.split("\t")
    return code, Name(zh, hant, en)


def _name(row: Sequence[str]) -> Name:
    return Name(row[6], row[7] or row[6], row[8])
