"""``propvault keep``, ``split``, ``relate``, ``discard``, ``empty-trash``: decide on repeats."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.state import State, shared_options
from propvault.jobs.decide import Decisions, Trash, empty_trash
from propvault.likeness import Kind
from propvault.vault.folder import VaultFolder


def decisions(state: State) -> Decisions:
    """Open the vault meant for decisions."""
    return Decisions(VaultFolder(state.root).root, Path.cwd())


@click.command()
@click.argument("photo")
@shared_options
def keep(state: State, photo: str) -> None:
    """Keep PHOTO of its group in sight; no rule overrides that."""
    with decisions(state) as deciding:
        deciding.keep(photo)
    _done(state, "keep.done", {"kept": photo})


@click.command()
@click.argument("photos", nargs=-1, required=True)
@shared_options
def split(state: State, photos: tuple[str, ...]) -> None:
    """Take PHOTOS out of their groups and stacks: they are different from the rest."""
    with decisions(state) as deciding:
        deciding.split(photos)
    _done(state, "split.done", {"split": list(photos)})


@click.command()
@click.argument("one")
@click.argument("other")
@click.argument("kind", type=click.Choice(["same", "take", "different"]))
@shared_options
def relate(state: State, one: str, other: str, kind: Kind) -> None:
    """Say what ONE and OTHER are: the same exposure, takes of one subject, or different."""
    with decisions(state) as deciding:
        deciding.relate(one, other, kind)
    _done(state, "relate.done", {"related": [one, other], "kind": kind})


@click.command()
@click.argument("photos", nargs=-1, required=True)
@shared_options
def discard(state: State, photos: tuple[str, ...]) -> None:
    """Move the stored copies of PHOTOS to the trash; importing does not bring them back.

    Your own files are not touched. `propvault undo` takes it back.
    """
    with decisions(state) as deciding:
        count = deciding.discard(photos)
    if state.json:
        state.write_json({"discarded": count})
    else:
        click.echo(state.say("discard.done", count=count))


@click.command("empty-trash")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def empty(state: State, yes: bool) -> None:
    """Delete the stored copies of discarded photos for good; asks first."""

    def ask(found: Trash) -> bool:
        if yes:
            return True
        size = f"{found.size / 1e6:.1f}"
        if found.only:
            click.echo(state.say("trash.only", count=found.only), err=True)
        return click.confirm(state.say("trash.ask", count=found.files, size=size), err=True)

    count = empty_trash(VaultFolder(state.root).root, ask)
    if state.json:
        state.write_json({"deleted": count})
    else:
        click.echo(state.say("trash.done", count=count))


def _done(state: State, code: str, json: dict[str, object]) -> None:
    if state.json:
        state.write_json(json)
    else:
        click.echo(state.say(code))
