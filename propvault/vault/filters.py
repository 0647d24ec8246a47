"""Sets of photo rows that a part of a query narrows to: SQL with bound values only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from sqlite_utils import Database

from propvault.query.tree import Field, Iso, Near, Rating, Taken
from propvault.values import Tag, TagState

_REJECTED = (
    "SELECT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id"
    " WHERE facet = :facet AND slug = :slug AND source = 'person' AND state = 'rejected'"
)


_EARTH_METRES = 6_371_008.8
"""Mean radius of the Earth (IUGG); a sphere errs by at most half a per cent."""
_KEPT = "sha256 NOT IN (SELECT sha256 FROM discarded)"


def all_rows(db: Database) -> set[int]:
    """Return every photo that is not discarded."""
    return _set(db, f"SELECT id FROM photo WHERE {_KEPT}", {})


def in_sight(db: Database) -> set[int]:
    """Return photos that a search shows: of repeats the keeper, and what a person rated."""
    sql = (
        f"SELECT id FROM photo WHERE {_KEPT} AND (rating IS NOT NULL OR id NOT IN"
        " (SELECT photo_id FROM grouped WHERE kind = 'same' AND photo_id <> keeper_id))"
    )
    return _set(db, sql, {})


def keepers(db: Database) -> set[int]:
    """Return photos that are no repeats of a better one."""
    sql = (
        f"SELECT id FROM photo WHERE {_KEPT} AND id NOT IN"
        " (SELECT photo_id FROM grouped WHERE kind = 'same' AND photo_id <> keeper_id)"
    )
    return _set(db, sql, {})


def with_tag(db: Database, tag: Tag) -> dict[int, tuple[TagState, float]]:
    """Return photos with a tag, and how sure it is; a person's rejection removes it."""
    rows = db.execute(
        "SELECT photo_id, state, coalesce(score, 1.0) FROM photo_tag"
        " JOIN tag ON tag.id = tag_id WHERE facet = :facet AND slug = :slug"
        f" AND state <> 'rejected' AND photo_id NOT IN ({_REJECTED})"
        " ORDER BY state = 'suggested' DESC, score",
        {"facet": tag.facet, "slug": tag.slug},
    )
    # Later rows win: a confirmed or applied one over a suggested one.
    return {row[0]: (TagState(row[1]), row[2]) for row in rows}


def confirmed(db: Database, tags: Sequence[Tag]) -> set[int]:
    """Return photos on which a person confirmed any of the tags."""
    found: set[int] = set()
    for tag in tags:
        found |= _set(
            db,
            "SELECT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id WHERE facet = :facet"
            " AND slug = :slug AND state = 'confirmed'",
            {"facet": tag.facet, "slug": tag.slug},
        )
    return found


def with_taken(db: Database, taken: Taken) -> set[int]:
    """Return photos taken on the days named, by local time."""
    first = (taken.first or date.min).isoformat()
    last = (taken.last + timedelta(days=1)).isoformat() if taken.last else "9999"
    sql = "SELECT id FROM photo WHERE taken_local >= :first AND taken_local < :last"
    return _set(db, sql, {"first": first, "last": last})


def with_rating(db: Database, rating: Rating) -> set[int]:
    """Return photos with that many stars; unrated ones count as none."""
    sql = "SELECT id FROM photo WHERE coalesce(rating, 0) BETWEEN :low AND :high"
    return _set(db, sql, {"low": rating.low, "high": rating.high})


def with_iso(db: Database, iso: Iso) -> set[int]:
    """Return photos taken at an ISO speed within bounds."""
    sql = "SELECT id FROM photo WHERE iso >= :low AND iso <= :high"
    return _set(db, sql, {"low": iso.low or 0, "high": 2**31 if iso.high is None else iso.high})


def with_near(db: Database, near: Near) -> set[int]:
    """Return photos taken within a distance of a point, by the haversine formula."""
    # A degree of latitude is at least 110.5 km, so this leaves out nothing that is near enough.
    reach = near.metres / 110_000
    rows = db.execute(
        "SELECT id, latitude, longitude FROM photo WHERE longitude IS NOT NULL"
        " AND latitude BETWEEN :south AND :north",
        {"south": near.latitude - reach, "north": near.latitude + reach},
    ).fetchall()
    if not rows:
        return set()
    ids = np.array([row[0] for row in rows], np.int64)
    latitude, longitude = np.radians(np.array([row[1:] for row in rows], np.float64)).T
    at_latitude, at_longitude = np.radians([near.latitude, near.longitude])
    half = (
        np.sin((latitude - at_latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(at_latitude) * np.sin((longitude - at_longitude) / 2) ** 2
    )
    metres = 2 * _EARTH_METRES * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return set(ids[metres <= near.metres].tolist())


def with_field(db: Database, field: Field) -> set[int] | None:
    """Return photos by a plain field; None for one this version has no data for."""
    if field.name in ("camera", "lens"):
        sql = f"SELECT id FROM photo WHERE instr(lower({field.name}), lower(:value))"
        return _set(db, sql, {"value": field.value})
    if field.name == "is":
        return {
            "any": lambda: all_rows(db),
            "keeper": lambda: keepers(db),
            "untagged": lambda: _set(
                db, "SELECT id FROM photo WHERE id NOT IN (SELECT photo_id FROM photo_tag)", {}
            ),
            "confirmed": lambda: _set(
                db, "SELECT photo_id FROM photo_tag WHERE state = 'confirmed'", {}
            ),
        }.get(field.value, lambda: None)()
    return None


def _set(db: Database, sql: str, values: dict[str, str | int]) -> set[int]:
    return {row[0] for row in db.execute(sql, values)}
