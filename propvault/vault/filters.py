"""Masks of photos that a part of a query narrows to: SQL with bound values only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from propvault.query.tree import Iso, Near, Rating, Taken
from propvault.values import Tag, TagState
from propvault.vault.exports import LAST_OF_EACH
from propvault.vault.standing import Mask, Rows, Standing

_EARTH_METRES = 6_371_008.8
"""Mean radius of the Earth (IUGG); a sphere errs by at most half a per cent."""

_OF_TAG = "tag_id = (SELECT id FROM tag WHERE facet = :facet AND slug = :slug)"
_STATES = (TagState.CONFIRMED, TagState.APPLIED, TagState.SUGGESTED)


@dataclass(frozen=True)
class Tagged:
    """Photos with a tag, by how sure it is; those that a person rejected it on are not there."""

    rows: Rows
    """``[n]``, surest and then highest score first, each once."""
    states: NDArray[np.int8]
    """``[n]`` positions in `STATES`."""

    def in_state(self, state: TagState) -> Rows:
        """Return the rows with the tag in a state, highest score first."""
        rows: Rows = self.rows[self.states == _STATES.index(state)]
        return rows


def with_tag(db: Database, tag: Tag) -> Tagged:
    """Return the photos with a tag."""
    found = db.execute(
        "SELECT photo_id, CASE state WHEN 'confirmed' THEN 0 WHEN 'applied' THEN 1 ELSE 2 END AS s"
        f" FROM photo_tag WHERE {_OF_TAG} AND state <> 'rejected'"
        # NOT IN: SQLite lists the few once, where NOT EXISTS asks for each of many photos.
        f" AND photo_id NOT IN (SELECT photo_id FROM photo_tag WHERE {_OF_TAG}"
        " AND source = 'person' AND state = 'rejected')"
        " ORDER BY s, coalesce(score, 1.0) DESC, photo_id",
        {"facet": tag.facet, "slug": tag.slug},
    )
    pairs = np.array(found.fetchall(), np.int64).reshape(-1, 2)
    # A photo has a tag from several sources; the surest stands first.
    first = np.sort(np.unique(pairs[:, 0], return_index=True)[1])
    return Tagged(pairs[first, 0], pairs[first, 1].astype(np.int8))


def confirmed(standing: Standing, tag: Tag) -> Mask:
    """Return photos on which a person confirmed a tag."""
    return standing.mask(
        f"SELECT photo_id FROM photo_tag WHERE {_OF_TAG} AND state = 'confirmed'",
        {"facet": tag.facet, "slug": tag.slug},
    )


def rejected(standing: Standing, tag: Tag) -> Mask:
    """Return photos on which a person rejected a tag."""
    return standing.mask(
        f"SELECT photo_id FROM photo_tag WHERE {_OF_TAG} AND state = 'rejected'",
        {"facet": tag.facet, "slug": tag.slug},
    )


def generated(standing: Standing) -> Mask:
    """Return photos that say of themselves that a generator made them."""
    return standing.mask(
        f"SELECT photo_id FROM photo_tag WHERE {_OF_TAG} AND state IN ('applied', 'confirmed')",
        {"facet": "origin", "slug": "generated"},
    )


def with_taken(standing: Standing, taken: Taken) -> Mask:
    """Return photos taken on the days named, by local time."""
    first = (taken.first or date.min).isoformat()
    last = (taken.last + timedelta(days=1)).isoformat() if taken.last else "9999"
    sql = "SELECT id FROM photo WHERE taken_local >= :first AND taken_local < :last"
    return standing.mask(sql, {"first": first, "last": last})


def with_rating(standing: Standing, rating: Rating) -> Mask:
    """Return photos with that many stars; unrated ones count as none."""
    if rating.low > 0:
        sql = "SELECT id FROM photo WHERE rating BETWEEN :low AND :high"
        return standing.mask(sql, {"low": rating.low, "high": rating.high})
    return ~standing.mask("SELECT id FROM photo WHERE rating > :high", {"high": rating.high})


def with_iso(standing: Standing, iso: Iso) -> Mask:
    """Return photos taken at an ISO speed within bounds."""
    high = 2**31 if iso.high is None else iso.high
    sql = "SELECT id FROM photo WHERE iso >= :low AND iso <= :high"
    return standing.mask(sql, {"low": iso.low or 0, "high": high})


def with_word(standing: Standing, column: str, word: str) -> Mask:
    """Return photos whose ``camera`` or ``lens`` has a word in its name, in any case.

    Raises:
        ValueError: for another column.
    """
    if column not in ("camera", "lens"):
        raise ValueError(column)
    # From one name to the next in the index: a vault has few cameras and many photos.
    names = standing.db.execute(
        f"WITH RECURSIVE found (said) AS (SELECT min({column}) FROM photo WHERE {column} > ''"
        f" UNION ALL SELECT (SELECT min({column}) FROM photo WHERE {column} > said) FROM found"
        " WHERE said IS NOT NULL) SELECT said FROM found WHERE said IS NOT NULL"
    )
    meant = [name for (name,) in names if word.casefold() in name.casefold()]
    sql = f"SELECT id FROM photo WHERE {column} IN (SELECT value FROM json_each(:names))"
    return standing.mask(sql, {"names": json.dumps(meant)})


def untagged(standing: Standing) -> Mask:
    """Return photos without any tag."""
    return ~standing.mask("SELECT DISTINCT photo_id FROM photo_tag")


def with_verdict(standing: Standing) -> Mask:
    """Return photos on which a person confirmed some tag."""
    return standing.mask("SELECT photo_id FROM photo_tag WHERE state = 'confirmed'")


def exported(standing: Standing) -> Mask:
    """Return photos that are in a reference set."""
    return standing.mask(f"SELECT photo_id FROM export_photo WHERE export_id IN ({LAST_OF_EACH})")


def with_near(db: Database, standing: Standing, near: Near) -> Mask:
    """Return photos taken within a distance of a point, by the haversine formula."""
    return standing.kept_mask(near, lambda: standing.of_rows(_within(db, near)))


def _within(db: Database, near: Near) -> Rows:
    # A degree of latitude is at least 110.5 km, so this leaves out nothing that is near enough.
    reach = near.metres / 110_000
    rows = db.execute(
        "SELECT id, latitude, longitude FROM photo WHERE longitude IS NOT NULL"
        " AND latitude BETWEEN :south AND :north",
        {"south": near.latitude - reach, "north": near.latitude + reach},
    ).fetchall()
    places = np.array(rows, np.float64).reshape(-1, 3)
    latitude, longitude = np.radians(places[:, 1:]).T
    at_latitude, at_longitude = np.radians([near.latitude, near.longitude])
    half = (
        np.sin((latitude - at_latitude) / 2) ** 2
        + np.cos(latitude) * np.cos(at_latitude) * np.sin((longitude - at_longitude) / 2) ** 2
    )
    metres = 2 * _EARTH_METRES * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    within: Rows = places[metres <= near.metres, 0].astype(np.int64)
    return within
