"""Export a reference set: plan, render into a staging folder, move into place, report.

Invariant: numbers have no gaps. A photo that turns out unreadable is refused with its reason, the
plan is made again without it, and the next in order takes its place.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from propvault.events import Progress, Skipped
from propvault.jobs.export_candidates import Chosen, candidate_of, claiming
from propvault.jobs.export_folder import (
    earlier_set,
    staging_beside,
    write_file,
)
from propvault.jobs.export_render import Made, RenderTask, render_all
from propvault.jobs.export_report import ExportReport
from propvault.jobs.export_update import Change, put_in_place
from propvault.jobs.export_writing import PictureFile, finish
from propvault.reasons import Language, Reason
from propvault.targets.candidates import Candidate
from propvault.targets.lock import PackLock
from propvault.targets.plan import plan_set
from propvault.targets.planned import PlannedPhoto, PlanOptions, SetPlan
from propvault.targets.preflight import refusal, size_findings
from propvault.targets.presets import Preset
from propvault.vision.render import Kept, RenderStep, Said

__all__ = ["Chosen", "ExportEvent", "ExportReport", "ExportRequest", "claiming", "export_set"]

_PROGRESS_SECONDS = 0.25


@dataclass(frozen=True)
class ExportRequest:
    """What to export and where to."""

    preset: Preset
    """The recipe."""
    photos: tuple[Chosen, ...]
    """In order of rank; the target's places go to the widest choice among them."""
    to: Path
    """The set's own folder: not there yet, empty, or an earlier set of ours."""
    dry_run: bool = False
    """Plan only, write nothing at all."""
    query: str = ""
    """The query as typed, or the collection's name: the set's title."""
    scene: Mapping[Language, str] = field(default_factory=dict)
    """First line of the prompts, by language: the words of the query, or a board's title."""
    options: PlanOptions = field(default_factory=PlanOptions)
    """Everything else that may be asked of a plan."""
    warnings: tuple[Reason, ...] = ()
    """What was known before planning that a person should know."""
    workers: int | None = None
    """Threads that render; None for one a core."""


ExportEvent = Progress | Skipped | ExportReport


def export_set(request: ExportRequest) -> Iterator[ExportEvent]:
    """Export a reference set, yielding events; the last one is the `ExportReport`.

    With no photo left to write, nothing is written and the report says so.

    Raises:
        UsageError: the target folder is taken, or a person changed what would be replaced.
        ExportError: the disk is full or refuses; nothing is left behind.
    """
    # Links resolved: the staging folder must be on the disk that the set ends up on.
    request = replace(request, to=request.to.resolve())
    earlier = earlier_set(request.to)
    work = _Work(request)
    yield from work.skipped
    if work.plan.photos and not request.dry_run:
        with staging_beside(request.to) as folder:
            yield from work.render_all(folder)
            work.finish(folder, earlier)
    yield work.report()


