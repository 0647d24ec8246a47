"""Discarded photos: their stored copies wait in ``trash/`` until it is emptied.

Invariant: where a copy lies follows from whether its photo is discarded; `settle` makes it so
after any kill. Files outside the vault are never touched.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from propvault.errors import VaultError
from propvault.vault.vault import Vault

_COPIES = (
    "SELECT f.stored, d.sha256 IS NOT NULL, p.id FROM file f JOIN photo p ON p.id = f.photo_id"
    " LEFT JOIN discarded d ON d.sha256 = p.sha256 WHERE f.stored IS NOT NULL"
)


@dataclass(frozen=True)
class TrashContents:
    """What emptying the trash would delete."""

    files: tuple[str, ...]
    """Paths below ``trash/``."""
    size: int
    """Bytes."""
    photos: tuple[int, ...]
    """Rows of the photos they belong to."""


def is_discarded(db: Database, sha256: str) -> bool:
    """Return whether a photo, by its hash, was discarded."""
    row = db.execute("SELECT 1 FROM discarded WHERE sha256 = ?", (sha256,)).fetchone()
    return row is not None


def discarded_file(db: Database, sha256: str) -> bool:
    """Return whether a file belongs to a discarded photo."""
    sql = (
        "SELECT 1 FROM file f JOIN photo p ON p.id = f.photo_id JOIN discarded d"
        " ON d.sha256 = p.sha256 WHERE f.sha256 = ?"
    )
    return db.execute(sql, (sha256,)).fetchone() is not None


def settle(vault: Vault) -> int:
    """Move every stored copy to where it belongs; return how many moved.

    Raises:
        VaultError: the disk refuses.
    """
    stored, trash = vault.folder.stored, vault.folder.trash
    moved = 0
    if not trash.is_dir() and not vault.db.execute("SELECT 1 FROM discarded").fetchone():
        return moved
    for relative, is_gone, _ in vault.db.execute(_COPIES).fetchall():
        source, target = (stored, trash) if is_gone else (trash, stored)
        if (source / relative).is_file():
            _move(source / relative, target / relative)
            moved += 1
    return moved


def contents(vault: Vault) -> TrashContents:
    """Return what emptying the trash would delete."""
    trash = vault.folder.trash
    found = [row for row in vault.db.execute(_COPIES).fetchall() if row[1]]
    there = sorted((row[0], row[2]) for row in found if (trash / row[0]).is_file())
    files = tuple(name for name, _ in there)
    size = sum((trash / name).stat().st_size for name in files)
    return TrashContents(files, size, tuple(sorted({row for _, row in there})))


def empty(vault: Vault) -> int:
    """Delete the copies of discarded photos; return how many. Their hashes stay discarded.

    Raises:
        VaultError: the disk refuses; what was deleted before is recorded.
    """
    files = contents(vault).files
    for name in files:
        try:
            (vault.folder.trash / name).unlink()
        except OSError as error:
            raise _failed(vault.folder.trash / name, error) from error
        with vault.transaction() as db:
            db.execute("UPDATE file SET stored = NULL, stored_key = NULL WHERE stored = ?", (name,))
    for folder in sorted(vault.folder.trash.rglob("*"), reverse=True):
        with contextlib.suppress(OSError):  # not empty: something that is not ours
            folder.rmdir()
    return len(files)


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    except OSError as error:
        raise _failed(source, error) from error


def _failed(path: Path, error: OSError) -> VaultError:
    detail = error.strerror or str(error)
    return VaultError("vault.cannot_write", path=str(path), detail=detail)
