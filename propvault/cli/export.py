"""``propvault export``: a reference set for one target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.export_lines import report_lines
from propvault.cli.state import LANGUAGES, State, shared_options
from propvault.errors import UsageError
from propvault.events import Progress, Skipped
from propvault.jobs.export_asked import ExportAsk, carry_out
from propvault.jobs.export_pick import Selection
from propvault.jobs.export_rebuild import RebuildReport, rebuild_set
from propvault.jobs.export_set import ExportReport
from propvault.targets.planned import PlanOptions
from propvault.targets.rules import Medium


@dataclass(frozen=True)
class _Beside(click.ParamType[tuple[Medium, int]]):
    """``videos=2``."""

    name = "medium=count"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Medium, int]:
        medium, _, count = str(value).partition("=")
        known = [m for m in get_args(Medium) if m != "images"]
        if medium not in known or not count.isdigit():
            self.fail(f"expected {' or '.join(known)} with a number: videos=1", param, ctx)
        return next(m for m in get_args(Medium) if m == medium), int(count)


@click.command()
@click.argument("query", required=False)
@click.option("--collection", help="Export this collection instead of a query.")
@click.option("--with", "asked", multiple=True, metavar="PHOTO", help="This photo has to be in.")
@click.option("--without", multiple=True, metavar="PHOTO", help="This photo must not be in.")
@click.option("--preset", "preset_name", help="Recipe: see `propvault presets`.")
@click.option("--gateway", help="Another way to the same model: see `propvault presets NAME`.")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The set's own folder.")
@click.option("-n", "limit", type=click.IntRange(1, 10_000), help="Hits to choose from.")
@click.option("--fit", type=click.Choice(["refuse", "pad", "crop"]), help="Too wide or too high.")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language of words.")
@click.option("--beside", multiple=True, type=_Beside(), help="Also in the request: videos=1.")
@click.option("--first-frame", is_flag=True, help="The first picture is frame 0.")
@click.option("--trigger", default="", help="Word for the subject in training captions.")
@click.option("--base-url", default="", help="Address that the pictures will be found below.")
@click.option("--creator", default="", help="Who took the photos that do not say.")
@click.option("--rights", default="", help="Rights of the photos that do not say.")
@click.option("--sidecars", type=click.Choice(list(LANGUAGES)), help="Tags as XMP beside each.")
@click.option("--from-lock", type=click.Path(path_type=Path), help="Make that set again.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@shared_options
def command(
    state: State,
    query: str | None,
    collection: str | None,
    asked: tuple[str, ...],
    without: tuple[str, ...],
    preset_name: str | None,
    gateway: str | None,
    to: Path,
    limit: int | None,
    fit: str | None,
    lang: str | None,
    beside: tuple[tuple[Medium, int], ...],
    first_frame: bool,
    trigger: str,
    base_url: str,
    creator: str,
    rights: str,
    sidecars: str | None,
    from_lock: Path | None,
    dry_run: bool,
) -> int:
    """Write a reference set into the folder TO: of QUERY's hits, a collection, named photos.

    The target's places go to the best matches that show the most; --with and --without swap.
    """
    if from_lock is not None:
        return _show(state, _rebuild(state, from_lock, to, dry_run))
    if preset_name is None:
        raise UsageError("export.no_preset")
    if query is None and collection is None and not asked:
        raise UsageError("export.no_photos")
    options = PlanOptions(
        languages=LANGUAGES.get(lang or "", ()),
        beside=dict(beside),
        fit=next((f for f in ("refuse", "pad", "crop") if f == fit), None),
        has_first_frame=first_frame,
        trigger=trigger,
        base_url=base_url,
        creator=creator,
        rights=rights,
    )
    selection = Selection(query, collection, asked, without, limit)
    words = LANGUAGES.get(sidecars or "", ())
    ask = ExportAsk(selection, preset_name, gateway or "", words, options)
    return _show(state, run_export(state, ask, to, dry_run=dry_run))


def run_export(state: State, ask: ExportAsk, to: Path, *, dry_run: bool = False) -> ExportReport:
    """Export what is asked, showing how far it is."""
    with ProgressLine(state) as line:
        for event in carry_out(state.root, ask, to, dry_run=dry_run):
            if isinstance(event, ExportReport):
                return event
            if isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Skipped):
                why = state.word(event.reason)
                line.note(state.say("import.skipping", path=event.path, why=why))
    raise AssertionError("an export ends with its report")


def _rebuild(state: State, lock: Path, to: Path, dry_run: bool) -> RebuildReport:
    with state.open("look" if dry_run else "read") as vault, ProgressLine(state) as line:
        for event in rebuild_set(vault, lock, to, dry_run=dry_run):
            if isinstance(event, RebuildReport):
                return event
            line.show(event)
    raise AssertionError("making a set again ends with its report")


def _show(state: State, report: ExportReport | RebuildReport) -> int:
    if state.json:
        state.write_json(report.as_json(state.language))
    else:
        for text, is_note in report_lines(state, report):
            click.echo(text, err=is_note)
    return report.exit_status
