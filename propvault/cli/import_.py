"""``propvault import``: camera folders into the vault, with progress by time."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.state import State, shared_options
from propvault.events import Notice, Progress, Skipped
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.import_report import ImportReport, told
from propvault.reasons import printable


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--in-place", is_flag=True, help="Only reference the files, copy nothing.")
@click.option("--dry-run", is_flag=True, help="Look at everything, write nothing anywhere.")
@click.option("--workers", type=click.IntRange(0, 64), help="Decoder processes (0: none).")
@shared_options
def command(
    state: State, paths: tuple[Path, ...], in_place: bool, dry_run: bool, workers: int | None
) -> int:
    """Import the pictures in PATHS; originals are never changed.

    Ctrl-C stops after the files in flight; importing again goes on.
    """
    with stoppable() as stop:
        request = ImportRequest(
            state.root, paths, in_place=in_place, dry_run=dry_run, workers=workers, stop=stop.is_set
        )
        report = run_import(state, request)
    if state.json:
        state.write_json(report_json(state, report))
    else:
        for line in report_lines(state, report):
            click.echo(line)
    return 130 if report.stopped else 1 if report.skipped else 0


def run_import(state: State, request: ImportRequest) -> ImportReport:
    """Run an import, drawing progress and skipped files on stderr."""
    report = ImportReport()
    with ProgressLine(state) as line:
        for event in import_photos(request):
            if isinstance(event, ImportReport):
                report = event
            elif isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Skipped):
                why = state.word(event.reason)
                line.note(state.say("import.skipping", path=event.path, why=why))
            elif isinstance(event, Notice):
                line.note(state.word(event.reason))
    return report


def report_json(state: State, report: ImportReport) -> dict[str, object]:
    """Return the JSON object; the first six keys are stable, others may be added."""
    return {
        "new": report.new,
        "known": report.known,
        "ignored": report.ignored.total(),
        "skipped": [
            {"path": printable(s.path), "code": s.reason.code, "reason": state.word(s.reason)}
            for s in report.skipped
        ],
        "near_duplicate": report.near_duplicate,
        "seconds": round(report.seconds, 3),
        "ignored_kinds": {kind.value: count for kind, count in sorted(report.ignored.items())},
        "notes": report.notes,
        "gone": report.gone,
        "stopped": report.stopped,
        "dry_run": report.dry_run,
    }


def report_lines(state: State, report: ImportReport) -> Iterator[str]:
    """Word the report for people."""
    yield from map(state.word, told(report))


@contextmanager
def stoppable() -> Iterator[Event]:
    """Turn the first Ctrl-C into a set event; a second one interrupts at once."""
    stop = Event()

    def first(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print("…", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGINT, first)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
