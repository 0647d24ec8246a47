"""Sets of photo rows that a part of a query narrows to: SQL with bound values only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlite_utils import Database

from propvault.query.tree import Field, Rating, Taken
from propvault.values import Tag, TagState

_REJECTED = (
    "SELECT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id"
    " WHERE facet = :facet AND slug = :slug AND source = 'person' AND state = 'rejected'"
)


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
