"""``propvault groups``: repeats and takes, found, listed, reviewed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.import_ import stoppable
from propvault.cli.state import State, shared_options
from propvault.errors import UsageError
from propvault.events import Progress
from propvault.jobs.find_duplicates import find_duplicates
from propvault.jobs.list_groups import (
    GroupView,
    KeeperChange,
    apply_rules,
    is_pending,
    list_groups,
    preview_rules,
)
from propvault.likeness import Kind
from propvault.reasons import printable


@click.command()
@click.option("--kind", type=click.Choice(["same", "take"]), help="Only groups, or only stacks.")
@click.option("--review", is_flag=True, help="Look at one group at a time and decide.")
@click.option("--rules", help="Show what other keeper rules would change, such as pixels,oldest.")
@click.option("--apply", is_flag=True, help="With --rules: set them for this vault.")
@shared_options
def command(
    state: State, kind: Kind | None, review: bool, rules: str | None, apply: bool
) -> int | None:
    """List photos that are one exposure, and takes of one subject.

    Photos not compared yet are compared first; Ctrl-C stops that, and the next run goes on.
    """
    if apply and rules is None:
        raise UsageError("groups.apply_what")
    if stopped := _compare(state):
        return stopped
    if review:
        _review(state, kind)
        return None
    with state.open("write" if apply else "read") as vault:
        if rules is None:
            _show(state, list_groups(vault, kind))
            return None
        changes = preview_rules(vault, rules)
        _show_changes(state, changes, is_applied=apply)
        if apply:
            apply_rules(vault, rules)
    return None


def _compare(state: State) -> int:
    """Compare what has not been compared; return 130 when that was stopped."""
    with state.open() as vault:
        if not is_pending(vault):
            return 0
        root = vault.folder.root
    with stoppable() as stop, ProgressLine(state) as line:
        for event in find_duplicates(root, stop.is_set):
            if isinstance(event, Progress):
                line.show(event)
            elif event.stopped:
                return 130
    return 0


def _review(state: State, kind: Kind | None) -> None:
    if state.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("groups.no_terminal")
    from propvault.cli.groups_review import ask
    from propvault.jobs.review import review

    decided = review(state.root, lambda question: ask(state, question), kind)
    click.echo(state.say("groups.reviewed", count=decided))


def _show(state: State, groups: Sequence[GroupView]) -> None:
    if state.json:
        state.write_json({"groups": [_json(state, group) for group in groups]})
        return
    for group in groups:
        for line in _lines(state, group):
            click.echo(line)
    for kind in sorted({group.kind for group in groups} or {"same", "take"}):
        count = sum(group.kind == kind for group in groups)
        click.echo(state.say(f"groups.count_{kind}", count=count))


def _show_changes(state: State, changes: Sequence[KeeperChange], *, is_applied: bool) -> None:
    if state.json:
        listed = [
            {
                "from": change.group.photos[0].id,
                "to": change.keeper.id,
                "why": state.word(change.why),
            }
            for change in changes
        ]
        state.write_json({"changes": listed, "applied": is_applied})
        return
    for change in changes:
        names = {"old": change.group.photos[0].name, "new": change.keeper.name}
        click.echo(state.say("groups.would_keep", **names, why=state.word(change.why)))
    code = "groups.applied" if is_applied else "groups.would_change"
    click.echo(state.say(code, count=len(changes)))


def _json(state: State, group: GroupView) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "keeper": group.photos[0].id,
        "photos": [photo.id for photo in group.photos],
        "why": state.word(group.why),
    }


def _lines(state: State, group: GroupView) -> Iterator[str]:
    why = state.word(group.why)
    yield state.say(f"groups.{group.kind}", name=group.photos[0].name, why=why)
    for photo in group.photos:
        seen = str(photo.sightings[0].path.parent.name) if photo.sightings else ""
        taken = (photo.capture.taken_local or "").replace("T", " ")
        size = f"{photo.width} x {photo.height}"
        name = printable(f"{seen}/{photo.name}" if seen else photo.name)
        yield f"    {photo.id[7:15]}  {size:>13}  {taken:19.19}  {name}"
