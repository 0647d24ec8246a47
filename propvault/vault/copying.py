"""Write a stored copy so that it is whole or not there.

Invariant: a file under its final name in ``stored/`` has the right bytes and is on the disk; it is
recorded only after that. A kill leaves at most a part file in ``stored/.incoming``.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path

from propvault.errors import PictureError, VaultError
from propvault.syncing import sync

_FULL = (errno.ENOSPC, errno.EDQUOT)
# What a card that was pulled out, or is worn, answers while it is read.
_UNREADABLE = (errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE)


def copy_verified(source: Path, target: Path, incoming: Path, sha256: str) -> None:
    """Copy ``source`` to ``target``, checked against its hash, mtime kept.

    The file system clones the blocks where it can (``copy_file_range`` on Linux).

    Raises:
        PictureError: the source cannot be read, or changed since it was hashed.
        VaultError: the vault's disk is full or refuses to be written.
    """
    part = incoming / f"{sha256}.part"
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        _clone(source, part)
        if file_sha256(part) != sha256:
            part.unlink()
            raise PictureError("picture.changed", path=str(source))
        stat = source.stat()
        os.utime(part, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        sync(part)
        _make_folders(target.parent)
        part.replace(target)
        sync(target.parent)
    except FileNotFoundError as error:
        raise PictureError("picture.gone", path=str(source)) from error
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in _UNREADABLE or error.filename == str(source):
            detail = error.strerror or str(error)
            raise PictureError("picture.disk_error", path=str(source), detail=detail) from error
        raise _as_vault_error(error, target) from error


def write_whole(target: Path, data: bytes) -> None:
    """Write something re-makeable under its final name only once it is complete.

    Raises:
        VaultError: the disk is full or refuses.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        raise _as_vault_error(error, target) from error


def file_sha256(path: Path) -> str:
    """Return the hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _clone(source: Path, part: Path) -> None:
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, part)
        return
    with source.open("rb") as reading, part.open("wb") as writing:
        left = os.fstat(reading.fileno()).st_size
        try:
            while left > 0:
                copied = os.copy_file_range(reading.fileno(), writing.fileno(), left)
                if copied == 0:
                    break
                left -= copied
        except OSError as error:
            # Across file systems, or one (FUSE, overlay) that does not implement the call.
            if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
                raise
            shutil.copyfileobj(reading, writing, 1 << 20)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def _as_vault_error(error: OSError, path: Path) -> VaultError:
    code = "vault.disk_full" if error.errno in _FULL else "vault.cannot_write"
    return VaultError(code, path=str(path), detail=error.strerror or str(error))
