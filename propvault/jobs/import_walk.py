"""Walk camera folders: every file once, in an order that does not depend on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from propvault.events import Skipped
from propvault.reasons import Reason
from propvault.vault.folder import is_vault
from propvault.vision.formats import Kind, companion_kind

_PACKAGES = (".photoslibrary", ".lrdata", ".lrcat-data", ".aplibrary", ".cocatalogdb")
"""Folders that belong to another program's database."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file met on the walk."""

    path: Path
    """Absolute path; undecodable bytes are kept as surrogates."""
    size: int
    """Bytes."""
    mtime_ns: int
    """Modification time, nanoseconds since 1970."""
    kind: Kind | None
    """What its name alone says; None when its content must be looked at."""


def walk(root: Path) -> Iterator[Found | Skipped]:
    """Yield the files at or below ``root``: pictures before sidecars, then folders, by name.

    Links are followed; a folder that leads back into itself is skipped with its reason. Vaults
    and other programs' libraries are not entered.
    """
    try:
        stat = root.stat()
    except OSError as error:
        yield _unreadable(root, error)
        return
    if root.is_dir():
        yield from _folder(root, frozenset({(stat.st_dev, stat.st_ino)}))
    else:
        yield Found(root, stat.st_size, stat.st_mtime_ns, companion_kind(root.name))


def _folder(folder: Path, above: frozenset[tuple[int, int]]) -> Iterator[Found | Skipped]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield _unreadable(folder, error)
        return
    folders: list[tuple[Path, tuple[int, int]]] = []
    sidecars: list[Found] = []
    for entry in names:
        path = Path(entry.path)
        try:
            stat = path.stat()
            is_folder = entry.is_dir()
        except OSError as error:
            yield _unreadable(path, error)
            continue
        if is_folder:
            folders.append((path, (stat.st_dev, stat.st_ino)))
        elif not entry.is_file():
            yield Skipped(os.fspath(path), Reason.of("picture.not_a_file", path=os.fspath(path)))
        else:
            found = Found(path, stat.st_size, stat.st_mtime_ns, companion_kind(entry.name))
            if found.kind is Kind.SIDECAR:
                sidecars.append(found)
            else:
                yield found
    yield from sidecars
    for path, identity in folders:
        if identity in above:
            yield Skipped(os.fspath(path), Reason.of("walk.loop", path=os.fspath(path)))
        elif not path.name.lower().endswith(_PACKAGES) and not is_vault(path):
            yield from _folder(path, above | {identity})


def _unreadable(path: Path, error: OSError) -> Skipped:
    code = {
        FileNotFoundError: "picture.gone",
        PermissionError: "picture.no_permission",
    }.get(type(error), "picture.disk_error")
    if "symbolic links" in str(error):
        code = "walk.loop"
    reason = Reason.of(code, path=os.fspath(path), detail=error.strerror or str(error))
    return Skipped(os.fspath(path), reason)
