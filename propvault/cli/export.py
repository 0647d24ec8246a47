"""``propvault export``: a reference set for one target."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.state import State, shared_options
from propvault.events import Progress, Skipped
from propvault.jobs.export_set import Chosen, ExportReport, ExportRequest, claiming, export_set
from propvault.jobs.search import Searcher
from propvault.reasons import Language
from propvault.targets.presets import Preset, find_preset


@click.command()
@click.argument("query")
@click.option("--preset", "preset_name", required=True, help="Recipe: see `propvault presets`.")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="The set's own folder.")
@click.option("-n", "limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@shared_options
def command(state: State, query: str, preset_name: str, to: Path, limit: int, dry_run: bool) -> int:
    """Write the best hits of QUERY as a reference set into the folder TO."""
    preset = find_preset(preset_name, [state.root / "presets"])
    report = run_export(state, query, preset, to, limit=limit, dry_run=dry_run)
    if state.json:
        state.write_json(report.as_json(state.language))
    else:
        code = "export.would" if dry_run else "export.wrote"
        click.echo(state.say(code, count=len(report.plan.photos), path=str(report.to)))
        for planned in report.plan.photos:
            click.echo(f"  {planned.file}")
        for refused in report.plan.refused:
            why = state.word(refused.reason)
            click.echo(state.say("export.refusing", name=refused.photo[:19], why=why), err=True)
        for warning in report.warnings:
            click.echo(state.word(warning), err=True)
    return report.exit_status


def run_export(
    state: State, query: str, preset: Preset, to: Path, *, limit: int, dry_run: bool = False
) -> ExportReport:
    """Search, then export the hits in order of rank."""
    with state.open() as vault:
        searcher = Searcher(vault)
        answer = searcher.search(query, limit)
        english = answer.translated or searcher.sources.in_english(query)
    photos = tuple(Chosen(claiming(hit.photo, answer.named), hit.why) for hit in answer.hits)
    scene: dict[Language, str] = {"en": english, "zh": query}
    request = ExportRequest(preset, photos, to, dry_run=dry_run, query=query, scene=scene)
    with ProgressLine(state) as line:
        for event in export_set(request):
            if isinstance(event, ExportReport):
                return event
            if isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Skipped):
                why = state.word(event.reason)
                line.note(state.say("import.skipping", path=event.path, why=why))
    raise AssertionError("an export ends with its report")
