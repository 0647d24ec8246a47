"""What photos were tagged with, what a person said of tags, and what retagging would change.

Writers run inside the caller's transaction.
"""

from __future__ import annotations

from sqlite_utils import Database


def note_tagged(db: Database, photo_id: int, state: str) -> None:
    """Remember what a photo's machine-given tags were made from."""
    db.execute(
        "INSERT OR REPLACE INTO tagged_with (photo_id, state) VALUES (?, ?)", (photo_id, state)
    )


def tagged_otherwise(db: Database, state: str) -> list[int]:
    """Return rows of photos whose tags were made from something else, oldest first."""
    rows = db.execute(
        "SELECT id FROM photo WHERE id NOT IN (SELECT photo_id FROM tagged_with WHERE state = ?)"
        " ORDER BY id",
        (state,),
    )
    return [row[0] for row in rows.fetchall()]


def verdicts(db: Database) -> dict[str, dict[int, bool]]:
    """Return what a person said, by tag: rows of photos and whether the tag is right there."""
    found: dict[str, dict[int, bool]] = {}
    rows = db.execute(
        "SELECT facet || ':' || slug, photo_id, state = 'confirmed' FROM photo_tag"
        " JOIN tag ON tag.id = tag_id WHERE source = 'person' ORDER BY 1, 2"
    )
    for tag, photo_id, right in rows:
        found.setdefault(tag, {})[photo_id] = bool(right)
    return found


def machine_tags(db: Database, photo_id: int) -> dict[str, tuple[str, str]]:
    """Return (source, state) of a photo's machine-given tags that a person has not judged."""
    rows = db.execute(
        "SELECT facet || ':' || slug, source, state FROM photo_tag JOIN tag ON tag.id = tag_id"
        " WHERE photo_id = :p AND source IN ('computed', 'auto') AND tag_id NOT IN"
        " (SELECT tag_id FROM photo_tag WHERE photo_id = :p AND source = 'person')"
        " ORDER BY source",
        {"p": photo_id},
    )
    return {name: (source, state) for name, source, state in rows}


def automatic_counts(db: Database) -> dict[str, tuple[int, int]]:
    """Return on how many photos each automatic tag is applied and suggested."""
    rows = db.execute(
        "SELECT facet || ':' || slug, sum(state = 'applied'), sum(state = 'suggested')"
        " FROM photo_tag JOIN tag ON tag.id = tag_id WHERE source = 'auto' GROUP BY tag_id"
    )
    return {name: (applied, suggested) for name, applied, suggested in rows}


def tag_counts(db: Database) -> list[tuple[str, str, str, str, int]]:
    """Return (facet, slug, source, state, photos) of every tag in use."""
    rows = db.execute(
        "SELECT facet, slug, source, state, count(*) FROM photo_tag JOIN tag ON tag.id = tag_id"
        " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows.fetchall()]
