"""Tags of photos. Every function runs inside the caller's transaction.

Invariant: rows of source ``person`` are never touched by anything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from propvault.reasons import Reason
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


def follow_names(db: Database, tags: Iterable[Tag]) -> None:
    """Give the stored ones of some tags the names that the vocabulary has now."""
    db.conn.executemany(
        "UPDATE tag SET zh = :zh, en = :en"
        " WHERE facet = :facet AND slug = :slug AND (zh <> :zh OR en <> :en)",
        [{"facet": t.facet, "slug": t.slug, "zh": t.zh, "en": t.en} for t in tags],
    )


def replace_tags(db: Database, photo_id: int, source: TagSource, tags: Iterable[PhotoTag]) -> None:
    """Replace all of a photo's tags of one source.

    Raises:
        ValueError: for the source ``person``, which is never replaced wholesale.
    """
    if source is TagSource.PERSON:
        raise ValueError("a person's tags are changed one by one")
    db.execute("DELETE FROM photo_tag WHERE photo_id = ? AND source = ?", (photo_id, source.value))
    db.conn.executemany(
        "INSERT OR REPLACE INTO photo_tag"
        " (photo_id, tag_id, source, model_id, state, score, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(photo_id, tag_row(db, t.tag), t.source.value, t.model_id),
                *(t.state.value, t.score, _told(t.reason)),
            )
            for t in tags
        ],
    )


def outranked(
    db: Database, photo_id: int, exclusions: Mapping[str, frozenset[str]]
) -> list[tuple[int, TagSource]]:
    """Return (row of the tag, source) of a photo's tags that a stronger source excludes.

    Args:
        db: the database.
        photo_id: the photo.
        exclusions: tags that cannot stand beside others, by ``facet:slug``.
    """
    rows = db.execute(
        f"SELECT tag_id, facet || ':' || slug, source, state, {_ORDER} FROM photo_tag"
        " JOIN tag ON tag.id = tag_id WHERE photo_id = ?",
        (photo_id,),
    ).fetchall()
    sure = [(row[1], row[4]) for row in rows if row[3] in ("applied", "confirmed")]
    return [
        (tag_id, TagSource(source))
        for tag_id, name, source, _, rank in rows
        if source not in ("person", "sidecar")
        and any(rank > other and name in exclusions.get(strong, ()) for strong, other in sure)
    ]


def drop_outranked(db: Database, photo_id: int, exclusions: Mapping[str, frozenset[str]]) -> None:
    """Delete a photo's machine-given tags that a stronger source excludes.

    The photo then counts as not tagged by the present model, so that retagging brings them back
    should what excludes them go.
    """
    found = outranked(db, photo_id, exclusions)
    if not found:
        return
    db.conn.executemany(
        "DELETE FROM photo_tag WHERE photo_id = ? AND tag_id = ? AND source = ?",
        [(photo_id, tag, source.value) for tag, source in found],
    )
    db.execute("DELETE FROM tagged_with WHERE photo_id = ?", (photo_id,))


def tags_of(db: Database, photo_id: int) -> tuple[PhotoTag, ...]:
    """Return a photo's tags: confirmed, applied, suggested; by score within.

    Where a person gave a verdict, it alone is returned, a rejection too.
    """
    return tags_by_photo(db, [photo_id]).get(photo_id, ())


def tags_by_photo(db: Database, photos: Sequence[int]) -> dict[int, tuple[PhotoTag, ...]]:
    """Return the tags of photos as `tags_of` does; photos without any are not there."""
    rows = db.execute(
        "SELECT photo_id, facet, slug, zh, en, source, state, score, model_id, reason"
        " FROM photo_tag JOIN tag ON tag.id = tag_id"
        " WHERE photo_id IN (SELECT value FROM json_each(?))"
        f" ORDER BY {_ORDER}, state = 'suggested', score DESC, facet, slug",
        (json.dumps(list(photos)),),
    ).fetchall()
    judged = {row[:3] for row in rows if row[5] == TagSource.PERSON}
    found: dict[int, list[PhotoTag]] = {}
    for photo_id, facet, slug, zh, en, source, state, score, model_id, reason in rows:
        if source == TagSource.PERSON or (photo_id, facet, slug) not in judged:
            tag = Tag(facet, slug, zh, en)
            told = PhotoTag(
                tag, TagSource(source), TagState(state), score, model_id, _reason(reason)
            )
            found.setdefault(photo_id, []).append(told)
    return {photo_id: tuple(tags) for photo_id, tags in found.items()}


def sources_of(db: Database, photo_id: int, tag_id: int) -> set[TagSource]:
    """Return who gave a photo a tag; a person who rejected it counts too."""
    rows = db.execute(
        "SELECT source FROM photo_tag WHERE photo_id = ? AND tag_id = ?", (photo_id, tag_id)
    )
    return {TagSource(source) for (source,) in rows}


def tag_counts(db: Database) -> dict[str, int]:
    """Return how many photos have each tag, ``facet:slug``; rejected ones do not count."""
    rows = db.execute(
        "SELECT facet || ':' || slug, count(DISTINCT photo_id) FROM photo_tag"
        " JOIN tag ON tag.id = tag_id WHERE state <> 'rejected' GROUP BY tag_id"
    )
    return dict(rows.fetchall())


def _told(reason: Reason | None) -> str | None:
    if reason is None:
        return None
    return json.dumps([reason.code, dict(reason.arguments)], ensure_ascii=False)


def _reason(text: str | None) -> Reason | None:
    if text is None:
        return None
    code, arguments = json.loads(text)
    return Reason.of(code, **arguments)
