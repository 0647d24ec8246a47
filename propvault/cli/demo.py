"""``propvault demo``: the main job on the sample camera folder, then the browse screen."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from propvault.cli.browse import browse
from propvault.cli.export import run_export
from propvault.cli.import_ import report_lines, run_import, stoppable
from propvault.cli.search import answer_lines
from propvault.cli.state import State, shared_options
from propvault.errors import UsageError
from propvault.jobs.export_asked import ExportAsk, Selection
from propvault.jobs.import_photos import ImportRequest
from propvault.jobs.search import Searcher
from propvault.resources import seeds_folder

QUERIES = ("斑驳的墙", "竹椅", "a lattice window", "a red lantern")
"""Two searches in each language."""
_EXPORTED = "花窗"
_PRESET = "seedance-2"
_SHOWN = 5


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@shared_options
def command(state: State, folder: Path | None) -> int:
    """Import the sample camera folder, search it, export a set; in a terminal, browse it.

    FOLDER takes the vault and the set (default: a new temporary folder).
    """
    place = (folder or Path(tempfile.mkdtemp(prefix="propvault-demo-"))).absolute()
    # Nothing that is there is ever cleared away: it may be the person's own.
    for name in ("vault", "set"):
        if (place / name).exists():
            raise UsageError("demo.folder_taken", path=str(place / name))
    state = replace(state, given=place / "vault")
    _heading(state, "demo.importing")
    with stoppable() as stop:
        request = ImportRequest(state.root, (seeds_folder() / "camera",), stop=stop.is_set)
        report = run_import(state, request)
    if report.stopped:
        return 130
    for line in report_lines(state, report):
        click.echo(line)
    with state.open() as vault:
        searcher = Searcher(vault)
        for query in QUERIES:
            _heading(state, "demo.searching", query=query)
            for line in answer_lines(state, searcher.search(query, _SHOWN)):
                click.echo(line)
    ask = ExportAsk(Selection(_EXPORTED, limit=_SHOWN), _PRESET)
    exported = run_export(state, ask, place / "set")
    count = len(exported.plan.photos)
    _heading(state, "demo.exported", preset=_PRESET, count=count, path=str(exported.to))
    for path in sorted(exported.to.iterdir()):
        click.echo(f"  {path.name}")
    _heading(state, "demo.vault", path=str(state.root))
    if sys.stdin.isatty() and sys.stdout.isatty():
        return browse(state)
    return 0


def _heading(state: State, code: str, **arguments: str | int) -> None:
    click.echo("")
    click.secho(state.say(code, **arguments), bold=True)
