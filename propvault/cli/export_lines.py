"""What an export says in a terminal: a line of reason for each photo, and what to know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from propvault.cli.state import State
from propvault.jobs.export_rebuild import RebuildReport
from propvault.jobs.export_set import ExportReport
from propvault.jobs.verify_set import VerifyReport
from propvault.reasons import Reason
from propvault.targets.planned import PlannedPhoto

Line = tuple[str, bool]
"""A line, and whether it belongs on stderr."""

_HOW = {
    "gate.no_rights": "export.how_rights",
    "target.aspect": "export.how_fit",
    "target.wants_urls": "export.how_urls",
}
"""What to do on the command line about a warning or a refusal."""
_SHARED_FROM = 3
_SHOWN_CHOICES = 12
"""Photos passed over that are named; more are counted."""


def report_lines(state: State, report: ExportReport | RebuildReport) -> Iterator[Line]:
    """Yield the lines of a report."""
    if isinstance(report, RebuildReport):
        yield from _rebuild_lines(state, report)
        return
    code = "export.would" if report.dry_run else "export.wrote"
    yield state.say(code, count=len(report.plan.photos), path=str(report.to)), False
    shared = _shared_fixes(report.plan.photos)
    for planned in report.plan.photos:
        yield from _photo_lines(state, planned, shared)
    for reason in shared:
        yield f"  {state.say('export.all', what=state.word(reason))}", False
    yield from _change_lines(state, report)
    choices = [r for r in report.plan.refused if r.is_choice]
    gone = [r for r in report.plan.refused if not r.is_choice]
    for refused in (*gone, *choices[:_SHOWN_CHOICES]):
        why = _told(state, refused.reason)
        name = _name(report, refused.photo)
        code = "export.passing_over" if refused.is_choice else "export.refusing"
        yield state.say(code, name=name, why=why), True
    if len(choices) > _SHOWN_CHOICES:
        yield state.say("export.more_choices", count=len(choices) - _SHOWN_CHOICES), True
    for warning in report.warnings:
        yield f"! {_told(state, warning)}", True


def verify_lines(state: State, report: VerifyReport) -> Iterator[Line]:
    """Yield the lines of a check."""
    wrong = sum(d.state != "extra" for d in report.differences)
    code = "verify.differs" if wrong else "verify.same"
    yield state.say(code, count=wrong or report.checked, path=str(report.folder)), False
    for difference in report.differences:
        yield f"  {state.say(f'verify.{difference.state}', file=difference.file)}", True


def _told(state: State, reason: Reason) -> str:
    """Word a reason, and what to do about it."""
    told, how = state.word(reason), _HOW.get(reason.code)
    joint = "" if state.language == "zh" else " "
    return f"{told}{joint}{state.say(how)}" if how else told


def _shared_fixes(photos: Sequence[PlannedPhoto]) -> list[Reason]:
    """Return what is done to every photo alike, which is said once."""
    fixes = [[f.reason for f in p.findings if f.outcome == "fix"] for p in photos]
    if len(fixes) < _SHARED_FROM:
        return []
    return [reason for reason in fixes[0] if all(reason in others for others in fixes)]


def _photo_lines(state: State, planned: PlannedPhoto, shared: Sequence[Reason]) -> Iterator[Line]:
    width, height = planned.size
    why = state.word(planned.why[-1])
    yield f"  {planned.file}  {width}×{height}  {why}", False
    done = [f.reason for f in planned.findings if f.outcome == "fix"]
    fixes = [state.word(reason) for reason in done if reason not in shared]
    if fixes:
        joint = "；" if state.language == "zh" else "; "
        yield f"      {joint.join(fixes)}", False
    for finding in planned.findings:
        if finding.outcome == "warn":
            yield f"      ! {state.word(finding.reason)}", False


def _change_lines(state: State, report: ExportReport) -> Iterator[Line]:
    for change in report.changes:
        if change.what != "same":
            yield f"  {state.say(f'change.{change.what}', file=change.file)}", False
    same = sum(change.what == "same" for change in report.changes)
    if same:
        yield f"  {state.say('change.same', count=same)}", False


def _rebuild_lines(state: State, report: RebuildReport) -> Iterator[Line]:
    if report.refused:
        yield state.say("rebuild.refused", path=str(report.to)), True
    else:
        code = "export.would" if report.dry_run else "rebuild.done"
        yield state.say(code, count=len(report.photos), path=str(report.to)), False
    for photo, reason in report.refused.items():
        yield state.say("export.refusing", name=photo[:19], why=state.word(reason)), True
    for warning in report.warnings:
        yield f"! {state.word(warning)}", True


def _name(report: ExportReport, photo: str) -> str:
    return report.names.get(photo, photo[:19])
