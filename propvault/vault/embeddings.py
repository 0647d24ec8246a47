"""Which photos have a vector of which model, and in which order models were selected.

Invariant: vectors of a model go only when a person removes that model. Every function runs
inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from propvault import clock


@dataclass(frozen=True)
class Coverage:
    """How far a vault has been embedded with one model."""

    model_id: str
    """The model."""
    embedded: int
    """Photos with a vector."""
    unreadable: int
    """Photos without one because their preview is missing or damaged."""
    photos: int
    """Photos in the vault."""

    @property
    def is_complete(self) -> bool:
        """Return whether every photo that can have a vector has one, and there is one."""
        return self.embedded > 0 and self.embedded + self.unreadable >= self.photos


def coverage(db: Database, model_id: str) -> Coverage:
    """Return how far the vault has been embedded with a model."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM embedding WHERE model_id = :m),"
        " (SELECT count(*) FROM unembeddable WHERE model_id = :m), (SELECT count(*) FROM photo)",
        {"m": model_id},
    ).fetchone()
    return Coverage(model_id, *row)


def embedded_models(db: Database) -> list[str]:
    """Return the models that have vectors: last selected first, then by their newest vector."""
    rows = db.execute(
        "SELECT model_id FROM (SELECT model_id, max(id) AS newest FROM embedding GROUP BY model_id)"
        " LEFT JOIN (SELECT model_id, max(id) AS chosen FROM model_selection GROUP BY model_id)"
        " USING (model_id) ORDER BY coalesce(chosen, 0) DESC, newest DESC"
    )
    return [row[0] for row in rows]


def note_selection(db: Database, model_id: str) -> None:
    """Remember that a person selected a model now."""
    now = clock.now()
    db.execute("INSERT INTO model_selection (model_id, selected_at) VALUES (?, ?)", (model_id, now))


def without_vector(db: Database, model_id: str) -> list[tuple[int, str]]:
    """Return (row, sha256) of photos that a model has no vector of, oldest first."""
    rows = db.execute(
        "SELECT id, sha256 FROM photo WHERE NOT EXISTS"
        " (SELECT 1 FROM embedding WHERE photo_id = photo.id AND model_id = ?) ORDER BY id",
        (model_id,),
    )
    return [(row[0], row[1]) for row in rows.fetchall()]


def mark_unreadable(db: Database, model_id: str, rows: Iterable[int]) -> None:
    """Note photos whose preview could not be read, so that they do not hold up the others."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO unembeddable (photo_id, model_id) VALUES (?, ?)",
        [(row, model_id) for row in rows],
    )


def forget_unreadable(db: Database, model_id: str) -> None:
    """Let every photo be tried again."""
    db.execute("DELETE FROM unembeddable WHERE model_id = ?", (model_id,))


def remove_model(db: Database, model_id: str) -> int:
    """Delete a model's vectors and its place in the order of selection; return how many."""
    forget_unreadable(db, model_id)
    db.execute("DELETE FROM model_selection WHERE model_id = ?", (model_id,))
    return int(db.execute("DELETE FROM embedding WHERE model_id = ?", (model_id,)).rowcount)


def is_tagged_by_another(db: Database, model_id: str) -> bool:
    """Return whether some automatic tag was given by another model."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM photo_tag WHERE source = 'auto' AND model_id <> ?)",
        (model_id,),
    )
    return bool(row.fetchone()[0])
