"""Export a reference set: plan, render into a staging folder, rename into place, report.

Invariant: numbers have no gaps. A photo that turns out unreadable is refused with its reason, the
plan is made again without it, and the next in order takes its place.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from propvault.errors import PictureError
from propvault.events import Progress, Skipped
from propvault.jobs.export_folder import refuse_taken, staged, write_file
from propvault.reasons import Language, Reason, word
from propvault.targets.manifest import FILE, WrittenFile, WrittenPhoto, manifest_text
from propvault.targets.plan import (
    Candidate,
    PlannedPhoto,
    PlanOptions,
    SetPlan,
    plan_set,
    size_refusal,
)
from propvault.targets.presets import Preset
from propvault.values import Capture, PhotoTag, PhotoView, Role, Tag, TagSource, TagState
from propvault.vision.render import Kept, RenderedBytes, RenderStep, render

_PROGRESS_SECONDS = 0.25
# Best to render first: a RAW gives only its embedded preview.
_ROLES = (Role.ORIGINAL, Role.JPEG, Role.EDITED, Role.RAW)


@dataclass(frozen=True)
class Chosen:
    """A photo to export, with why."""

    photo: PhotoView
    """The photo."""
    why: tuple[Reason, ...] = ()
    """Why it was found or picked."""
    role: str | None = None
    """Its role in a collection: subject, material, palette, light, composition, style, scene."""
    place: str = ""
    """Name of the place it was taken at."""


@dataclass(frozen=True)
class ExportRequest:
    """What to export and where to."""

    preset: Preset
    """The recipe."""
    photos: tuple[Chosen, ...]
    """In order of rank; the first ones that fit are taken."""
    to: Path
    """The set's own folder: not there yet, or empty."""
    dry_run: bool = False
    """Plan only, write nothing at all."""
    languages: tuple[Language, ...] = ()
    """Prompts and captions only in these; empty leaves it to the preset."""
    query: str = ""
    """The query as typed, for the manifest."""
    scene: Mapping[Language, str] = field(default_factory=dict)
    """First line of the prompts, by language: the words of the query, or a board's title."""


@dataclass(frozen=True)
class ExportReport:
    """What an export did, or with ``dry_run`` would do."""

    plan: SetPlan
    """The plan as carried out: photos with their files, refused ones with their reasons."""
    to: Path
    """The set's folder, absolute."""
    dry_run: bool
    """Whether nothing was written."""
    warnings: tuple[Reason, ...] = ()
    """What a person should know before using the set."""

    @property
    def exit_status(self) -> int:
        """Return 1 when something was refused, else 0."""
        return 1 if self.plan.refused else 0

    def as_json(self, language: Language = "en") -> dict[str, Any]:
        """Return the JSON object; its keys are stable, others may be added."""
        joint = "；" if language == "zh" else "; "
        return {
            "preset": self.plan.preset.name,
            "to": str(self.to),
            "dry_run": self.dry_run,
            "photos": [
                {
                    "photo": planned.candidate.id,
                    "file": planned.file,
                    "why": joint.join(word(reason, language) for reason in planned.why),
                }
                for planned in self.plan.photos
            ],
            "refused": [
                {"photo": r.photo, "code": r.reason.code, "reason": word(r.reason, language)}
                for r in self.plan.refused
            ],
            "warnings": [word(reason, language) for reason in self.warnings],
        }


def claiming(photo: PhotoView, named: Collection[Tag]) -> PhotoView:
    """Return the photo with what the person searched for, and got, as its own.

    Whoever exports the hits of "bamboo chair" says that they are bamboo chairs: such a tag counts
    as applied even where the tagger only found it likely, and goes before the tagger's other
    guesses of its facet, which are left out.
    """
    asked = [t for t in photo.tags if t.tag in named and t.state is not TagState.REJECTED]
    facets = {t.tag.facet for t in asked}
    others = [
        t
        for t in photo.tags
        if t not in asked and not (t.source is TagSource.AUTO and t.tag.facet in facets)
    ]
    claimed = [replace(t, state=TagState.APPLIED) if _is_likely(t) else t for t in asked]
    return replace(photo, tags=(*claimed, *others))


def _is_likely(tag: PhotoTag) -> bool:
    return tag.state is TagState.SUGGESTED


ExportEvent = Progress | Skipped | ExportReport


def export_set(request: ExportRequest) -> Iterator[ExportEvent]:
    """Export a reference set, yielding events; the last one is the `ExportReport`.

    With no photo left to write, nothing is written and the report says so.

    Raises:
        UsageError: the target folder is taken.
        ExportError: the disk is full or refuses; nothing is left behind.
    """
    # Links resolved: the staging folder must be on the disk that the set ends up on.
    request = replace(request, to=request.to.resolve())
    refuse_taken(request.to)
    work = _Work(request)
    if work.plan.photos and not request.dry_run:
        with staged(request.to) as folder:
            yield from work.render_all(folder)
            work.finish(folder)
    yield work.report()


