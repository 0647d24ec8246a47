"""What is known of pairs of photos, and the groups made of it.

Invariant: rows of source ``person`` are written by a person's actions alone (`vault.journal`).
Functions that write run inside the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlite_utils import Database

from propvault.grouping import Group, Known, Pair
from propvault.likeness import Kind, Likeness
from propvault.reasons import Reason
from propvault.values import Capture
from propvault.vault.candidates import Hashes


@dataclass(frozen=True)
class Shared:
    """What a comparison found of how much two photos show of each other."""

    pair: Pair
    """The two photos."""
    shares: tuple[float, float]
    """How much of the first and of the second lies on the other, 0..1."""


@dataclass(frozen=True)
class Membership:
    """A group or stack as it is shown."""

    kind: Kind
    """``same`` or ``take``."""
    rows: tuple[int, ...]
    """Photo rows, the keeper first."""
    why: Reason | None
    """Why the keeper is the keeper; None in stacks."""


@dataclass(frozen=True)
class StoredFacts:
    """What the database knows of a photo that keeper rules ask for."""

    row: int
    """Its row."""
    pixels: int
    """Width times height."""
    taken: str | None
    """Local time it was taken."""
    has_camera: bool
    """Whether its metadata names the camera and the moment."""
    is_raw: bool
    """Whether one of its files is a camera RAW."""
    modified: int
    """When its oldest file was last changed, nanoseconds since 1970."""


def known_pairs(db: Database) -> Known:
    """Return all pairs that are the same or takes, and all that a person spoke of."""
    machine: dict[Pair, Kind] = {}
    person: dict[Pair, Kind] = {}
    sql = (
        "SELECT sha256_a, sha256_b, kind, source FROM relation"
        " WHERE (source = 'person' OR kind <> 'different')"
        " AND sha256_a NOT IN (SELECT sha256 FROM discarded)"
        " AND sha256_b NOT IN (SELECT sha256 FROM discarded)"
    )
    for one, other, kind, source in db.execute(sql):
        (person if source == "person" else machine)[one, other] = kind
    return Known(machine, person)


def machine_kind(db: Database, pair: Pair, comparer: int) -> Kind | None:
    """Return what the machine found of a pair; None when it has not looked."""
    row = db.execute(
        "SELECT kind FROM relation WHERE sha256_a = ? AND sha256_b = ? AND source = 'machine'"
        " AND comparer = ?",
        (*pair, comparer),
    ).fetchone()
    return row[0] if row else None


def shared(db: Database, photos: Sequence[str]) -> list[Shared]:
    """Return how much photos of one group show of each other."""
    marks = ", ".join("?" * len(photos))
    rows = db.execute(
        "SELECT sha256_a, sha256_b, share_a, share_b FROM relation WHERE kind = 'same'"
        f" AND source = 'machine' AND sha256_a IN ({marks}) AND sha256_b IN ({marks})",
        (*photos, *photos),
    )
    return [Shared((a, b), (first, second)) for a, b, first, second in rows]


def add_found(db: Database, pair: Pair, kind: Kind, found: Likeness, comparer: int) -> None:
    """Record what the machine found of a pair."""
    db.execute(
        "INSERT OR REPLACE INTO relation (sha256_a, sha256_b, source, kind, comparer, inliers,"
        " agreement, shift, share_a, share_b) VALUES (?, ?, 'machine', ?, ?, ?, ?, ?, ?, ?)",
        (*pair, kind, comparer, found.inliers, found.agreement, found.shift, *found.shares),
    )


def pending(db: Database, comparer: int) -> list[int]:
    """Return rows of photos whose candidates have not all been looked at, oldest first."""
    rows = db.execute(
        "SELECT id FROM photo WHERE id NOT IN (SELECT photo_id FROM compared WHERE comparer = ?)"
        " AND sha256 NOT IN (SELECT sha256 FROM discarded) ORDER BY id",
        (comparer,),
    )
    return [row[0] for row in rows]


def mark_compared(db: Database, rows: Iterable[int], comparer: int) -> None:
    """Note photos whose candidates have all been looked at."""
    sql = "INSERT OR REPLACE INTO compared (photo_id, comparer) VALUES (?, ?)"
    db.conn.executemany(sql, [(row, comparer) for row in rows])


def hashes(db: Database, algorithm: str) -> Hashes:
    """Return the hashes of all photos that are not discarded."""
    found = db.execute(
        "SELECT photo_id, value FROM fingerprint JOIN photo ON photo.id = photo_id"
        " WHERE algorithm = ? AND sha256 NOT IN (SELECT sha256 FROM discarded) ORDER BY photo_id",
        (algorithm,),
    ).fetchall()
    values = np.frombuffer(b"".join(row[1] for row in found), ">u8").astype(np.uint64)
    counts = [len(row[1]) // 8 for row in found]
    return Hashes(values, np.repeat(np.array([row[0] for row in found], np.int64), counts))


def without_fingerprint(db: Database, algorithm: str) -> list[tuple[int, str]]:
    """Return (row, sha256) of photos that lack a fingerprint: older vaults have fewer kinds."""
    rows = db.execute(
        "SELECT id, sha256 FROM photo WHERE id NOT IN"
        " (SELECT photo_id FROM fingerprint WHERE algorithm = ?) ORDER BY id",
        (algorithm,),
    )
    return [(row[0], row[1]) for row in rows]


def add_fingerprints(db: Database, row: int, values: dict[str, bytes]) -> None:
    """Store fingerprints of a photo by algorithm."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO fingerprint (photo_id, algorithm, value) VALUES (?, ?, ?)",
        [(row, name, value) for name, value in values.items()],
    )


