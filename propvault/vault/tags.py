"""Tags of photos. Every function runs inside the caller's transaction.

Invariant: rows of source ``person`` are never touched by anything else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from propvault.values import PhotoTag, Tag, TagSource, TagState

_ORDER = "CASE source WHEN 'person' THEN 0 WHEN 'sidecar' THEN 1 WHEN 'computed' THEN 2 ELSE 3 END"


def tag_row(db: Database, tag: Tag) -> int:
    """Return the row of a tag, made when it is new; names follow the vocabulary."""
    db.execute(
        "INSERT INTO tag (facet, slug, zh, en) VALUES (?, ?, ?, ?) ON CONFLICT (facet, slug)"
        " DO UPDATE SET zh = excluded.zh, en = excluded.en"
        " WHERE zh <> excluded.zh OR en <> excluded.en",
        (tag.facet, tag.slug, tag.zh, tag.en),
    )
    row = db.execute("SELECT id FROM tag WHERE facet = ? AND slug = ?", (tag.facet, tag.slug))
    return int(row.fetchone()[0])


def replace_tags(db: Database, photo_id: int, source: TagSource, tags: Iterable[PhotoTag]) -> None:
    """Replace all of a photo's tags of one source.

    Raises:
        ValueError: for the source ``person``, which is never replaced wholesale.
    """
    if source is TagSource.PERSON:
        raise ValueError("a person's tags are changed one by one")
    db.execute("DELETE FROM photo_tag WHERE photo_id = ? AND source = ?", (photo_id, source.value))
    db.conn.executemany(
        "INSERT OR REPLACE INTO photo_tag (photo_id, tag_id, source, model_id, state, score)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (photo_id, tag_row(db, t.tag), t.source.value, t.model_id, t.state.value, t.score)
            for t in tags
        ],
    )


def tags_of(db: Database, photo_id: int) -> tuple[PhotoTag, ...]:
    """Return a photo's tags: confirmed, applied, suggested; by score within.

    Where a person gave a verdict, it alone is returned, a rejection too.
    """
    rows = db.execute(
        "SELECT facet, slug, zh, en, source, state, score, model_id FROM photo_tag"
        " JOIN tag ON tag.id = tag_id WHERE photo_id = ?"
        f" ORDER BY {_ORDER}, state = 'suggested', score DESC, facet, slug",
        (photo_id,),
    ).fetchall()
    judged = {row[:2] for row in rows if row[4] == TagSource.PERSON}
    return tuple(
        PhotoTag(Tag(*row[:4]), TagSource(row[4]), TagState(row[5]), row[6], row[7])
        for row in rows
        if row[4] == TagSource.PERSON or row[:2] not in judged
    )


def has_other_source(db: Database, photo_id: int, tag_id: int) -> bool:
    """Return whether a machine or a sidecar gave a photo a tag."""
    row = db.execute(
        "SELECT 1 FROM photo_tag WHERE photo_id = ? AND tag_id = ? AND source <> 'person'",
        (photo_id, tag_id),
    ).fetchone()
    return row is not None


def tag_names(db: Database) -> dict[int, Tag]:
    """Return every tag that some photo has or had, by row."""
    return {r[0]: Tag(*r[1:]) for r in db.execute("SELECT id, facet, slug, zh, en FROM tag")}


def tagged_rows(
    db: Database, photos: Collection[int] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return photo rows ``[n]`` and tag rows ``[n]`` of all tags that hold, each pair once.

    A tag that a person rejected does not hold, whoever else gave it.
    """
    some = "" if photos is None else " WHERE photo_id IN (SELECT value FROM json_each(:photos))"
    sql = (
        f"SELECT photo_id, tag_id FROM photo_tag{some} GROUP BY photo_id, tag_id"
        " HAVING NOT max(state = 'rejected')"
    )
    asked = {} if photos is None else {"photos": json.dumps(sorted(photos))}
    found = np.array(db.execute(sql, asked).fetchall(), np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
