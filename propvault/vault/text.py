"""Full-text search over names, tags, notes, places and collections, in Chinese and English.

The text is split by us before SQLite sees it (each CJK character a token), on both sides, because
FTS5's own tokenizers do not segment Chinese and loadable ones are missing in many Pythons.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

import numpy as np
from sqlite_utils import Database

from propvault.language.segment import index_text, match_phrases
from propvault.values import Tag, TagState
from propvault.vault.places import place_text
from propvault.vault.standing import Mask, Rows, Standing
from propvault.vault.tags import tags_of

COLUMNS = ("names", "notes", "places", "collections", "tags")
"""What a photo's text is made of, tags last; names are those of its files and folders."""

_COMMON = 5000
"""Photos whose matches are still ranked: BM25 has to look at every one (20 ms for as many)."""

TagWords = Callable[[Tag], Iterable[str]]
"""Gives every name and alias of a tag."""


def index_photo(db: Database, photo_id: int, words: TagWords) -> None:
    """Rewrite a photo's searchable text from its sightings, tags, notes and collections."""
    tags = (t.tag for t in tags_of(db, photo_id) if t.state is not TagState.REJECTED)
    boards = db.execute(
        "SELECT name, subject, collection_photo.note FROM collection_photo"
        ' JOIN collection ON "key" = collection_key WHERE photo_id = ? ORDER BY "key"',
        (photo_id,),
    ).fetchall()
    (note,) = db.execute(
        "SELECT coalesce(note, '') FROM photo WHERE id = ?", (photo_id,)
    ).fetchone()
    parts: Mapping[str, Iterable[str]] = {
        "names": _names(db, photo_id),
        "tags": (word for tag in tags for word in words(tag)),
        "notes": (note, *(f"{subject} {said}" for _, subject, said in boards)),
        "places": (place_text(db, photo_id),),
        "collections": (name for name, *_ in boards),
    }
    row = {name: index_text(" ".join(texts)) for name, texts in parts.items()}
    db.execute("DELETE FROM photo_text WHERE rowid = ?", (photo_id,))
    db.execute(
        "INSERT INTO photo_text (rowid, names, tags, notes, places, collections)"
        " VALUES (:id, :names, :tags, :notes, :places, :collections)",
        row | {"id": photo_id},
    )


def matching(db: Database, texts: Sequence[str], *, in_tags: bool) -> Rows:
    """Return rows ``[n]`` of photos that have every phrase of one of ``texts``, best first (BM25).

    Words that more than `_COMMON` photos have say nothing of a photo and give no rows.

    Args:
        db: the database.
        texts: alternatives, each words in any mixture of Chinese and English.
        in_tags: whether names of tags count too, or only names of files and folders, notes,
            places and collections.
    """
    wanted = _expression(texts, COLUMNS if in_tags else COLUMNS[:-1])
    if wanted is None:
        return np.zeros(0, np.int64)
    counted = "SELECT count(*) FROM (SELECT 1 FROM photo_text WHERE photo_text MATCH ? LIMIT ?)"
    found = db.execute(counted, (wanted, _COMMON + 1)).fetchone()[0]
    if not 0 < found <= _COMMON:
        return np.zeros(0, np.int64)
    sql = "SELECT rowid FROM photo_text WHERE photo_text MATCH ? ORDER BY bm25(photo_text), rowid"
    return np.array([row[0] for row in db.execute(sql, (wanted,))], np.int64)


def having(standing: Standing, text: str, *, columns: Sequence[str] = COLUMNS) -> Mask:
    """Return the photos that have every phrase of ``text`` in some of their `COLUMNS`."""
    wanted = _expression([text], columns)
    if wanted is None:
        return standing.of_rows(np.zeros(0, np.int64))
    sql = "SELECT rowid FROM photo_text WHERE photo_text MATCH :wanted"
    return standing.mask(sql, {"wanted": wanted})


def texts_of(db: Database, rows: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the indexed text of photos by column, its tokens separated by spaces."""
    sql = (
        f"SELECT value, {', '.join(COLUMNS)} FROM json_each(?)"
        " CROSS JOIN photo_text ON photo_text.rowid = value"
    )
    found = db.execute(sql, (json.dumps(list(rows)),))
    return {row: dict(zip(COLUMNS, texts, strict=True)) for row, *texts in found}


def holds(indexed: str, phrases: Sequence[str]) -> bool:
    """Return whether indexed text has every one of the phrases of `match_phrases`."""
    return bool(phrases) and all(f" {phrase[1:-1]} " in f" {indexed} " for phrase in phrases)


def _expression(texts: Sequence[str], columns: Sequence[str]) -> str | None:
    """Return what FTS5 is to match, None for texts without a word."""
    ways = [f"({' AND '.join(phrases)})" for text in texts if (phrases := match_phrases(text))]
    return f"{{{' '.join(columns)}}} : ({' OR '.join(ways)})" if ways else None


def _names(db: Database, photo_id: int) -> list[str]:
    """Return file names (with and without suffix) and folder names of a photo, each once."""
    rows = db.execute(
        "SELECT s.path FROM sighting s JOIN file f USING (sha256) WHERE f.photo_id = ?"
        " ORDER BY s.path",
        (photo_id,),
    )
    found: dict[str, None] = {}
    for (path,) in rows:
        # Three folders up: a card's own folders, not the disk's.
        for part in (*PurePosixPath(path).parts[-4:], PurePosixPath(path).stem):
            found[part] = None
    return list(found)
