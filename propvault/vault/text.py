"""Full-text search over names, tags and notes, in Chinese and English.

The text is split by us before SQLite sees it (each CJK character a token), on both sides, because
FTS5's own tokenizers do not segment Chinese and loadable ones are missing in many Pythons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from sqlite_utils import Database

from propvault.language.segment import index_text, match_phrases
from propvault.values import Tag, TagState
from propvault.vault.tags import tags_of

TagWords = Callable[[Tag], Iterable[str]]
"""Gives every name and alias of a tag."""


def index_photo(db: Database, photo_id: int, words: TagWords) -> None:
    """Rewrite a photo's searchable text from its sightings and tags."""
    tags = (t.tag for t in tags_of(db, photo_id) if t.state is not TagState.REJECTED)
    names = index_text(" ".join(_names(db, photo_id)))
    described = index_text(" ".join(word for tag in tags for word in words(tag)))
    db.execute("DELETE FROM photo_text WHERE rowid = ?", (photo_id,))
    db.execute(
        "INSERT INTO photo_text (rowid, names, tags, notes) VALUES (?, ?, ?, '')",
        (photo_id, names, described),
    )


def matching(db: Database, text: str, *, in_tags: bool) -> list[int]:
    """Return rows of photos that have every phrase of ``text``, best first (BM25).

    Args:
        db: the database.
        text: words in any mixture of Chinese and English.
        in_tags: whether names of tags count too, or only file names, folders and notes.
    """
    phrases = match_phrases(text)
    if not phrases:
        return []
    columns = "names notes tags" if in_tags else "names notes"
    sql = "SELECT rowid FROM photo_text WHERE photo_text MATCH ? ORDER BY bm25(photo_text), rowid"
    return [row[0] for row in db.execute(sql, (f"{{{columns}}} : ({' AND '.join(phrases)})",))]


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
