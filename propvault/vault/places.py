"""Names of the places where photos were taken. Writers run inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from propvault.places import PLACES_VERSION, Name, Place, place_key


@dataclass(frozen=True)
class PlaceCount:
    """A place by one of its names, with how many photos were taken there."""

    name: Name
    """The name in its writings."""
    count: int
    """Photos."""


def store_place(db: Database, photo_id: int, found: tuple[Place, float] | None) -> None:
    """Say where a photo was taken, and metres from there; None says that nothing is near."""
    place_id = None if found is None else _place_row(db, found[0])
    db.execute(
        "INSERT OR REPLACE INTO photo_place (photo_id, version, place_id, metres)"
        " VALUES (?, ?, ?, ?)",
        (photo_id, PLACES_VERSION, place_id, None if found is None else round(found[1])),
    )


def without_place(db: Database) -> list[tuple[int, float, float]]:
    """Return (row, latitude, longitude) of photos whose place was not looked up by this version."""
    rows = db.execute(
        "SELECT id, latitude, longitude FROM photo WHERE latitude IS NOT NULL AND longitude"
        " IS NOT NULL AND id NOT IN (SELECT photo_id FROM photo_place WHERE version = ?)"
        " ORDER BY id",
        (PLACES_VERSION,),
    )
    return [(row[0], row[1], row[2]) for row in rows.fetchall()]


def place_of(db: Database, photo_id: int) -> Place | None:
    """Return where a photo was taken; None when nobody knows."""
    return places_of(db, [photo_id]).get(photo_id)


def places_of(db: Database, rows: Sequence[int]) -> dict[int, Place]:
    """Return where photos were taken; those of which nobody knows are not there."""
    found = db.execute(
        "SELECT photo_id, place_id FROM photo_place WHERE place_id IS NOT NULL"
        " AND photo_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(rows)),),
    ).fetchall()
    stored = db.execute(
        "SELECT id, code, facts, names FROM place WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list({place for _, place in found})),),
    ).fetchall()
    places = {row[0]: _place(*row[1:]) for row in stored}
    return {row: places[place] for row, place in found}


def places_by_row(db: Database) -> dict[int, Place]:
    """Return where each photo was taken that has a known place."""
    rows = db.execute("SELECT id, code, facts, names FROM place").fetchall()
    places = {row[0]: _place(*row[1:]) for row in rows}
    found = db.execute("SELECT photo_id, place_id FROM photo_place WHERE place_id IS NOT NULL")
    return {row: places[place_id] for row, place_id in found.fetchall()}


def metres_of(db: Database, photo_id: int) -> float | None:
    """Return how far a photo was taken from its town; None when nobody knows."""
    row = db.execute("SELECT metres FROM photo_place WHERE photo_id = ?", (photo_id,)).fetchone()
    return None if row is None else row[0]


def with_place(db: Database, text: str) -> set[int]:
    """Return photos taken at a place of that name: town, city, region or country.

    Simplified or Traditional Chinese, English, an alias; with or without 市 or 省. Of an English
    name its beginning up to a space is enough (``George`` finds George Town).
    """
    key = place_key(text)
    places = [
        place_id
        for place_id, names in db.execute("SELECT id, names FROM place").fetchall()
        if any(name == key or name.startswith(f"{key} ") for name in names.split("\n"))
    ]
    marks = ", ".join("?" * len(places))
    sql = f"SELECT photo_id FROM photo_place WHERE place_id IN ({marks})"
    return {row[0] for row in db.execute(sql, places)}


def place_text(db: Database, photo_id: int) -> str:
    """Return the words of a photo's place for the text index; empty without one."""
    place = place_of(db, photo_id)
    if place is None:
        return ""
    shown = (word for part in place.parts for word in (part.zh, part.hant, part.en))
    words = (*shown, *place.names)
    return " ".join(dict.fromkeys(filter(None, words)))


def place_names(db: Database) -> list[PlaceCount]:
    """Return towns, cities, regions and countries of the vault, most photos first."""
    rows = db.execute(
        "SELECT p.code, p.facts, p.names, count(*) FROM photo_place JOIN place p ON p.id = place_id"
        " GROUP BY p.id ORDER BY p.id"
    ).fetchall()
    counts: dict[Name, int] = {}
    for *facts, count in rows:
        for part in _place(*facts).parts:
            counts[part] = counts.get(part, 0) + count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].en))
    return [PlaceCount(name, count) for name, count in ordered]


def _place_row(db: Database, place: Place) -> int:
    facts = asdict(place)
    for name in ("code", "names"):
        facts.pop(name)
    keys = dict.fromkeys(key for name in place.names if (key := place_key(name)))
    db.execute(
        "INSERT INTO place (code, names, facts) VALUES (?, ?, ?) ON CONFLICT (code)"
        " DO UPDATE SET names = excluded.names, facts = excluded.facts"
        " WHERE names <> excluded.names OR facts <> excluded.facts",
        (place.code, "\n".join(keys), json.dumps(facts, ensure_ascii=False)),
    )
    row = db.execute("SELECT id FROM place WHERE code = ?", (place.code,)).fetchone()
    return int(row[0])


def _place(code: str, facts: str, names: str) -> Place:
    stated: dict[str, Any] = json.loads(facts)
    parts = {key: value and Name(**value) for key, value in stated.items()}
    return Place(code, names=tuple(names.split("\n")), **parts)
