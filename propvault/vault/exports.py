"""Which reference sets were written, and which photo became which file there.

A record is history: it is never changed, and no undo takes it back. Where a folder was written more
than once, its last record says what is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlite_utils import Database

from propvault import clock
from propvault.values import ExportedSet, ExportView

LAST_OF_EACH = "SELECT max(id) FROM export GROUP BY target"
"""The records that hold: the last of each folder, as SQL."""


def record_export(db: Database, exported: ExportedSet, files: Iterable[tuple[str, str]]) -> None:
    """Record a set inside the caller's transaction.

    Args:
        db: the vault's database.
        exported: the set.
        files: id of each photo and its path in the set, in order; a photo that the vault does
            not know is left out.
    """
    said = [exported.preset, str(exported.to), exported.query, exported.collection]
    # A path on Linux may be any bytes, SQLite's text is UTF-8.
    told = [text and text.encode("utf-8", "backslashreplace").decode() for text in said]
    sql = "INSERT INTO export (made, preset, target, query, collection) VALUES (?, ?, ?, ?, ?)"
    export_id = db.execute(sql, (clock.now(), *told)).lastrowid
    sql = (
        "INSERT INTO export_photo (export_id, position, photo_id, file)"
        " SELECT ?, ?, photo_id, ? FROM file WHERE sha256 = ?"
    )
    for position, (photo, file) in enumerate(files):
        db.execute(sql, (export_id, position, file, photo.removeprefix("sha256:")))


def exports_of(db: Database, rows: Sequence[int]) -> list[tuple[int, ExportView]]:
    """Return the sets that photos are in, each behind a photo's row, newest first."""
    sql = (
        "SELECT photo_id, preset, target, query, collection, made, file FROM export_photo"
        f" JOIN export ON id = export_id WHERE export_id IN ({LAST_OF_EACH})"
        " AND photo_id IN (SELECT value FROM json_each(?)) ORDER BY export_id DESC, position"
    )
    found = db.execute(sql, (json.dumps(list(rows)),))
    return [
        (row, ExportView(ExportedSet(preset, Path(to), query, collection), made, file))
        for row, preset, to, query, collection, made, file in found
    ]
