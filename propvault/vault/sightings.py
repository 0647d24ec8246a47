"""Where files were seen: one present sighting per path, past ones kept."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlite_utils import Database

from propvault.vault.volumes import Volume


@dataclass(frozen=True)
class Place:
    """A path on a volume, as the database keeps it."""

    volume_id: int
    """Row of the volume."""
    raw: bytes
    """Path below the mount point, the system's own bytes, ``/`` between parts."""

    @property
    def text(self) -> str:
        """Return the path to show and search: NFC, undecodable bytes replaced."""
        return unicodedata.normalize("NFC", self.raw.decode("utf-8", "replace"))

    @property
    def stem(self) -> str:
        """Return the path without its suffix, casefolded: RAW, JPEG and sidecar share it."""
        path = PurePosixPath(self.text)
        return str(path.with_suffix("")).casefold() if path.name else self.text.casefold()


@dataclass(frozen=True)
class Seen:
    """What is to be recorded of one file seen now."""

    place: Place
    """Where."""
    sha256: str
    """Which bytes."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Modification time, nanoseconds since 1970."""


def volume_row(db: Database, volume: Volume) -> int:
    """Return the row of a volume, made or refreshed with its present mount point."""
    db.execute(
        "INSERT INTO volume (uuid, label, last_mount) VALUES (?, ?, ?) ON CONFLICT (uuid)"
        " DO UPDATE SET label = excluded.label, last_mount = excluded.last_mount",
        (volume.uuid, volume.label, str(volume.mount)),
    )
    return find_volume(db, volume) or 0


def find_volume(db: Database, volume: Volume) -> int | None:
    """Return the row of a volume, None when it was never seen."""
    row = db.execute("SELECT id FROM volume WHERE uuid = ?", (volume.uuid,)).fetchone()
    return row[0] if row else None


def place_of(path: Path, volume: Volume, volume_id: int) -> Place:
    """Return an absolute path as a place on its volume."""
    raw = os.fsencode(path.relative_to(volume.mount))
    return Place(volume_id, raw.replace(b"\\", b"/") if os.name == "nt" else raw)


def unchanged(db: Database, place: Place, size: int, mtime_ns: int) -> str | None:
    """Return the hash a file had when last seen with this size and mtime, else None."""
    row = db.execute(
        "SELECT sha256 FROM sighting WHERE volume_id = ? AND path_raw = ? AND gone_at IS NULL"
        " AND size = ? AND mtime_ns = ?",
        (place.volume_id, place.raw, size, mtime_ns),
    ).fetchone()
    return row[0] if row else None


def record(db: Database, seen: Seen, now: str) -> None:
    """Record a sighting; other bytes at a known path end the old sighting and add one."""
    where = (seen.place.volume_id, seen.place.raw)
    row = db.execute(
        "SELECT id, sha256 FROM sighting WHERE volume_id = ? AND path_raw = ? AND gone_at IS NULL",
        where,
    ).fetchone()
    if row and row[1] == seen.sha256:
        db.execute(
            "UPDATE sighting SET size = ?, mtime_ns = ?, last_seen = ? WHERE id = ?",
            (seen.size, seen.mtime_ns, now, row[0]),
        )
        return
    if row:
        db.execute("UPDATE sighting SET gone_at = ? WHERE id = ?", (now, row[0]))
    db.execute(
        "INSERT INTO sighting (sha256, volume_id, path_raw, path, stem, size, mtime_ns, last_seen)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (seen.sha256, *where, seen.place.text, seen.place.stem, seen.size, seen.mtime_ns, now),
    )


def touch(db: Database, places: Iterable[Place], now: str) -> None:
    """Note that files were seen again, unchanged."""
    db.conn.executemany(
        "UPDATE sighting SET last_seen = ? WHERE volume_id = ? AND path_raw = ?"
        " AND gone_at IS NULL",
        [(now, place.volume_id, place.raw) for place in places],
    )


def present_below(db: Database, root: Place) -> Iterator[bytes]:
    """Yield the raw paths last seen at or below a place."""
    low, high = root.raw + b"/", root.raw + b"0"  # "0" follows "/" in ASCII
    if root.raw in (b"", b"."):
        low, high = b"", b"\xff" * 8
    yield from (
        row[0]
        for row in db.execute(
            "SELECT path_raw FROM sighting WHERE volume_id = ? AND gone_at IS NULL"
            " AND (path_raw = ? OR path_raw >= ? AND path_raw < ?)",
            (root.volume_id, root.raw, low, high),
        )
    )


def mark_gone(db: Database, volume_id: int, paths: Iterable[bytes], now: str) -> None:
    """End sightings of files that are no longer where they were; nothing else changes."""
    db.conn.executemany(
        "UPDATE sighting SET gone_at = ? WHERE volume_id = ? AND path_raw = ? AND gone_at IS NULL",
        [(now, volume_id, path) for path in paths],
    )
