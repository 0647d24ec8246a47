"""``propvault doctor``: check the vault."""

from __future__ import annotations

import click

from propvault.cli.state import State, shared_options
from propvault.jobs.doctor import DoctorReport, check


@click.command()
@click.option("--repair", is_flag=True, help="Make missing previews again.")
@shared_options
def command(state: State, repair: bool) -> int:
    """Check the database, every stored copy and every preview."""
    report = DoctorReport()
    with state.open() as vault:
        for event in check(vault, repair=repair):
            if isinstance(event, DoctorReport):
                report = event
            elif not state.json:
                click.echo(state.word(event.reason))
    if state.json:
        found = [{"code": r.code, "reason": state.word(r)} for r in report.findings]
        state.write_json({"photos": report.photos, "files": report.files, "findings": found})
    elif not report.findings:
        click.echo(state.say("doctor.ok", count=report.photos, files=report.files))
    return 1 if report.findings else 0
