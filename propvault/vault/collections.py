"""Collections and saved searches of a vault, found by name.

Invariant: a name is one collection or saved search whatever its case, width or script, so both
are kept under the folded name. Only `propvault.vault.journal.Action` writes what a person picked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from propvault.language.normalise import fold
from propvault.values import BoardRole, BoardView, Collection, Member


@dataclass(frozen=True)
class NamedSet:
    """A collection or a saved search in a list."""

    name: str
    """As a person wrote it."""
    kind: Literal["hand", "trip", "search"]
    """How it is filled."""
    count: int | None = None
    """Photos in it; None for a saved search, which counts when it is asked."""
    query: str = ""
    """What a saved search asks."""


def collection_key(name: str) -> str:
    """Return the key under which a name is kept."""
    return fold(name)


def find_collection(db: Database, name: str) -> Collection | None:
    """Return a collection by its name, None when there is none."""
    key = collection_key(name)
    found = db.execute('SELECT name, kind FROM collection WHERE "key" = ?', (key,)).fetchone()
    if found is None:
        return None
    rows = db.execute(
        "SELECT photo_id, role, subject, view, note FROM collection_photo"
        " WHERE collection_key = ? ORDER BY position, photo_id",
        (key,),
    )
    members = (
        Member(row, role and BoardRole(role), subject, view and BoardView(view), note)
        for row, role, subject, view, note in rows.fetchall()
    )
    return Collection(found[0], found[1], tuple(members))


def find_saved(db: Database, name: str) -> NamedSet | None:
    """Return a saved search by its name, None when there is none."""
    sql = 'SELECT name, query FROM saved_search WHERE "key" = ?'
    found = db.execute(sql, (collection_key(name),)).fetchone()
    return None if found is None else NamedSet(found[0], "search", None, found[1])


def collections(db: Database) -> list[NamedSet]:
    """Return the collections with their counts: a person's own first, by name."""
    rows = db.execute(
        "SELECT name, kind, (SELECT count(*) FROM collection_photo WHERE collection_key = c.key)"
        " FROM collection c ORDER BY kind, c.key"
    )
    return [NamedSet(*row) for row in rows.fetchall()]


def saved_searches(db: Database) -> list[NamedSet]:
    """Return the saved searches by name."""
    rows = db.execute('SELECT name, query FROM saved_search ORDER BY "key"').fetchall()
    return [NamedSet(name, "search", None, query) for name, query in rows]


def collections_of(db: Database, photo_id: int) -> list[str]:
    """Return the names of the collections that a photo is in."""
    rows = db.execute(
        'SELECT name FROM collection_photo JOIN collection ON "key" = collection_key'
        ' WHERE photo_id = ? ORDER BY "key"',
        (photo_id,),
    )
    return [row[0] for row in rows]
