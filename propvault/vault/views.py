"""Read photos back as values."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from propvault.errors import UsageError
from propvault.reasons import Reason
from propvault.values import Capture, FileView, PhotoTag, PhotoView, Role, SightingView
from propvault.vault.exports import exports_of
from propvault.vault.tags import tags_by_photo
from propvault.vault.vault import Database, Vault

_COLUMNS = (
    "id, sha256, name, format, width, height, taken_local, taken_offset, offset_source, latitude,"
    " longitude, altitude, bearing, camera, lens, exposure, f_number, iso, focal, rating, creator,"
    " rights, note, dropped"
)
MIN_PREFIX = 6
"""Hex digits that may stand for a photo."""


def photo_views(vault: Vault, rows: Sequence[int]) -> list[PhotoView]:
    """Return photos by row, in the order asked for."""
    parts = _Parts.of(vault.db, rows)
    sql = f"SELECT {_COLUMNS} FROM photo WHERE id IN (SELECT value FROM json_each(?))"
    found = {row[0]: row for row in vault.db.execute(sql, (json.dumps(list(rows)),))}
    return [_view(vault, found[row], parts) for row in rows]


def photo_rows(vault: Vault) -> list[int]:
    """Return the rows of all photos, oldest first."""
    return [row[0] for row in vault.db.execute("SELECT id FROM photo ORDER BY id")]


def count_photos(vault: Vault) -> int:
    """Return how many photos the vault has."""
    return int(vault.db.execute("SELECT count(*) FROM photo").fetchone()[0])


def resolve(vault: Vault, reference: str, base: Path) -> int:
    """Return the row of the photo a person means.

    Args:
        vault: the vault.
        reference: a hash prefix (at least 6 digits, ``sha256:`` optional), a path, a file name or
            a stem.
        base: the folder that relative paths start from.

    Raises:
        UsageError: nothing or more than one photo matches.
    """
    for matches in (_by_hash, _by_path, _by_name):
        rows = matches(vault, reference, base)
        if len(rows) == 1:
            return rows[0]
        if rows:
            names = ", ".join(v.id[7:19] + " " + v.name for v in photo_views(vault, rows[:10]))
            raise UsageError("photo.ambiguous", reference=reference, count=len(rows), names=names)
    raise UsageError("photo.unknown", reference=reference)


def _by_hash(vault: Vault, reference: str, _base: Path) -> list[int]:
    digits = reference.removeprefix("sha256:").lower()
    if len(digits) < MIN_PREFIX or set(digits) - set("0123456789abcdef"):
        return []
    sql = (
        "SELECT id FROM photo WHERE sha256 >= ? AND sha256 < ? UNION"
        " SELECT photo_id FROM file WHERE sha256 >= ? AND sha256 < ? ORDER BY 1"
    )
    return _rows(vault, sql, (digits, digits + "g") * 2)


def _by_path(vault: Vault, reference: str, base: Path) -> list[int]:
    path = (base / reference).absolute()
    try:
        stored: str | None = path.relative_to(vault.folder.stored).as_posix()
    except ValueError:
        stored = None
    rows = _rows(vault, "SELECT photo_id FROM file WHERE stored = ?", (stored,)) if stored else []
    if rows:
        return rows
    sql = (
        "SELECT DISTINCT f.photo_id FROM sighting s JOIN file f USING (sha256)"
        " JOIN volume v ON v.id = s.volume_id WHERE s.path_raw = ? AND v.last_mount = ?"
    )
    for mount in {row[0] for row in vault.db.execute("SELECT last_mount FROM volume")}:
        if path.is_relative_to(mount):
            rows += _rows(vault, sql, (os.fsencode(path.relative_to(mount)), mount))
    return sorted(set(rows))


def _by_name(vault: Vault, reference: str, _base: Path) -> list[int]:
    folded = reference.casefold()
    sql = "SELECT DISTINCT f.photo_id, s.path FROM sighting s JOIN file f USING (sha256)"
    rows = {
        row[0]
        for row in vault.db.execute(sql)
        if folded in (PurePosixPath(row[1]).name.casefold(), PurePosixPath(row[1]).stem.casefold())
    }
    return sorted(rows)


def _rows(vault: Vault, sql: str, arguments: Iterable[Any]) -> list[int]:
    return [row[0] for row in vault.db.execute(sql, tuple(arguments))]


def _view(vault: Vault, row: tuple[Any, ...], parts: _Parts) -> PhotoView:
    (photo_id, sha256, name, kind, width, height, *capture, note, dropped) = row
    notes = tuple(Reason.of(code, **found) for code, found in json.loads(dropped or "[]"))
    names = (
        "taken_local taken_offset offset_source latitude longitude altitude bearing camera lens"
        " exposure f_number iso focal rating creator rights"
    ).split()
    folder = vault.folder
    stored = folder.trash if sha256 in parts.discarded else folder.stored
    return PhotoView(
        id=f"sha256:{sha256}",
        name=name,
        width=width,
        height=height,
        format=kind,
        capture=Capture(**dict(zip(names, capture, strict=True)), notes=notes),
        preview=folder.preview(sha256),
        files=tuple(_file(found, stored) for found in parts.files.get(photo_id, ())),
        sightings=tuple(_sighting(*found) for found in parts.sightings.get(photo_id, ())),
        tags=parts.tags.get(photo_id, ()),
        note=note or "",
        exports=tuple(found for (found,) in parts.exports.get(photo_id, ())),
        is_discarded=sha256 in parts.discarded,
    )


@dataclass(frozen=True)
class _Parts:
    """What belongs to some photos, by row: one question each instead of one a photo."""

    files: Mapping[int, list[tuple[Any, ...]]]
    sightings: Mapping[int, list[tuple[Any, ...]]]
    tags: Mapping[int, tuple[PhotoTag, ...]]
    discarded: frozenset[str]
    exports: Mapping[int, list[tuple[Any, ...]]]

    @classmethod
    def of(cls, db: Database, rows: Sequence[int]) -> _Parts:
        files = (
            "SELECT photo_id, f.sha256, role, size, stored, mtime_ns FROM file f"
            " JOIN photo p ON p.id = photo_id WHERE photo_id IN (SELECT value FROM json_each(?))"
            " ORDER BY f.sha256 <> p.sha256, role, f.sha256"
        )
        sightings = (
            "SELECT f.photo_id, v.last_mount, s.path_raw, v.label, s.last_seen FROM sighting s"
            " JOIN file f USING (sha256) JOIN volume v ON v.id = s.volume_id"
            " WHERE f.photo_id IN (SELECT value FROM json_each(?))"
            " AND s.gone_at IS NULL AND f.role <> 'sidecar' ORDER BY s.last_seen DESC, s.path"
        )
        gone = (
            "SELECT sha256 FROM photo JOIN discarded USING (sha256)"
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        asked = (json.dumps(list(rows)),)
        return cls(
            _grouped(db.execute(files, asked)),
            _grouped(db.execute(sightings, asked)),
            tags_by_photo(db, rows),
            frozenset(row[0] for row in db.execute(gone, asked)),
            _grouped(exports_of(db, rows)),
        )


def _grouped(found: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Return what stands behind the first column of rows by that column, in order."""
    groups: dict[int, list[tuple[Any, ...]]] = {}
    for photo_id, *rest in found:
        groups.setdefault(photo_id, []).append(tuple(rest))
    return groups


def _file(found: tuple[Any, ...], folder: Path) -> FileView:
    sha256, role, size, stored, mtime_ns = found
    return FileView(sha256, Role(role), size, folder / stored if stored else None, mtime_ns)


def _sighting(mount: str, raw: bytes, label: str, seen: str) -> SightingView:
    path = Path(mount, os.fsdecode(raw))
    return SightingView(path, label, path.is_file(), seen)
