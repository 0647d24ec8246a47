"""What was measured and read of photos, for tags that are computed from it.

Writers run inside the caller's transaction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from propvault.origin import Origin
from propvault.reasons import Reason
from propvault.values import Capture, Look
from propvault.vault.colours import colours_of, store_colours


@dataclass(frozen=True)
class Measured:
    """All that computed tags of a photo follow from."""

    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    capture: Capture
    """When and where, and the camera's bearing."""
    look: Look | None
    """What its pixels measure; None when nobody measured them."""
    origin: Origin | None
    """Where it comes from; None when nothing says."""


def store_look(db: Database, photo_id: int, look: Look, version: int) -> None:
    """Remember what a photo's pixels measure, by which version of the measuring."""
    db.execute(
        "INSERT OR REPLACE INTO photo_look"
        " (photo_id, version, brightness, contrast, sharpness, colourfulness, is_grey)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(photo_id, version, look.brightness, look.contrast),
            *(look.sharpness, look.colourfulness, int(look.is_grey)),
        ),
    )
    store_colours(db, photo_id, look.swatches)


def store_origin(db: Database, photo_id: int, origin: Origin | None) -> None:
    """Remember where a photo comes from; an empty text says that its file was read for it."""
    told = "" if origin is None else json.dumps([origin.slug, *_told(origin.why)])
    db.execute("UPDATE photo SET origin = ? WHERE id = ?", (told, photo_id))


def without_look(db: Database, version: int) -> list[tuple[int, str]]:
    """Return (row, sha256) of photos not measured by this version, oldest first."""
    rows = db.execute(
        "SELECT id, sha256 FROM photo WHERE id NOT IN"
        " (SELECT photo_id FROM photo_look WHERE version = ?) ORDER BY id",
        (version,),
    )
    return [(row[0], row[1]) for row in rows.fetchall()]


def without_origin(db: Database) -> list[int]:
    """Return rows of photos whose file was never read for its origin."""
    rows = db.execute("SELECT id FROM photo WHERE origin IS NULL ORDER BY id")
    return [row[0] for row in rows.fetchall()]


def not_computed(db: Database, what: Literal["colours", "places"]) -> int:
    """Return of how many photos colours were never measured, or places never looked up.

    Photos without a position have no place to look up.
    """
    sql = {
        "colours": "SELECT count(*) FROM photo WHERE id NOT IN (SELECT photo_id FROM photo_look)",
        "places": "SELECT count(*) FROM photo WHERE latitude IS NOT NULL"
        " AND id NOT IN (SELECT photo_id FROM photo_place)",
    }
    return int(db.execute(sql[what]).fetchone()[0])


def measured(db: Database, photo_id: int) -> Measured:
    """Return what is known of one photo."""
    width, height, origin, *capture = db.execute(
        "SELECT width, height, origin, taken_local, taken_offset, offset_source, latitude,"
        " longitude, altitude, bearing FROM photo WHERE id = ?",
        (photo_id,),
    ).fetchone()
    row = db.execute(
        "SELECT brightness, contrast, sharpness, colourfulness, is_grey FROM photo_look"
        " WHERE photo_id = ?",
        (photo_id,),
    ).fetchone()
    return Measured(width, height, Capture(*capture), _look(db, photo_id, row), _origin(origin))


@dataclass(frozen=True)
class SetFacts:
    """What a person set of a photo that no file says."""

    release: str | None
    """Release by the people or the owner shown."""
    taken_camera: str | None
    """What the camera's clock said, where a person put it right."""


def set_facts_of(db: Database, photo_id: int) -> SetFacts:
    """Return what a person set of a photo."""
    sql = "SELECT release, taken_camera FROM photo WHERE id = ?"
    return SetFacts(*db.execute(sql, (photo_id,)).fetchone())


def generated_rows(db: Database) -> set[int]:
    """Return photos that a generator made, by their file or by a person's word.

    A person who rejects ``origin:generated`` has the last word.
    """
    rows = db.execute(
        "SELECT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id"
        " WHERE facet = 'origin' AND slug = 'generated' GROUP BY photo_id"
        " HAVING max(state IN ('applied', 'confirmed')) AND NOT max(state = 'rejected')"
    )
    return {row[0] for row in rows}


def _look(
    db: Database, photo_id: int, row: tuple[float, float, float, float, int] | None
) -> Look | None:
    if row is None:
        return None
    brightness, contrast, sharpness, colourfulness, is_grey = row
    swatches = colours_of(db, photo_id)
    return Look(swatches, brightness, contrast, sharpness, colourfulness, bool(is_grey))


def _told(reason: Reason) -> tuple[str, dict[str, object]]:
    return reason.code, dict(reason.arguments)


def _origin(text: str | None) -> Origin | None:
    if not text:
        return None
    slug, code, arguments = json.loads(text)
    return Origin(slug, Reason.of(code, **arguments))
