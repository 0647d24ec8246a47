"""``propvault tags``, ``retag``, ``set``: which tags there are, tags anew, facts by hand."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.state import State, shared_options
from propvault.errors import UsageError
from propvault.events import Progress, Skipped
from propvault.jobs import set_facts
from propvault.jobs.retag import RetagReport, retag
from propvault.jobs.tag_quality import TagQuality, TagUse, tag_quality, tag_uses
from propvault.vault.folder import VaultFolder

_SHOWN = 30
"""Tags whose changes are listed; JSON has them all."""


@click.command()
@click.option("--quality", is_flag=True, help="What was measured of each automatic tag.")
@shared_options
def tags(state: State, quality: bool) -> None:
    """List the tags in use with how many photos have them (and likely have them)."""
    with state.open() as vault:
        if quality:
            _show_quality(state, list(tag_quality(vault)))
        else:
            _show_uses(state, tag_uses(vault))


@click.command("retag")
@click.option("--dry-run", is_flag=True, help="Print what would change; write nothing.")
@shared_options
def again(state: State, dry_run: bool) -> int:
    """Give automatic and computed tags anew, where model, words or your verdicts changed.

    What a person said stays. Stopped by Ctrl-C, it goes on there the next time.
    """
    report: RetagReport | None = None
    with ProgressLine(state) as line:
        for event in retag(VaultFolder(state.root).root, dry_run=dry_run):
            if isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Skipped):
                line.note(f"{event.path}: {state.word(event.reason)}")
            else:
                report = event
    if report is not None:
        _show_report(state, report)
    return 1 if report is not None and report.skipped else 0


@click.command("set")
@click.argument("photos", nargs=-1)
@click.option("--import", "run", type=click.IntRange(0), help="All of an import; 0 is the last.")
@click.option("--creator", help="Who made them; an empty text takes it away.")
@click.option("--rights", help="Copyright or licence.")
@click.option("--release", help="Release by the people or the owner shown.")
@click.option("--time-shift", metavar="±H:MM", help="Put a wrong camera clock right.")
@shared_options
def facts(
    state: State,
    photos: tuple[str, ...],
    run: int | None,
    creator: str | None,
    rights: str | None,
    release: str | None,
    time_shift: str | None,
) -> None:
    r"""Set who made PHOTOS and their rights, or put the camera's clock right.

    \b
    propvault set IMG_2041 --creator "Lin Wei" --rights "CC BY 4.0"
    propvault set --import 0 --time-shift +1:00
    """
    root = VaultFolder(state.root).root
    chosen = set_facts.Chosen(Path.cwd(), photos, run)
    named = {"creator": creator, "rights": rights, "release": release}
    if time_shift is None and not any(value is not None for value in named.values()):
        raise UsageError("set.nothing")
    count = 0
    if any(value is not None for value in named.values()):
        count = set_facts.set_rights(root, chosen, **named)
    if time_shift is not None:
        count = set_facts.shift_time(root, chosen, time_shift)
    if state.json:
        state.write_json({"photos": count})
    else:
        click.echo(state.say("describe.done", count=count))


def _show_uses(state: State, uses: list[TagUse]) -> None:
    if state.json:
        listed = [
            {
                "facet": use.tag.facet, "tag": use.tag.slug, "zh": use.tag.zh,
                "en": use.tag.en, "applied": use.applied, "suggested": use.suggested,
            }
            for use in uses
        ]  # fmt: skip
        state.write_json({"tags": listed})
        return
    if not uses:
        click.echo(state.say("tags.empty"))
    facet = ""
    for use in uses:
        if use.tag.facet != facet:
            facet = use.tag.facet
            click.echo(facet)
        likely = f" (+{use.suggested})" if use.suggested else ""
        click.echo(f"  {use.applied:5}{likely:8} {use.tag.slug}  {use.tag.both_names}")


def _show_quality(state: State, found: list[TagQuality]) -> None:
    if state.json:
        listed = [
            {
                "facet": q.tag.facet, "tag": q.tag.slug, "zh": q.tag.zh, "en": q.tag.en,
                "applied": q.is_applied, "precision": q.precision, "recall": q.recall,
                "positives": q.positives, "precision_at_least": q.precision_at_least,
                "confirmed": q.right, "rejected": q.wrong, "text": state.word(q.verdict),
            }
            for q in found
        ]  # fmt: skip
        state.write_json({"tags": listed})
        return
    for q in found:
        mark = "●" if q.is_applied else "○"
        click.echo(f"{mark} {q.tag.name}  {q.tag.both_names}  {state.word(q.verdict)}")


def _show_report(state: State, report: RetagReport) -> None:
    names = sorted(report.gained.keys() | report.lost.keys())
    if state.json:
        state.write_json(
            {
                "dry_run": report.dry_run, "model": report.model_id,
                "looked": report.looked, "changed": report.changed,
                "measured": report.measured, "unseen": report.unseen,
                "tags": [
                    {"tag": tag, "gained": report.gained[tag], "lost": report.lost[tag]}
                    for tag in names
                ],
                "stopped": report.stopped, "seconds": round(report.seconds, 3),
            }
        )  # fmt: skip
        return
    if report.measured:
        click.echo(state.say("retag.measured", count=report.measured))
    if report.dry_run and report.changed:
        click.echo(state.say("retag.would", count=report.changed))
    elif report.looked:
        click.echo(state.say("retag.did", count=report.changed, looked=report.looked))
    else:
        click.echo(state.say("retag.nothing"))
    most = sorted(names, key=lambda tag: -(report.gained[tag] + report.lost[tag]))
    for tag in most[:_SHOWN]:
        gained, lost = report.gained[tag], report.lost[tag]
        click.echo("  " + state.say("retag.line", tag=tag, gained=gained, lost=lost))
    if len(most) > _SHOWN:
        click.echo("  …")
    if report.unseen:
        click.echo(state.say("retag.no_vectors", count=report.unseen, model=report.model_id))
    if report.stopped:
        click.echo(state.say("retag.stopped"))
