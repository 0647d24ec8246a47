"""Make a set again from its lock: the same bytes where the same tools are at work.

Texts are written as the lock has them; pictures are rendered from the very files they were made
of, found by digest.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from propvault.errors import UsageError
from propvault.events import Progress
from propvault.jobs.export_folder import (
    digest_of,
    earlier_set,
    staging_beside,
    write_file,
)
from propvault.jobs.export_record import record
from propvault.jobs.export_render import RenderTask, render_all, step_from_json
from propvault.jobs.export_update import Change, put_in_place
from propvault.jobs.export_writing import complete, tools
from propvault.reasons import Language, Reason, word
from propvault.targets.lock import LockedPicture, PackLock, read_lock
from propvault.targets.manifest import FILE as MANIFEST
from propvault.values import ExportedSet
from propvault.vault.vault import Vault
from propvault.vault.views import photo_views, resolve

_MEGAPIXELS = 50.0
"""What a picture is taken to have while its header has not been read."""


@dataclass(frozen=True)
class RebuildReport:
    """What making a set again did."""

    preset: str
    """Name of the preset."""
    to: Path
    """The set's folder."""
    photos: tuple[LockedPicture, ...]
    """The pictures of the lock."""
    refused: Mapping[str, Reason]
    """Photos that could not be made, and why; with any, nothing was written."""
    warnings: tuple[Reason, ...] = ()
    """What differs from the lock, and why it may."""
    dry_run: bool = False
    """Whether nothing was written."""
    changes: tuple[Change, ...] = field(default=())
    """What became of the files of an earlier set."""

    @property
    def exit_status(self) -> int:
        """Return 1 when something is not as the lock says, else 0."""
        return int(bool(self.refused or self.warnings))

    def as_json(self, language: Language = "en") -> dict[str, Any]:
        """Return the JSON object, with the keys of an export."""
        return {
            "preset": self.preset,
            "to": str(self.to),
            "dry_run": self.dry_run,
            "photos": [{"photo": p.photo, "file": p.file, "why": ""} for p in self.photos],
            "refused": [
                {"photo": photo, "code": reason.code, "reason": word(reason, language)}
                for photo, reason in self.refused.items()
            ],
            "warnings": [word(reason, language) for reason in self.warnings],
            "changes": [{"file": c.file, "what": c.what} for c in self.changes],
        }


def rebuild_set(
    vault: Vault, lock_path: Path, to: Path, *, dry_run: bool = False
) -> Iterator[Progress | RebuildReport]:
    """Make a set again, yielding events; the last one is the report.

    Raises:
        UsageError: no lock, or the target folder is taken.
        ExportError: the disk is full or refuses.
    """
    to, lock = to.resolve(), _read(lock_path)
    earlier = earlier_set(to)
    sources, refused = _sources(vault, lock)
    report = RebuildReport(lock.preset, to, lock.pictures, refused, _tool_warning(lock), dry_run)
    if refused or dry_run:
        yield report
        return
    with staging_beside(to) as folder:
        thumbnails, failed = [], {}
        started = time.monotonic()
        numbers = _numbers(lock)
        for done, made in enumerate(render_all(_tasks(lock, sources)), start=1):
            if made.picture is None:
                assert made.error is not None
                failed[made.task.key] = made.error.reason
                continue
            write_file(folder, made.task.key, made.picture.data)
            thumbnails.append((numbers[made.task.key], made.task.key, made.picture.thumbnail))
            yield Progress("render", done, len(lock.pictures), time.monotonic() - started)
        if failed:
            yield replace(report, refused=failed)
            return
        new = complete(folder, replace(lock, tools=tools(), files={}), thumbnails)
        different = [name for name, f in lock.files.items() if new.files.get(name) != f]
        changes = put_in_place(folder, to, earlier, new)
    warnings: tuple[Reason, ...] = ()
    if different:  # other tools that make the same bytes are no matter
        names = ", ".join(different[:3]) + (" …" if len(different) > 3 else "")
        reason = Reason.of("rebuild.different", count=len(different), files=names)
        warnings = (reason, *report.warnings)
    files = [(picture.photo, picture.file) for picture in lock.pictures]
    warnings += record(vault.folder.root, ExportedSet(lock.preset, to), files)
    yield replace(report, warnings=warnings, changes=changes)


def _read(path: Path) -> PackLock:
    try:
        lock = read_lock(path.read_bytes())
    except OSError as error:
        detail = error.strerror or str(error)
        raise UsageError("rebuild.unreadable", path=str(path), detail=detail) from error
    if lock is None:
        raise UsageError("rebuild.no_lock", path=str(path))
    return lock


def _tool_warning(lock: PackLock) -> tuple[Reason, ...]:
    now = tools()
    names = [
        f"{n} {lock.tools.get(n, '-')} → {v}" for n, v in now.items() if lock.tools.get(n) != v
    ]
    return (Reason.of("rebuild.other_tools", tools=", ".join(names)),) if names else ()


def _sources(vault: Vault, lock: PackLock) -> tuple[dict[str, Path], dict[str, Reason]]:
    sources: dict[str, Path] = {}
    refused: dict[str, Reason] = {}
    for picture in lock.pictures:
        try:
            found = _source(vault, picture)
        except UsageError as error:
            refused[picture.photo] = error.reason
            continue
        if isinstance(found, Path):
            sources[picture.file] = found
        else:
            refused[picture.photo] = found
    return sources, refused


def _source(vault: Vault, picture: LockedPicture) -> Path | Reason:
    photo = photo_views(vault, [resolve(vault, picture.photo, Path())])[0]
    stored = [f.stored for f in photo.files if f.sha256 == picture.source and f.stored]
    places = [*stored, *(s.path for s in photo.sightings)]
    readable = [path for path in places if path.is_file()]
    for path in readable:
        if digest_of(path) == picture.source:
            return path
    if readable:
        return Reason.of("rebuild.source_changed", name=photo.name)
    disk = next((s.volume for s in photo.sightings), "")
    if disk:
        return Reason.of("target.offline_disk", disk=disk)
    return Reason.of("target.offline")


def _tasks(lock: PackLock, sources: Mapping[str, Path]) -> list[RenderTask]:
    try:
        return [
            RenderTask(p.file, sources[p.file], step_from_json(dict(p.step)), _MEGAPIXELS)
            for p in lock.pictures
        ]
    except (TypeError, ValueError, KeyError) as error:
        raise UsageError("rebuild.no_lock", path=str(error)) from error


def _numbers(lock: PackLock) -> dict[str, int]:
    try:
        photos = json.loads(lock.texts[MANIFEST])["photos"]
        return {str(p["file"]): int(p["number"]) for p in photos}
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError("rebuild.no_lock", path=MANIFEST) from error
