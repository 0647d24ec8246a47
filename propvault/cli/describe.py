"""``propvault tag``, ``rate`` and ``note``: what a person says of photos."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.state import State, shared_options
from propvault.errors import UsageError
from propvault.jobs import describe
from propvault.vault.folder import VaultFolder


@click.command("tag")
@click.argument("photos", nargs=-1, required=True)
@click.option("--add", multiple=True, metavar="FACET:VALUE", help="Confirm a tag; repeatable.")
@click.option("--remove", multiple=True, metavar="FACET:VALUE", help="Take one away; repeatable.")
@shared_options
def tag(
    state: State, photos: tuple[str, ...], add: tuple[str, ...], remove: tuple[str, ...]
) -> None:
    r"""Confirm tags on PHOTOS, or take wrong ones away for good.

    \b
    propvault tag IMG_2041 --add material:bamboo --remove object:sofa
    propvault tag IMG_2041 IMG_2042 --add 材质:竹
    """
    if not add and not remove:
        raise UsageError("tag.nothing")
    count = describe.tag(VaultFolder(state.root).root, Path.cwd(), photos, add, remove)
    _done(state, count)


@click.command("rate")
@click.argument("stars", type=click.Choice(["0", "1", "2", "3", "4", "5", "none"]))
@click.argument("photos", nargs=-1, required=True)
@shared_options
def rate(state: State, stars: str, photos: tuple[str, ...]) -> None:
    """Give PHOTOS 0 to 5 STARS, or none; a rated photo is never hidden."""
    given = None if stars == "none" else int(stars)
    _done(state, describe.rate(VaultFolder(state.root).root, Path.cwd(), photos, given))


@click.command("note")
@click.argument("text")
@click.argument("photos", nargs=-1, required=True)
@shared_options
def note(state: State, text: str, photos: tuple[str, ...]) -> None:
    """Note TEXT on PHOTOS, found by search; an empty text takes the note away."""
    _done(state, describe.note(VaultFolder(state.root).root, Path.cwd(), photos, text))


def _done(state: State, count: int) -> None:
    if state.json:
        state.write_json({"photos": count})
    else:
        click.echo(state.say("describe.done", count=count))
