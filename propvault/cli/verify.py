"""``propvault verify``: is a reference set still as it was written."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.export_lines import verify_lines
from propvault.cli.state import State, shared_options
from propvault.jobs.verify_set import verify_set


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@shared_options
def command(state: State, folder: Path) -> int:
    """Check every byte of the reference set in FOLDER against its pack.lock."""
    report = verify_set(folder)
    if state.json:
        state.write_json(report.as_json())
    else:
        for text, is_note in verify_lines(state, report):
            click.echo(text, err=is_note)
    return report.exit_status
