"""``propvault sidecars``: tags beside a person's own files, for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.state import LANGUAGES, State, shared_options
from propvault.jobs.set_facts import Chosen
from propvault.jobs.sidecars import SidecarReport, remove_sidecars, write_sidecars
from propvault.vault.folder import VaultFolder


@click.command()
@click.argument("photos", nargs=-1)
@click.option("--import", "run", type=click.IntRange(0), help="All of an import; 0 is the last.")
@click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default="both", help="Language of the words."
)
@click.option("--remove", is_flag=True, help="Take away what this wrote, unless changed since.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@shared_options
def command(
    state: State, photos: tuple[str, ...], run: int | None, lang: str, remove: bool, dry_run: bool
) -> int:
    r"""Write the tags of PHOTOS as XMP sidecars beside your own files.

    Sidecars of other programs are never touched, nor ours once another program changed them.
    Into an exported set they go with `export --sidecars`.

    \b
    propvault sidecars IMG_2041 --lang zh
    propvault sidecars --import 0 --dry-run
    """
    root, chosen = VaultFolder(state.root).root, Chosen(Path.cwd(), photos, run)
    if remove:
        report = remove_sidecars(root, chosen, dry_run=dry_run)
    else:
        report = write_sidecars(root, chosen, LANGUAGES[lang], dry_run=dry_run)
    _show(state, report, "removed" if remove else "wrote")
    return 1 if report.skipped else 0


def _show(state: State, report: SidecarReport, what: str) -> None:
    if state.json:
        state.write_json(
            {
                "dry_run": report.dry_run,
                "files": [str(path) for path in report.written],
                "same": report.same,
                "skipped": [
                    {"path": s.path, "code": s.reason.code, "reason": state.word(s.reason)}
                    for s in report.skipped
                ],
            }
        )
        return
    if report.dry_run:
        for path in report.written:
            click.echo(f"  {path}")
        what = "would"
    if report.written or not report.same:
        click.echo(state.say(f"sidecars.{what}", count=len(report.written)))
    if report.same:
        click.echo(state.say("sidecars.same", count=report.same))
    for skipped in report.skipped:
        click.echo(f"{skipped.path}: {state.word(skipped.reason)}", err=True)