class _Work:
    """What one export keeps in hand."""

    def __init__(self, request: ExportRequest) -> None:
        self.request = request
        self.candidates = [_candidate(chosen) for chosen in request.photos]
        self.failed: dict[str, Reason] = {}
        self.written: dict[str, _Written] = {}
        self.known = {f.sha256 for chosen in request.photos for f in chosen.photo.files}
        self.plan = self._planned()

    def render_all(self, folder: Path) -> Iterator[Progress | Skipped]:
        """Render under provisional names until every planned photo is there."""
        started, shown = time.monotonic(), 0.0
        while waiting := self._waiting():
            for planned in waiting:
                skipped = self._render(planned, folder)
                if skipped is not None:
                    yield skipped
                now = time.monotonic()
                if now - shown >= _PROGRESS_SECONDS:
                    shown, total = now, len(self.plan.photos)
                    done, failed = len(self.written), len(self.failed)
                    yield Progress("render", done, total, now - started, failed)
            self.plan = self._planned()

    def finish(self, folder: Path) -> None:
        """Give the pictures their names, write texts and manifest; nothing without a picture."""
        if not self.plan.photos:
            return
        photos = [self._named(planned, folder) for planned in self.plan.photos]
        texts = [write_file(folder, n, text.encode()) for n, text in self.plan.texts.items()]
        manifest = manifest_text(self.plan, photos, texts, self.request.query)
        write_file(folder, FILE, manifest.encode())

    def report(self) -> ExportReport:
        """Return the tally."""
        changed = (
            Reason.of("export.source_changed", file=planned.file)
            for planned in self.plan.photos
            if planned.candidate.id in self.written
            and self.written[planned.candidate.id].is_unknown_source
        )
        nothing = () if self.plan.photos else (Reason.of("export.nothing_to_write"),)
        warnings = (*self.plan.warnings, *changed, *nothing)
        return ExportReport(self.plan, self.request.to, self.request.dry_run, warnings)

    def _planned(self) -> SetPlan:
        request = self.request
        options = PlanOptions(request.languages, dict(request.scene), dict(self.failed))
        return plan_set(request.preset, self.candidates, options)

    def _waiting(self) -> Sequence[PlannedPhoto]:
        return [p for p in self.plan.photos if p.candidate.id not in self.written]

    def _render(self, planned: PlannedPhoto, folder: Path) -> Skipped | None:
        candidate, preset = planned.candidate, self.request.preset
        if candidate.path is None:  # the plan takes none of these
            return None
        try:
            picture = render(candidate.path, _step(preset, planned))
            reason = size_refusal(preset.limits, picture.size)
        except PictureError as error:
            reason = error.reason
        if reason is not None:
            self.failed[candidate.id] = reason
            return Skipped(str(candidate.path), reason)
        name = f"{len(self.written)}.part"
        file = write_file(folder, name, picture.data)
        is_unknown = picture.source_sha256 not in self.known
        self.written[candidate.id] = _Written(replace(picture, data=b""), file, is_unknown)
        return None

    def _named(self, planned: PlannedPhoto, folder: Path) -> WrittenPhoto:
        written = self.written[planned.candidate.id]
        (folder / written.file.file).rename(folder / planned.file)
        picture = written.picture
        file = replace(written.file, file=planned.file)
        return WrittenPhoto(planned, file, picture.size, picture.operations, picture.source_sha256)


@dataclass(frozen=True)
class _Written:
    """A picture in the staging folder."""

    picture: RenderedBytes
    """What came of rendering, without the bytes."""
    file: WrittenFile
    """Its provisional file."""
    is_unknown_source: bool
    """Whether the vault has never seen the bytes it was made from."""


def _candidate(chosen: Chosen) -> Candidate:
    photo = chosen.photo
    path, format_ = _source(photo)
    capture = photo.capture
    position = None
    if capture.latitude is not None and capture.longitude is not None:
        position = (capture.latitude, capture.longitude)
    return Candidate(
        id=photo.id,
        path=path,
        width=photo.width,
        height=photo.height,
        format=format_,
        tags=photo.tags,
        why=chosen.why,
        role=chosen.role,
        taken=_taken(capture),
        place=chosen.place,
        position=position,
    )


def _source(photo: PhotoView) -> tuple[Path | None, str]:
    """Return the best readable file of a photo and its format."""
    stored = [(_ROLES.index(f.role), f) for f in photo.files if f.role in _ROLES and f.stored]
    for _, file in sorted(stored, key=lambda pair: pair[0]):
        if file.stored is not None and file.stored.is_file():
            is_first = photo.id == f"sha256:{file.sha256}"
            return file.stored, photo.format if is_first else file.role.value
    return photo.path, photo.format


def _taken(capture: Capture) -> str:
    if capture.taken_local is None or capture.taken_offset is None:
        return capture.taken_local or ""
    hours, minutes = divmod(abs(capture.taken_offset), 60)
    sign = "-" if capture.taken_offset < 0 else "+"
    return f"{capture.taken_local}{sign}{hours:02d}:{minutes:02d}"


def _step(preset: Preset, planned: PlannedPhoto) -> RenderStep:
    rule, keeps = preset.picture, preset.metadata
    kept: dict[Kept, bool] = {
        "gps": keeps.gps,
        "serials": keeps.serials,
        "camera": keeps.camera,
        "taken": keeps.taken,
        "rights": keeps.rights,
    }
    return RenderStep(
        format=planned.format,
        quality=rule.quality,
        long_edge=planned.long_edge,
        max_bytes=preset.limits.max_bytes,
        min_side=preset.limits.min_side or 1,
        keep_alpha=rule.keep_alpha,
        may_copy=rule.copy_as_is,
        keep=frozenset(name for name, is_kept in kept.items() if is_kept),
    )
