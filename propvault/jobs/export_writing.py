"""Write everything of a set but the pixels: names, texts, manifest, sheets, archive, lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from propvault import __version__
from propvault.jobs.export_archive import pack
from propvault.jobs.export_folder import digest_of, write_file
from propvault.jobs.export_render import step_as_json
from propvault.targets.layouts.folders import ARCHIVES
from propvault.targets.lock import FILE as LOCK
from propvault.targets.lock import LockedFile, LockedPicture, PackLock
from propvault.targets.manifest import FILE as MANIFEST
from propvault.targets.manifest import WrittenFile, WrittenPhoto, manifest_texts
from propvault.targets.planned import PlannedPhoto, SetPlan
from propvault.targets.sheet import HTML, PNG, sheet_html
from propvault.targets.sidecar import sidecar_name, sidecar_text
from propvault.targets.texts import set_texts
from propvault.vision.render import RenderedBytes, RenderStep, tool_versions
from propvault.vision.sheets import sheet_png

_LOOSE = ("prompt.", "request.json", "urls.csv")
"""Texts that stay beside an archive."""


@dataclass(frozen=True)
class PictureFile:
    """A rendered picture in the staging folder."""

    file: WrittenFile
    """Its provisional file."""
    picture: RenderedBytes
    """What came of rendering, without the bytes."""
    step: RenderStep
    """How it was made."""


def finish(folder: Path, plan: SetPlan, pictures: Sequence[PictureFile]) -> PackLock:
    """Write a staged set to its end and return its lock; pictures in the order of the plan."""
    named = [_named(folder, p, f) for p, f in zip(plan.photos, pictures, strict=True)]
    texts = set_texts(plan) | _sidecars(plan, named)
    archive = ARCHIVES.get(plan.preset.layout.kind, "")
    packed = _members(named, texts) if archive else ()
    texts |= manifest_texts(plan, named)
    locked = tuple(
        LockedPicture(
            w.written.file, w.planned.candidate.id, w.source_sha256, w.written.sha256,
            step_as_json(f.step),
        )
        for w, f in zip(named, pictures, strict=True)
    )  # fmt: skip
    lock = PackLock(plan.preset.name, tools(), locked, texts, {}, archive, packed)
    thumbnails = [
        (w.planned.number, w.written.file, f.picture.thumbnail)
        for w, f in zip(named, pictures, strict=True)
    ]
    return complete(folder, lock, thumbnails)


def complete(
    folder: Path, lock: PackLock, thumbnails: Sequence[tuple[int, str, bytes]]
) -> PackLock:
    """Write texts, sheets, archive and lock of a set whose pictures are in place.

    Args:
        folder: staging folder.
        lock: what is known already; ``files`` is filled in.
        thumbnails: number, path and small JPEG of each picture, in order.
    """
    for name, text in lock.texts.items():
        write_file(folder, name, text.encode())
    if lock.archive:
        pack(folder, lock.archive, lock.packed)
    page = sheet_html(lock.texts[MANIFEST], {name: data for _, name, data in thumbnails})
    write_file(folder, HTML, page.encode())
    write_file(folder, PNG, sheet_png([(number, data) for number, _, data in thumbnails]))
    lock = replace(lock, files=listed(folder))
    write_file(folder, LOCK, lock.as_text().encode())
    return lock


def listed(folder: Path) -> dict[str, LockedFile]:
    """Return all files below a folder but its lock, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: LockedFile(digest_of(path), path.stat().st_size)
        for name, path in names.items()
        if name != LOCK
    }


def tools() -> dict[str, str]:
    """Return the versions that a set's bytes depend on."""
    return {"propvault": __version__, **tool_versions()}


def _sidecars(plan: SetPlan, named: Sequence[WrittenPhoto]) -> dict[str, str]:
    keywords = plan.options.sidecars
    if keywords is None:
        return {}
    return {
        sidecar_name(w.written.file): sidecar_text(
            w.planned.tags, keywords, creator=w.creator, rights=w.rights
        )
        for w in named
    }


def _members(named: Sequence[WrittenPhoto], texts: dict[str, str]) -> tuple[str, ...]:
    """Return what goes into an archive: sample by sample, the picture first."""
    stems = {w.planned.stem: w.written.file for w in named}
    rest = [name for name in texts if not name.startswith(_LOOSE)]
    members = []
    for stem, picture in stems.items():
        members += [picture, *(n for n in rest if n.split(".", 1)[0] == stem)]
    return tuple(members)


def _named(folder: Path, planned: PlannedPhoto, made: PictureFile) -> WrittenPhoto:
    path = folder / planned.file
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / made.file.file).rename(path)
    said = made.step.said
    return WrittenPhoto(
        planned,
        replace(made.file, file=planned.file),
        made.picture.size,
        made.picture.operations,
        made.picture.source_sha256,
        said.creator,
        said.rights,
        said.source_type,
    )
