"""``propvault collect``, ``collections`` and ``saved``: boards, and searches worth keeping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from propvault.cli.state import State, shared_options
from propvault.jobs import collect as job
from propvault.jobs.search import check_query
from propvault.reasons import printable
from propvault.values import BoardRole, BoardView, Collection, PhotoView
from propvault.vault.collections import NamedSet, collections, saved_searches
from propvault.vault.folder import VaultFolder
from propvault.vault.views import photo_views

ROLES = click.Choice([role.value for role in BoardRole])
VIEWS = click.Choice([view.value for view in BoardView])


@click.command("collect")
@click.argument("name")
@click.argument("photos", nargs=-1, required=True)
@click.option("--role", type=ROLES, help="What the photos are there for.")
@click.option("--subject", help="Name of the thing they show.")
@click.option("--view", type=VIEWS, help="From where they show it.")
@click.option("--note", help="What else to say of them there.")
@click.option("--at", type=click.IntRange(1), help="Put them at this place, 1 for the first.")
@click.option("--remove", is_flag=True, help="Take them out instead.")
@shared_options
def collect(
    state: State,
    name: str,
    photos: tuple[str, ...],
    role: str | None,
    subject: str | None,
    view: str | None,
    note: str | None,
    at: int | None,
    remove: bool,
) -> None:
    r"""Put PHOTOS into the collection NAME, in order; it is made when new.

    \b
    propvault collect "lane at dusk" IMG_2041 IMG_2043 --role subject --subject "bamboo chair"
    propvault search 竹椅 --paths0 | xargs -0 propvault collect 椅子
    """
    root = VaultFolder(state.root).root
    if remove:
        left = job.uncollect(root, Path.cwd(), name, photos)
        _tell(state, {"collection": name, "removed": left},
              state.say("collect.left", count=left, collection=name))  # fmt: skip
        return
    placement = job.Placement(
        BoardRole(role) if role else None, subject, BoardView(view) if view else None, note, at
    )
    board = job.collect(root, Path.cwd(), name, photos, placement)
    told = state.say(
        "collect.done", count=len(photos), collection=board.name, total=len(board.members)
    )
    _tell(state, {"collection": board.name, "photos": len(board.members)}, told)


@click.command("collections")
@click.argument("name", required=False)
@click.option("--rename", metavar="NEW", help="Give the collection another name.")
@click.option("--delete", is_flag=True, help="Delete the collection; its photos stay.")
@shared_options
def boards(state: State, name: str | None, rename: str | None, delete: bool) -> None:
    """List collections, or the photos of the collection NAME in order."""
    if name is None:
        if rename or delete:
            raise click.UsageError("name the collection that is meant")
        with state.open() as vault:
            found = collections(vault.db)
        _list(state, "collections", found, "collect.none")
        return
    root = VaultFolder(state.root).root
    if delete:
        count = job.delete(root, name)
        told = state.say("collect.deleted", collection=name, count=count)
        _tell(state, {"deleted": name, "photos": count}, told)
        return
    if rename:
        job.rename(root, name, rename)
        _tell(
            state, {"collection": rename}, state.say("collect.renamed", collection=name, to=rename)
        )
        return
    with state.open() as vault:
        board = job.existing(vault.db, name)
        views = photo_views(vault, [member.row for member in board.members])
    _show(state, board, views)


@click.command("saved")
@click.argument("name", required=False)
@click.argument("query", required=False)
@click.option("--delete", is_flag=True, help="Forget the search NAME.")
@shared_options
def saved(state: State, name: str | None, query: str | None, delete: bool) -> None:
    r"""List saved searches, or save QUERY as NAME; ``in:NAME`` asks it again.

    \b
    propvault saved "warm walls" "斑驳的墙 light:golden-hour"
    propvault search 'in:"warm walls" rating:3..'
    """
    root = VaultFolder(state.root).root
    if name is None:
        with state.open() as vault:
            found = saved_searches(vault.db)
        _list(state, "saved", found, "saved.none")
    elif delete:
        job.forget_search(root, name)
        _tell(state, {"forgotten": name}, state.say("saved.forgotten", name=name))
    elif query is None:
        raise click.UsageError("give the query to save, or --delete")
    else:
        job.save_search(root, name, query, check_query)
        _tell(state, {"saved": name, "query": query}, state.say("saved.done", name=name))


def _list(state: State, key: str, found: list[NamedSet], nothing: str) -> None:
    if state.json:
        listed = [
            {"name": one.name, "query": one.query}
            if one.kind == "search"
            else {"name": one.name, "kind": one.kind, "photos": one.count}
            for one in found
        ]
        state.write_json({key: listed})
        return
    for one in found:
        detail = one.query if one.count is None else state.say("collect.count", count=one.count)
        kind = f"  ({state.say('collect.trip')})" if one.kind == "trip" else ""
        click.echo(printable(f"{one.name}  {detail}{kind}"))
    if not found:
        click.echo(state.say(nothing))


def _show(state: State, board: Collection, views: list[PhotoView]) -> None:
    pairs = list(zip(board.members, views, strict=True))
    if state.json:
        members = [
            {
                "photo": view.id, "name": view.name, "role": member.role,
                "subject": member.subject, "view": member.view, "note": member.note,
            }
            for member, view in pairs
        ]  # fmt: skip
        state.write_json({"collection": board.name, "kind": board.kind, "photos": members})
        return
    for place, (member, view) in enumerate(pairs, 1):
        said = [member.role, member.subject, member.view, member.note]
        click.echo(printable(f"{place:3}  {view.name}  {' · '.join(str(s) for s in said if s)}"))


def _tell(state: State, told: dict[str, Any], text: str) -> None:
    if state.json:
        state.write_json(told)
    else:
        click.echo(text)
