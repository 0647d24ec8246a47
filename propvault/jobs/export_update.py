"""Bring an earlier set up to date, file by file.

Invariant: at every moment the lock in the folder lists what is ours there. It is written first,
naming what each file was and will be, and again when all is done, so a kill in between leaves a
set that the next export recognises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from propvault.errors import UsageError
from propvault.jobs.export_folder import digest_of, move_into_place
from propvault.syncing import sync, write_whole
from propvault.targets.lock import FILE as LOCK
from propvault.targets.lock import PackLock

What = Literal["new", "changed", "same", "removed", "kept"]
_NAMED = 3


@dataclass(frozen=True)
class Change:
    """What became of one file of an earlier set."""

    file: str
    """Path in the set."""
    what: What
    """``kept`` is a file that a person changed and that we had nothing new for."""


def put_in_place(
    staging: Path, target: Path, old: PackLock | None, new: PackLock
) -> tuple[Change, ...]:
    """Make a staged set the target: a new one by renaming, an earlier one file by file.

    Raises:
        UsageError: a person changed a file that would have to be replaced; nothing was touched.
        OSError: the disk refuses.
    """
    if old is None and staging.parent == target:  # a disk of its own: nothing to rename to
        old = replace(new, files={})
    if old is None:
        move_into_place(staging, target)
        return ()
    return update_set(staging, target, old, new)


def update_set(staging: Path, target: Path, old: PackLock, new: PackLock) -> tuple[Change, ...]:
    """Move what is new from a staged set into an earlier one.

    Raises:
        UsageError: a person changed a file that would have to be replaced; nothing was touched.
        OSError: the disk refuses; the next export goes on from there.
    """
    changes = plan_update(target, old, new)
    if all(change.what in ("same", "kept") for change in changes) and old == new:
        return changes
    _write_lock(target, _interim(old, new, changes))
    for change in changes:
        path = target / change.file
        if change.what in ("new", "changed"):
            path.parent.mkdir(parents=True, exist_ok=True)
            (staging / change.file).replace(path)
        elif change.what == "removed":
            path.unlink(missing_ok=True)
    for folder in sorted({(target / c.file).parent for c in changes}, reverse=True):
        if folder.is_dir():
            sync(folder)
    _write_lock(target, new)
    _drop_empty(target, changes)
    return changes


def plan_update(target: Path, old: PackLock, new: PackLock) -> tuple[Change, ...]:
    """Return what has to become of each file.

    Raises:
        UsageError: a person changed or made a file that would have to be replaced.
    """
    changes = [*_wanted(target, old, new), *_unwanted(target, old, new)]
    clashes = [change.file for change in changes if change.what is None]
    if clashes:
        names = ", ".join(clashes[:_NAMED]) + (" …" if len(clashes) > _NAMED else "")
        raise UsageError("export.target_changed", path=str(target), count=len(clashes), files=names)
    return tuple(Change(c.file, c.what) for c in changes if c.what is not None)


@dataclass(frozen=True)
class _Found:
    file: str
    what: What | None
    """None where a person's file is in the way."""


def _wanted(target: Path, old: PackLock, new: PackLock) -> Iterator[_Found]:
    for name, entry in new.files.items():
        there, before = digest_of(target / name), old.files.get(name)
        if there == entry.sha256:
            yield _Found(name, "same")
        elif not there and not (target / name).exists():
            yield _Found(name, "new")
        elif before is not None and there in (before.sha256, before.was):
            yield _Found(name, "changed")
        elif before is not None and before.sha256 == entry.sha256:
            yield _Found(name, "kept")
        else:
            yield _Found(name, None)


def _unwanted(target: Path, old: PackLock, new: PackLock) -> Iterator[_Found]:
    for name, entry in old.files.items():
        if name not in new.files:
            there = digest_of(target / name)
            is_ours = there in (entry.sha256, entry.was)
            if there:
                yield _Found(name, "removed" if is_ours else "kept")


def _interim(old: PackLock, new: PackLock, changes: tuple[Change, ...]) -> PackLock:
    files = dict(old.files)
    for change in changes:
        if change.what in ("new", "changed", "same", "kept") and change.file in new.files:
            before = old.files.get(change.file)
            was = "" if before is None else before.sha256
            files[change.file] = replace(new.files[change.file], was=was)
    return replace(new, files=files)


def _write_lock(target: Path, lock: PackLock) -> None:
    write_whole(target / LOCK, lock.as_text().encode())


def _drop_empty(target: Path, changes: tuple[Change, ...]) -> None:
    folders = {(target / c.file).parent for c in changes if c.what == "removed"}
    for folder in sorted(folders - {target}, reverse=True):
        while folder != target and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent
