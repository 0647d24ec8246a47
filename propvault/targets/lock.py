"""``pack.lock``: every file of a set with its digest, and how to make it again.

Invariant: a set under its final name has a lock that lists all that is ours in it. While an
earlier set is being brought up to date an entry also says what the file was before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

FILE = "pack.lock"
"""Name of the lock in a set."""
SCHEMA = "propvault.pack-lock"
"""What marks a lock as ours."""
VERSION = 1
"""Raised when a key changes its meaning."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LockedFile:
    """One file of the set's folder."""

    sha256: str
    """Hex digest."""
    bytes: int = 0
    """Size."""
    was: str | None = None
    """Digest it had before an update that may have been cut short; empty for no file."""


@dataclass(frozen=True)
class LockedPicture:
    """How one picture is made."""

    file: str
    """Path in the set, or in its archive."""
    photo: str
    """Id of the photo."""
    source: str
    """Hex digest of the file it is made from."""
    sha256: str
    """Hex digest of the picture."""
    step: Mapping[str, Any]
    """Fields of the render step."""


@dataclass(frozen=True)
class PackLock:
    """What a set is made of."""

    preset: str
    """Name of the preset."""
    tools: Mapping[str, str]
    """Versions that the bytes depend on: propvault, pillow, libjpeg, zlib."""
    pictures: tuple[LockedPicture, ...]
    """The pictures, in order."""
    texts: Mapping[str, str]
    """Text files by path, as written."""
    files: Mapping[str, LockedFile]
    """All files of the folder but the lock, by path."""
    archive: str = ""
    """Archive that pictures and captions stand in, empty for none."""
    packed: tuple[str, ...] = ()
    """Members of the archive, in order."""

    def as_text(self) -> str:
        """Return the lock as JSON text with a final newline."""
        document = {"schema": SCHEMA, "version": VERSION, **asdict(self)}
        document["files"] = {
            name: {k: v for k, v in entry.items() if v is not None}
            for name, entry in sorted(document["files"].items())
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_lock(text: str | bytes) -> PackLock | None:
    """Return a lock of ours, None when it is not one.

    Paths that would lead out of the set's folder make it not ours.
    """
    try:
        document = json.loads(text)
        if document.pop("schema") != SCHEMA or document.pop("version") > VERSION:
            return None
        lock = PackLock(
            preset=str(document["preset"]),
            tools=_texts(document["tools"]),
            pictures=tuple(_picture(p) for p in document["pictures"]),
            texts=_texts(document["texts"]),
            files={str(k): _file(v) for k, v in document["files"].items()},
            archive=str(document["archive"]),
            packed=tuple(map(str, document["packed"])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    named = (*lock.files, *lock.texts, *lock.packed, *(p.file for p in lock.pictures))
    return lock if all(is_inside(name) for name in (*named, lock.archive or "-")) else None


def is_inside(name: str) -> bool:
    """Return whether a path stays in the folder it is relative to, on every system."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not set(name) & set("\\:\0")
        and not name.startswith("/")
        and ".." not in parts
        and name == "/".join(parts)
    )


def _picture(value: Mapping[str, Any]) -> LockedPicture:
    file, photo, source, sha256 = (str(value[k]) for k in ("file", "photo", "source", "sha256"))
    picture = LockedPicture(file, photo, source, sha256, dict(value["step"]))
    if not (_DIGEST.fullmatch(picture.source) and _DIGEST.fullmatch(picture.sha256)):
        raise ValueError(picture.file)
    return picture


def _file(value: Mapping[str, Any]) -> LockedFile:
    was = value.get("was")
    return LockedFile(str(value["sha256"]), int(value["bytes"]), None if was is None else str(was))


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()}
