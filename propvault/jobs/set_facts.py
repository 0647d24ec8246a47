"""What a person sets of photos: who made them, their rights, and a camera clock put right.

Each action can be undone; what follows from the time is computed anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from propvault.errors import UsageError
from propvault.jobs.machine_tags import renew_tags
from propvault.jobs.trips import refresh_trips
from propvault.jobs.vocabulary import reindex
from propvault.vault.journal import Action
from propvault.vault.vault import Database, Vault
from propvault.vault.views import photo_views, resolve

_SHIFT = re.compile(r"([+-])(\d{1,3}):([0-5]\d)")


@dataclass(frozen=True)
class Chosen:
    """Which photos are meant: those named and those of an import."""

    base: Path
    """The folder that relative paths start from."""
    photos: tuple[str, ...] = ()
    """Hash prefixes, paths, names or stems."""
    import_run: int | None = None
    """Number of an import, 0 for the last one."""


def set_rights(
    root: Path,
    chosen: Chosen,
    *,
    creator: str | None = None,
    rights: str | None = None,
    release: str | None = None,
) -> int:
    """Set who made photos, their rights and their release; return how many photos.

    None leaves a value, an empty text takes it away.

    Raises:
        UsageError: a photo or the import is unknown, or there is nothing to set.
    """
    values = {"creator": creator, "rights": rights, "release": release}
    given = {name: value.strip() or None for name, value in values.items() if value is not None}
    if not given:
        raise UsageError("set.nothing")
    sources = {f"{name}_source": "person" for name in given if name != "release"}
    with Vault(root, "write") as vault:
        rows = chosen_rows(vault, chosen)
        name, what = _name(vault, rows), ", ".join(given)
        with vault.transaction() as db:
            action = Action(db, "done.set", name=name, count=len(rows), what=what)
            for row in rows:
                action.put("photo", {"id": row, **given, **sources})
    return len(rows)


def shift_time(root: Path, chosen: Chosen, shift: str) -> int:
    """Move the capture time of photos by ``+H:MM`` or ``-H:MM``; return how many moved.

    Photos without a time are left alone; what the camera wrote is remembered.

    Raises:
        UsageError: a photo or the import is unknown, the shift does not read, or no photo has a
            time.
    """
    by = _read_shift(shift)
    with Vault(root, "write") as vault:
        rows = chosen_rows(vault, chosen)
        with vault.transaction() as db:
            changes = [change for row in rows if (change := _shifted(db, row, by))]
            if not changes:
                raise UsageError("set.no_time")
            moved = [int(str(change["id"])) for change in changes]
            name = _name(vault, moved)
            action = Action(db, "done.shift", name=name, count=len(moved), shift=shift)
            for change in changes:
                action.put("photo", change)
            renew_tags(vault, db, moved)
            reindex(db, moved)
        refresh_trips(vault)
    return len(moved)


def _read_shift(text: str) -> timedelta:
    match = _SHIFT.fullmatch(text.strip().replace("−", "-").replace("：", ":"))
    if match is None:
        raise UsageError("set.bad_shift", found=text)
    by = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -by if match[1] == "-" else by


def _shifted(db: Database, row: int, by: timedelta) -> Mapping[str, str | int] | None:
    """Return the changed columns of a photo, None when it has no time."""
    sql = "SELECT taken_local, coalesce(taken_camera, taken_local) FROM photo WHERE id = ?"
    taken, written = db.execute(sql, (row,)).fetchone()
    if taken is None:
        return None
    local = datetime.fromisoformat(taken) + by
    precision = "milliseconds" if local.microsecond else "seconds"
    return {
        "id": row,
        "taken_local": local.isoformat(timespec=precision),
        "taken_camera": written,
    }


def chosen_rows(vault: Vault, chosen: Chosen) -> Sequence[int]:
    """Return the rows of the photos meant, each once.

    Raises:
        UsageError: a photo or the import is unknown, or none is named.
    """
    rows = [resolve(vault, photo, chosen.base) for photo in chosen.photos]
    if chosen.import_run is not None:
        rows += _imported(vault.db, chosen.import_run)
    if not rows:
        raise UsageError("set.no_photos")
    return list(dict.fromkeys(rows))


def _imported(db: Database, number: int) -> list[int]:
    last = db.execute("SELECT max(import_run) FROM photo").fetchone()[0] or 0
    rows = db.execute("SELECT id FROM photo WHERE import_run = ? ORDER BY id", (number or last,))
    found = [row[0] for row in rows.fetchall()]
    if not found:
        raise UsageError("set.no_import", number=number, last=last)
    return found


def _name(vault: Vault, rows: Sequence[int]) -> str:
    return photo_views(vault, rows[:1])[0].name