class _Work:
    """What one export keeps in hand."""

    def __init__(self, request: ExportRequest) -> None:
        self.request = request
        self.failed: dict[str, Reason] = {}
        self.skipped: list[Skipped] = []
        self.candidates: list[Candidate] = []
        for chosen in request.photos:
            candidate, reason = candidate_of(chosen)
            self.candidates.append(candidate)
            if reason is not None:
                self.failed[candidate.id] = reason
                self.skipped.append(Skipped(str(candidate.path), reason))
        self.made: dict[str, PictureFile] = {}
        self.known = {f.sha256 for chosen in request.photos for f in chosen.photo.files}
        self.changes: tuple[Change, ...] = ()
        self.plan = self._planned()

    def render_all(self, folder: Path) -> Iterator[Progress | Skipped]:
        """Render under provisional names until every planned photo is there as planned."""
        started, shown = time.monotonic(), 0.0
        while waiting := self._waiting():
            for made in render_all([self._task(p) for p in waiting], self.request.workers):
                skipped = self._take(made, folder)
                if skipped is not None:
                    yield skipped
                now = time.monotonic()
                if now - shown >= _PROGRESS_SECONDS:
                    shown, total = now, len(self.plan.photos)
                    done, failed = len(self.made), len(self.failed)
                    yield Progress("render", min(done, total), total, now - started, failed)
            self.plan = self._planned()

    def finish(self, folder: Path, earlier: PackLock | None) -> None:
        """Give the pictures their names, write all else, and put the set in its place."""
        if not self.plan.photos:
            return
        pictures = [self.made[p.candidate.id] for p in self.plan.photos]
        lock = finish(folder, self.plan, pictures)
        self.changes = put_in_place(folder, self.request.to, earlier, lock)

    def report(self) -> ExportReport:
        """Return the tally."""
        planned = [(p, self.made.get(p.candidate.id)) for p in self.plan.photos]
        changed = [
            Reason.of("export.source_changed", file=planned.file)
            for planned, made in planned
            if made is not None and made.picture.source_sha256 not in self.known
        ]
        nothing = () if self.plan.photos else (Reason.of("export.nothing_to_write"),)
        request = self.request
        warnings = (*request.warnings, *self.plan.warnings, *changed, *nothing)
        names = {c.id: c.name for c in self.candidates}
        return ExportReport(self.plan, request.to, request.dry_run, warnings, names, self.changes)

    def _planned(self) -> SetPlan:
        request = self.request
        asked = request.options
        options = replace(
            asked,
            scene=dict(request.scene or asked.scene),
            title=asked.title or request.query,
            failed=dict(self.failed),
        )
        return plan_set(request.preset, self.candidates, options)

    def _waiting(self) -> Sequence[PlannedPhoto]:
        """Return the photos that are not there, or were made to another step."""
        return [
            p
            for p in self.plan.photos
            if p.candidate.id not in self.made
            or self.made[p.candidate.id].step != step_of(self.plan, p)
        ]

    def _task(self, planned: PlannedPhoto) -> RenderTask:
        candidate = planned.candidate
        assert candidate.path is not None, "the plan takes none of these"
        pixels = candidate.width * candidate.height / 1e6
        return RenderTask(candidate.id, candidate.path, step_of(self.plan, planned), pixels)

    def _take(self, made: Made, folder: Path) -> Skipped | None:
        key, picture = made.task.key, made.picture
        reason = made.error.reason if made.error is not None else None
        if picture is not None:
            reason = refusal(list(size_findings(self.request.preset, picture.size)))
        if reason is not None or picture is None:
            assert reason is not None
            self.failed[key] = reason
            return Skipped(str(made.task.path), reason)
        name = f"{len(self.made)}-{len(self.failed)}.part"
        if key in self.made:  # made anew to another step
            (folder / self.made[key].file.file).unlink()
            name = self.made[key].file.file
        file = write_file(folder, name, picture.data)
        slim = replace(picture, data=b"")
        self.made[key] = PictureFile(file, slim, made.task.step)
        return None


def step_of(plan: SetPlan, planned: PlannedPhoto) -> RenderStep:
    """Return how a planned photo is rendered."""
    rule, keeps, limits = plan.preset.picture, plan.preset.metadata, plan.preset.limits
    kept: dict[Kept, bool] = {
        "gps": keeps.gps,
        "serials": keeps.serials,
        "camera": keeps.camera,
        "taken": keeps.taken,
        "rights": keeps.rights,
    }
    candidate = planned.candidate
    whole = (candidate.width, candidate.height)
    return RenderStep(
        format=planned.format,
        quality=rule.quality,
        size=None if planned.size == whole else planned.size,
        fit=planned.sizing.fit,
        max_bytes=planned.max_bytes,
        min_side=min(limits.min_side or 1, *planned.size),
        is_exact=bool(limits.exact_sizes),
        keep_alpha=rule.keep_alpha,
        may_copy=rule.copy_as_is,
        keep=frozenset(name for name, is_kept in kept.items() if is_kept),
        said=said_of(plan, planned),
    )


def said_of(plan: SetPlan, planned: PlannedPhoto) -> Said:
    """Return what is written of a photo's origin; what nobody knows is left out."""
    keeps, look, options = plan.preset.metadata, planned.candidate.look, plan.options
    source = planned.candidate.source_type if keeps.source_type else ""
    if not keeps.rights:
        return Said(source_type=source)
    return Said(look.creator or options.creator, look.rights or options.rights, source)
