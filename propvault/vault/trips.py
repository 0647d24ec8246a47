"""Trips as collections that machines keep. Writers run inside the caller's transaction.

Invariant: a collection of the kind ``trip`` is a machine's; one of the kind ``hand`` is never
touched here, and no trip takes its name. A trip that a person renamed, deleted or took photos out
of stays as that person left it, for as long as the step is not undone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from propvault import clock
from propvault.trips import Stop
from propvault.vault.collections import collection_key
from propvault.vault.places import places_by_row


def stops(db: Database) -> list[Stop]:
    """Return every photo that says when it was taken and is not discarded."""
    named = places_by_row(db)
    rows = db.execute(
        "SELECT id, taken_local, latitude, longitude FROM photo WHERE taken_local IS NOT NULL"
        " AND sha256 NOT IN (SELECT sha256 FROM discarded)"
    ).fetchall()
    found = []
    for row, taken, latitude, longitude in rows:
        place = named.get(row)
        part = place and (place.city or place.town)
        name = " ".join(dict.fromkeys(filter(None, (part.zh, part.en)))) if part else ""
        position = None if latitude is None or longitude is None else (latitude, longitude)
        found.append(Stop(row, datetime.fromisoformat(taken), position, name))
    return found


def kept_trips(db: Database) -> dict[str, tuple[int, ...]]:
    """Return the rows of each trip there is, by name."""
    rows = db.execute(
        'SELECT name, photo_id FROM collection LEFT JOIN collection_photo ON "key" = collection_key'
        " WHERE kind = 'trip' ORDER BY name, position"
    ).fetchall()
    found: dict[str, list[int]] = {}
    for name, row in rows:
        found.setdefault(name, []).extend([] if row is None else [row])
    return {name: tuple(members) for name, members in found.items()}


def decided_names(db: Database) -> set[str]:
    """Return the names of trips that a person has had a say in."""
    rows = db.execute(
        "SELECT arguments FROM journal WHERE undone = 0"
        " AND action IN ('done.drop', 'done.rename', 'done.uncollect')"
    )
    return {str(json.loads(row[0])["collection"]) for row in rows.fetchall()}


def replace_trips(db: Database, trips: Mapping[str, Sequence[int] | None]) -> set[int]:
    """Write trips by name, None deletes one; return the rows whose collections changed."""
    now = clock.now()
    touched: set[int] = set()
    for name, rows in trips.items():
        key = collection_key(name)
        kind = db.execute('SELECT kind FROM collection WHERE "key" = ?', (key,)).fetchone()
        if kind is not None and kind[0] != "trip":
            continue
        sql = "SELECT photo_id FROM collection_photo WHERE collection_key = ?"
        touched |= {row[0] for row in db.execute(sql, (key,)).fetchall()}
        db.execute("DELETE FROM collection_photo WHERE collection_key = ?", (key,))
        if rows is None:
            db.execute('DELETE FROM collection WHERE "key" = ?', (key,))
            continue
        touched |= set(rows)
        db.execute(
            'INSERT OR IGNORE INTO collection ("key", name, kind, made) VALUES (?, ?, ?, ?)',
            (key, name, "trip", now),
        )
        db.conn.executemany(
            "INSERT INTO collection_photo (collection_key, photo_id, position) VALUES (?, ?, ?)",
            [(key, row, position) for position, row in enumerate(rows, 1)],
        )
    return touched
