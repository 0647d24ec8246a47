"""The folder of a reference set: staged, synced, renamed into place; or an earlier set updated.

Invariant: under its final name a new set is whole or not there. An earlier set of ours is brought
up to date file by file, touching only what its lock lists and a person has not changed since. The
staging folder is claimed by a lock file that exists before it; the system drops the lock with the
process, so what a kill leaves behind is known to be nobody's and goes on the next export.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from propvault.errors import ExportError, UsageError
from propvault.syncing import sync
from propvault.targets.lock import FILE as LOCK
from propvault.targets.lock import PackLock, read_lock
from propvault.targets.manifest import WrittenFile

_CLAIM = re.compile(r"\..*\.partial-[0-9a-f]{8}\.lock", re.DOTALL)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_MAX_NAME = 80
"""Bytes of the target's name that a staging folder repeats; file systems allow 255 in all."""
_MAX_LOCK = 256_000_000


def earlier_set(target: Path) -> PackLock | None:
    """Return the lock of an earlier set of ours at ``target``, None when the place is free.

    Raises:
        UsageError: it is taken; says by what, and what to do.
        ExportError: it cannot be looked at.
    """
    try:
        if not os.path.lexists(target):
            return None
        if not target.is_dir():
            raise UsageError("export.target_is_file", path=str(target))
        lock = lock_of(target)
        if lock is None and any(target.iterdir()):
            raise UsageError("export.target_not_empty", path=str(target))
    except OSError as error:
        raise as_export_error(error, target) from error
    return lock


def lock_of(folder: Path) -> PackLock | None:
    """Return the lock of a set's folder, None when it is no set of ours.

    Raises:
        OSError: it cannot be read.
    """
    path = folder / LOCK
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_LOCK:
        return None
    return read_lock(path.read_bytes())


@contextmanager
def staging_beside(target: Path) -> Iterator[Path]:
    """Give an empty folder on the target's disk; it is gone on leaving unless it was moved.

    Raises:
        ExportError: the disk is full or refuses; nothing is left behind.
    """
    try:
        home = _home_of_staging(target)
        home.mkdir(parents=True, exist_ok=True)
        _remove_stale(home)
        short = os.fsencode(target.name)[:_MAX_NAME].decode("utf-8", "ignore")
        staging = home / f".{short}.partial-{secrets.token_hex(4)}"
        with _claimed(staging):
            try:
                staging.mkdir()
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise as_export_error(error, target) from error


def write_file(folder: Path, name: str, data: bytes) -> WrittenFile:
    """Write one file of a set and bring it to the disk."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return WrittenFile(name, len(data), hashlib.sha256(data).hexdigest())


def digest_of(path: Path) -> str:
    """Return the hex SHA-256 of a file, empty when there is none or it is no plain file."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def move_into_place(staging: Path, target: Path) -> None:
    """Make a staged folder the target, which is not there or empty."""
    for folder in sorted((p for p in staging.rglob("*") if p.is_dir()), reverse=True):
        sync(folder)
    sync(staging)
    if target.is_dir():  # empty, or this fails; Windows does not replace folders
        target.rmdir()
    staging.rename(target)
    sync(target.parent)


def as_export_error(error: OSError, target: Path) -> ExportError:
    """Return what to tell a person when the disk refused."""
    code = "export.disk_full" if error.errno in _FULL else "export.cannot_write"
    return ExportError(code, path=str(target), detail=error.strerror or str(error))


def _home_of_staging(target: Path) -> Path:
    """Return the folder to stage in: beside the target, or in it where that is another disk."""
    parent = target.parent
    is_mount = target.is_dir() and target.stat().st_dev != parent.stat().st_dev
    return target if is_mount else parent


@contextmanager
def _claimed(staging: Path) -> Iterator[None]:
    path = staging.with_name(f"{staging.name}.lock")
    lock = FileLock(path)
    # A disk that knows no locks still takes the set; its leavings then stay for a person.
    with suppress(NotImplementedError, OSError):
        lock.acquire(timeout=0)
    try:
        yield
    finally:
        lock.release()
        path.unlink(missing_ok=True)


def _remove_stale(parent: Path) -> None:
    for path in parent.iterdir():
        if not _CLAIM.fullmatch(path.name) or path.is_symlink() or not path.is_file():
            continue
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError, RuntimeError):  # someone is at work there
            continue
        staging = path.with_suffix("")
        if not staging.is_symlink():
            shutil.rmtree(staging, ignore_errors=True)
        lock.release()
        path.unlink(missing_ok=True)
