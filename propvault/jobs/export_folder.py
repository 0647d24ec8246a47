"""The folder of a reference set: staged beside its place, synced, renamed into it.

Invariant: under its final name a set is whole or not there. The staging folder is claimed by a
lock file that exists before it; the system drops the lock with the process, so what a kill leaves
behind is known to be nobody's and goes on the next export.
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
from propvault.targets.manifest import FILE, WrittenFile, listed_files

_LOCK = re.compile(r"\..*\.partial-[0-9a-f]{8}\.lock", re.DOTALL)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_MAX_NAME = 80
"""Bytes of the target's name that a staging folder repeats; file systems allow 255 in all."""
_MAX_MANIFEST = 64_000_000


def refuse_taken(target: Path) -> None:
    """Check that ``target`` is free: not there, or an empty folder.

    Raises:
        UsageError: it is taken; says by what, and what to do.
        ExportError: it cannot be looked at.
    """
    try:
        if not target.exists():
            return
        if not target.is_dir():
            raise UsageError("export.target_is_file", path=str(target))
        if not any(target.iterdir()):
            return
        changed = changed_files(target)
    except OSError as error:
        raise _as_export_error(error, target) from error
    if changed is None:
        raise UsageError("export.target_not_empty", path=str(target))
    if changed:
        names = ", ".join(changed[:3]) + (" …" if len(changed) > 3 else "")
        raise UsageError(
            "export.target_is_changed_set", path=str(target), count=len(changed), files=names
        )
    raise UsageError("export.target_is_set", path=str(target))


def changed_files(folder: Path) -> tuple[str, ...] | None:
    """Return the names of files that are not as the set's manifest says, added ones included.

    None when the folder is no set of ours.
    """
    manifest = folder / FILE
    if not manifest.is_file() or manifest.stat().st_size > _MAX_MANIFEST:
        return None
    listed = listed_files(manifest.read_bytes())
    if listed is None:
        return None
    there = {path.name for path in folder.iterdir()} - {FILE}
    wrong = {name for name in listed if name in there and _sha256(folder / name) != listed[name]}
    return tuple(sorted(wrong | (there ^ set(listed))))


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder to fill; on leaving the block without an error it becomes ``target``.

    A folder that was left empty is dropped instead.

    Raises:
        ExportError: the disk is full or refuses; nothing is left behind.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(target.parent)
        short = os.fsencode(target.name)[:_MAX_NAME].decode("utf-8", "ignore")
        staging = target.with_name(f".{short}.partial-{secrets.token_hex(4)}")
        with _claimed(staging):
            try:
                staging.mkdir()
                yield staging
                if any(staging.iterdir()):
                    _move_into_place(staging, target)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise _as_export_error(error, target) from error


def write_file(folder: Path, name: str, data: bytes) -> WrittenFile:
    """Write one file of a set and bring it to the disk."""
    with (folder / name).open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return WrittenFile(name, len(data), hashlib.sha256(data).hexdigest())


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


def _move_into_place(staging: Path, target: Path) -> None:
    sync(staging)
    if target.is_dir():  # empty, or this fails; Windows does not replace folders
        target.rmdir()
    staging.rename(target)
    sync(target.parent)


def _remove_stale(parent: Path) -> None:
    for path in parent.iterdir():
        if not _LOCK.fullmatch(path.name) or path.is_symlink() or not path.is_file():
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


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _as_export_error(error: OSError, target: Path) -> ExportError:
    code = "export.disk_full" if error.errno in _FULL else "export.cannot_write"
    return ExportError(code, path=str(target), detail=error.strerror or str(error))
