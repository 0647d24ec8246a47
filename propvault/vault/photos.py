"""Write photos and their files. Every function runs inside the caller's transaction."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from propvault.values import Capture, Role
from propvault.vault.names import name_key


@dataclass(frozen=True)
class NewPhoto:
    """A photo about to be recorded."""

    sha256: str
    """Hex SHA-256 of its first file."""
    name: str
    """File name it was first seen under, safe to print."""
    format: str
    """Picture format."""
    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    capture: Capture
    """When, where, with what."""
    fingerprints: dict[str, bytes]
    """Perceptual hashes by algorithm."""


@dataclass(frozen=True)
class NewFile:
    """A file about to be recorded for a photo."""

    sha256: str
    """Hex SHA-256."""
    role: Role
    """What it is to the photo."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Modification time of the source, nanoseconds since 1970."""
    pixel_digest: str | None = None
    """Digest of the pixels alone; None for sidecars."""
    stored: str | None = None
    """Path of the stored copy below ``stored/``; None in place."""


@dataclass(frozen=True)
class KnownFile:
    """A file the vault already has."""

    photo_id: int
    """Row of its photo."""
    role: Role
    """What it is to the photo."""
    stored: str | None
    """Path of the stored copy, None for in-place."""


def known_file(db: Database, sha256: str) -> KnownFile | None:
    """Return what the vault has under a hash."""
    row = db.execute(
        "SELECT photo_id, role, stored FROM file WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return KnownFile(row[0], Role(row[1]), row[2]) if row else None


def same_pixels(db: Database, pixel_digest: str) -> int | None:
    """Return the row of the photo that has a file with these very pixels."""
    row = db.execute(
        "SELECT photo_id FROM file WHERE pixel_digest = ? ORDER BY photo_id LIMIT 1",
        (pixel_digest,),
    ).fetchone()
    return row[0] if row else None


def partner(
    db: Database, volume_id: int, stem: str, taken_local: str | None, *, is_raw: bool
) -> int | None:
    """Return the photo that a RAW or JPEG completes: same folder, stem and capture time.

    Args:
        db: the database.
        volume_id: the volume of the new file.
        stem: its `Place.stem`.
        taken_local: its capture time; without one nothing is paired.
        is_raw: whether the new file is the RAW of the pair.
    """
    if taken_local is None:
        return None
    row = db.execute(
        "SELECT p.id FROM sighting s JOIN file f USING (sha256) JOIN photo p ON p.id = f.photo_id"
        " WHERE s.volume_id = ? AND s.stem = ? AND s.gone_at IS NULL"
        # A person may have mended the clock since; the other file still has the wrong time.
        " AND coalesce(p.taken_camera, p.taken_local) = ?"
        " AND f.role <> 'sidecar' AND (p.format = 'raw') = ? ORDER BY p.id LIMIT 1",
        (volume_id, stem, taken_local, not is_raw),
    ).fetchone()
    return row[0] if row else None


def photo_of_sidecar(db: Database, volume_id: int, stem: str) -> int | None:
    """Return the photo a sidecar belongs to: ``A.xmp`` to ``A.*``, ``A.JPG.xmp`` to ``A.JPG``."""
    row = db.execute(
        "SELECT f.photo_id FROM sighting s JOIN file f USING (sha256)"
        " WHERE s.volume_id = ? AND s.gone_at IS NULL AND f.role <> 'sidecar' AND s.stem IN (?, ?)"
        " ORDER BY s.stem = ? DESC, s.id LIMIT 1",
        (volume_id, stem, stem.rsplit(".", 1)[0], stem),
    ).fetchone()
    return row[0] if row else None


def add_photo(db: Database, photo: NewPhoto, import_run: int) -> int:
    """Insert a photo with its fingerprints; return its row."""
    capture = asdict(photo.capture)
    notes, rating = photo.capture.notes, capture.pop("rating")
    for name in ("notes", "subjects", "hierarchies"):
        capture.pop(name)
    row: dict[str, Any] = {
        "sha256": photo.sha256,
        "name": photo.name,
        "format": photo.format,
        "width": photo.width,
        "height": photo.height,
        **capture,
        "rating": rating,
        "rating_source": None if rating is None else "sidecar",
        "creator_source": "sidecar" if photo.capture.creator else None,
        "rights_source": "sidecar" if photo.capture.rights else None,
        "dropped": json.dumps([[n.code, dict(n.arguments)] for n in notes], ensure_ascii=False)
        if notes
        else None,
        "import_run": import_run,
    }
    columns = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    cursor = db.execute(f"INSERT INTO photo ({columns}) VALUES ({marks})", row)
    photo_id = int(cursor.lastrowid or 0)
    db.conn.executemany(
        "INSERT INTO fingerprint (photo_id, algorithm, value) VALUES (?, ?, ?)",
        [(photo_id, name, value) for name, value in photo.fingerprints.items()],
    )
    return photo_id


def add_file(db: Database, photo_id: int, file: NewFile) -> None:
    """Insert a file of a photo; a file already there only gains its stored copy."""
    db.execute(
        "INSERT INTO file"
        " (sha256, photo_id, role, pixel_digest, size, mtime_ns, stored, stored_key)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE"
        " SET stored = coalesce(stored, excluded.stored),"
        " stored_key = coalesce(stored_key, excluded.stored_key)",
        (
            file.sha256,
            photo_id,
            file.role.value,
            file.pixel_digest,
            file.size,
            file.mtime_ns,
            file.stored,
            name_key(file.stored) if file.stored else None,
        ),
    )


def stored_owner(db: Database, relative: str) -> str | None:
    """Return the hash of the file stored under a name that no disk could tell from this one."""
    row = db.execute(
        "SELECT sha256 FROM file WHERE stored_key = ?", (name_key(relative),)
    ).fetchone()
    return row[0] if row else None


def set_sidecar_rating(db: Database, photo_id: int, rating: int | None) -> None:
    """Take over a sidecar's stars, unless a person has rated the photo here."""
    db.execute(
        "UPDATE photo SET rating = ?,"
        " rating_source = CASE WHEN ? IS NULL THEN NULL ELSE 'sidecar' END"
        " WHERE id = ? AND rating_source IS NOT 'person'",
        (rating, rating, photo_id),
    )


def set_sidecar_rights(
    db: Database, photo_id: int, creator: str | None, rights: str | None
) -> None:
    """Take over who made a photo and its rights from a sidecar, unless a person said so here."""
    for name, value in (("creator", creator), ("rights", rights)):
        if value:
            db.execute(
                f"UPDATE photo SET {name} = ?, {name}_source = 'sidecar'"
                f" WHERE id = ? AND {name}_source IS NOT 'person'",
                (value, photo_id),
            )