def captures(db: Database) -> dict[str, Capture]:
    """Return when, where and with what each photo was taken, by hash."""
    rows = db.execute("SELECT sha256, taken_local, latitude, longitude, camera FROM photo")
    return {
        row[0]: Capture(taken_local=row[1], latitude=row[2], longitude=row[3], camera=row[4])
        for row in rows
    }


def rows_by_hash(db: Database) -> dict[str, int]:
    """Return the row of each photo by its hash."""
    return {row[0]: row[1] for row in db.execute("SELECT sha256, id FROM photo")}


def chosen(db: Database) -> set[str]:
    """Return the photos a person wants kept."""
    return {row[0] for row in db.execute("SELECT sha256 FROM chosen_keeper")}


def replace_groups(
    db: Database, groups: Sequence[tuple[Group, Reason]], stacks: Sequence[Group]
) -> None:
    """Write all groups and stacks anew."""
    rows = rows_by_hash(db)
    written: list[tuple[Kind, Group, Reason | None]]
    written = [("same", group, why) for group, why in groups]
    written += [("take", stack, None) for stack in stacks]
    db.execute("DELETE FROM grouped")
    db.conn.executemany(
        "INSERT INTO grouped (kind, photo_id, keeper_id, position, why) VALUES (?, ?, ?, ?, ?)",
        [
            (kind, rows[photo], rows[group.keeper], position, _reason_text(why))
            for kind, group, why in written
            for position, photo in enumerate((group.keeper, *group.others))
        ],
    )


def memberships(db: Database, kind: Kind | None = None) -> list[Membership]:
    """Return groups and stacks, those of the oldest photos first."""
    found: list[Membership] = []
    kinds: tuple[Kind, ...] = ("same", "take") if kind is None else (kind,)
    for name in kinds:
        rows: dict[int, list[int]] = {}
        why: dict[int, str | None] = {}
        sql = "SELECT keeper_id, photo_id, why FROM grouped WHERE kind = ? ORDER BY 1, position"
        for keeper, row, text in db.execute(sql, (name,)):
            rows.setdefault(keeper, []).append(row)
            why[keeper] = text
        found += [Membership(name, tuple(rows[k]), _reason(why[k])) for k in rows]
    return found


def membership_of(db: Database, kind: Kind, row: int) -> Membership | None:
    """Return the group or stack that a photo is in."""
    key = db.execute(
        "SELECT keeper_id FROM grouped WHERE kind = ? AND photo_id = ?", (kind, row)
    ).fetchone()
    if key is None:
        return None
    found = db.execute(
        "SELECT photo_id, why FROM grouped WHERE kind = ? AND keeper_id = ? ORDER BY position",
        (kind, key[0]),
    ).fetchall()
    return Membership(kind, tuple(row[0] for row in found), _reason(found[0][1]))


def stack_sizes(db: Database, rows: Sequence[int]) -> dict[int, int]:
    """Return how many takes the stack of each photo has; photos without a stack are not there."""
    sql = (
        "SELECT photo_id, (SELECT count(*) FROM grouped s WHERE s.kind = 'take'"
        " AND s.keeper_id = g.keeper_id) FROM grouped g WHERE g.kind = 'take'"
        " AND g.photo_id IN (SELECT value FROM json_each(?))"
    )
    return dict(db.execute(sql, (json.dumps(list(rows)),)).fetchall())


def _reason_text(why: Reason | None) -> str | None:
    if why is None:
        return None
    return json.dumps([why.code, dict(why.arguments)], ensure_ascii=False)


def _reason(text: str | None) -> Reason | None:
    if text is None:
        return None
    code, arguments = json.loads(text)
    return Reason.of(code, **arguments)


def discarded_rows(db: Database) -> set[int]:
    """Return rows of photos that were discarded."""
    sql = "SELECT id FROM photo JOIN discarded USING (sha256)"
    return {row[0] for row in db.execute(sql)}


def stored_facts(db: Database) -> dict[str, StoredFacts]:
    """Return what is known of photos that are the same as another, by hash."""
    rows = db.execute(
        "SELECT p.sha256, p.id, p.width * p.height, p.taken_local,"
        " p.camera IS NOT NULL AND p.taken_local IS NOT NULL, max(f.role = 'raw'), min(f.mtime_ns)"
        " FROM photo p JOIN file f ON f.photo_id = p.id WHERE p.sha256 IN"
        " (SELECT sha256_a FROM relation WHERE kind = 'same'"
        " UNION SELECT sha256_b FROM relation WHERE kind = 'same') GROUP BY p.id"
    )
    return {r[0]: StoredFacts(r[1], r[2], r[3], bool(r[4]), bool(r[5]), r[6]) for r in rows}


def keeper_facts(db: Database) -> dict[int, tuple[float | None, float | None]]:
    """Return the coarseness and sharpness of photos whose files were looked at."""
    return {r[0]: (r[1], r[2]) for r in db.execute("SELECT * FROM keeper_fact")}


def add_keeper_facts(db: Database, facts: dict[int, tuple[float | None, float | None]]) -> None:
    """Remember the coarseness and sharpness of photos."""
    db.conn.executemany(
        "INSERT OR REPLACE INTO keeper_fact (photo_id, coarseness, sharpness) VALUES (?, ?, ?)",
        [(row, *values) for row, values in facts.items()],
    )


def repeats_of(db: Database, rows: Sequence[int]) -> dict[int, int]:
    """Return how many photos of the same exposure keepers stand for; others are not there."""
    sql = (
        "SELECT keeper_id, count(*) - 1 FROM grouped WHERE kind = 'same'"
        " AND keeper_id IN (SELECT value FROM json_each(?)) GROUP BY keeper_id"
    )
    return dict(db.execute(sql, (json.dumps(list(rows)),)).fetchall())
