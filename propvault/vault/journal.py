"""What a person did, as rows before and after: undo and redo, one line of history.

Linear: a new action drops what could be redone. A step whose rows were changed since by other
means no longer applies and says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from propvault import clock
from propvault.errors import UsageError
from propvault.reasons import Argument, Reason

Row = Mapping[str, Any]

_KEYS: Mapping[str, tuple[str, ...]] = {
    "relation": ("sha256_a", "sha256_b", "source"),
    "chosen_keeper": ("sha256",),
    "discarded": ("sha256",),
    "photo_tag": ("photo_id", "tag_id", "source"),
    "photo": ("id",),
    "collection": ("key",),
    "collection_photo": ("collection_key", "photo_id"),
    "saved_search": ("key",),
}
"""Tables that a person's actions write, and their keys."""

_OWNED: Mapping[str, frozenset[str]] = {
    "photo": frozenset(
        {
            *("rating", "rating_source", "note", "taken_local", "taken_camera"),
            *("creator", "creator_source", "rights", "rights_source", "release"),
        }
    )
}
"""Of rows that others write too, the columns that are a person's to change: only those given to
`Action.put` are recorded, so that a step still applies when something else of the row changed."""

_DESCRIBING = ("photo_tag", "collection_photo")
"""Tables with a ``photo_id`` whose rows are part of a photo's searchable text."""


@dataclass(frozen=True)
class Step:
    """One action of a person."""

    id: int
    """Its row."""
    at: str
    """When, ISO 8601 UTC."""
    action: Reason
    """What was done."""
    is_undone: bool
    """Whether it was taken back."""
    touched: tuple[int, ...] = ()
    """Rows of photos whose searchable text it changed."""


class Action:
    """One action being recorded; every change goes through `put` or `remove`."""

    def __init__(self, db: Database, code: str, **arguments: Argument) -> None:
        """Open an entry inside the caller's transaction; what could be redone is dropped."""
        self._db = db
        db.execute("DELETE FROM journal WHERE undone = 1")
        now = clock.now()
        told = json.dumps(arguments, ensure_ascii=False)
        sql = "INSERT INTO journal (at, action, arguments) VALUES (?, ?, ?)"
        self._id = int(db.execute(sql, (now, code, told)).lastrowid or 0)
        self._position = 0

    def put(self, table: str, row: Row) -> None:
        """Write a row, whether or not its key is there; of `_OWNED` rows the columns given."""
        assert set(row) - set(_KEYS[table]) <= _OWNED.get(table, set(row)), table
        self._change(table, {name: row[name] for name in _KEYS[table]}, dict(row))

    def remove(self, table: str, key: Row) -> None:
        """Delete a row, if it is there."""
        self._change(table, key, None)

    def _change(self, table: str, key: Row, after: Row | None) -> None:
        columns = tuple(after) if after and table in _OWNED else None
        before = _read(self._db, table, key, columns)
        if before == after:
            return
        _write(self._db, table, key, after)
        # What SQLite made of it: columns not given are NULL.
        after = _read(self._db, table, key, columns)
        self._position += 1
        self._db.execute(
            'INSERT INTO journal_change (journal_id, position, "table", "key", before, after)'
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._id, self._position, table, *(_text(row) for row in (key, before, after))),
        )


def undo(db: Database) -> Step:
    """Take back the last action, inside the caller's transaction.

    Raises:
        UsageError: there is none, or its rows were changed since.
    """
    row = db.execute("SELECT max(id) FROM journal WHERE undone = 0").fetchone()
    return _replay(db, row[0], "undo.nothing", is_undo=True)


def redo(db: Database) -> Step:
    """Do again the action that was taken back last.

    Raises:
        UsageError: there is none, or its rows were changed since.
    """
    row = db.execute("SELECT min(id) FROM journal WHERE undone = 1").fetchone()
    return _replay(db, row[0], "redo.nothing", is_undo=False)


def history(db: Database, limit: int) -> list[Step]:
    """Return what was done, newest first."""
    sql = "SELECT id, at, action, arguments, undone FROM journal ORDER BY id DESC LIMIT ?"
    return [_step(row) for row in db.execute(sql, (limit,)).fetchall()]


def _replay(db: Database, step_id: int | None, nothing: str, *, is_undo: bool) -> Step:
    if step_id is None:
        raise UsageError(nothing)
    sql = "SELECT id, at, action, arguments, undone FROM journal WHERE id = ?"
    step = _step(db.execute(sql, (step_id,)).fetchone())
    changes = db.execute(
        'SELECT "table", "key", before, after FROM journal_change WHERE journal_id = ?'
        f" ORDER BY position {'DESC' if is_undo else 'ASC'}",
        (step_id,),
    ).fetchall()
    for table, key_text, before, after in changes:
        key = json.loads(key_text)
        expected, wanted = (after, before) if is_undo else (before, after)
        # Only the columns that were recorded count: later versions of the vault have more.
        columns = tuple(json.loads(expected)) if expected else None
        if _text(_read(db, table, key, columns)) != expected:
            raise UsageError("undo.changed_since", number=step_id)
        _write(db, table, key, None if wanted is None else json.loads(wanted))
    db.execute("UPDATE journal SET undone = ? WHERE id = ?", (int(is_undo), step_id))
    keys = [(table, json.loads(key)) for table, key, *_ in changes]
    described = {key["photo_id"] for table, key in keys if table in _DESCRIBING}
    described |= {key["id"] for table, key in keys if table == "photo"}
    return replace(step, touched=tuple(sorted(described)))


def _step(row: tuple[int, str, str, str, int]) -> Step:
    return Step(row[0], row[1], Reason.of(row[2], **json.loads(row[3])), bool(row[4]))


def _read(db: Database, table: str, key: Row, columns: Sequence[str] | None) -> Row | None:
    """Return the columns of a row, all of them for None."""
    where = " AND ".join(f'"{name}" = :{name}' for name in key)
    names = ", ".join(f'"{name}"' for name in columns) if columns else "*"
    cursor = db.execute(f'SELECT {names} FROM "{table}" WHERE {where}', dict(key))
    row = cursor.fetchone()
    return None if row is None else dict(zip([c[0] for c in cursor.description], row, strict=True))


def _write(db: Database, table: str, key: Row, row: Row | None) -> None:
    where = " AND ".join(f'"{name}" = :{name}' for name in key)
    if row is None:
        db.execute(f'DELETE FROM "{table}" WHERE {where}', dict(key))
        return
    changes = ", ".join(f'"{name}" = :{name}' for name in row)
    if not db.execute(f'UPDATE "{table}" SET {changes} WHERE {where}', dict(row)).rowcount:
        columns = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f":{name}" for name in row)
        db.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', dict(row))


def _text(row: Row | None) -> str | None:
    return None if row is None else json.dumps(row, ensure_ascii=False, sort_keys=True)
