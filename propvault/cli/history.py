"""``propvault undo``, ``redo``, ``history``: what was decided, and taking it back."""

from __future__ import annotations

import click

from propvault.cli.repeats import decisions
from propvault.cli.state import State, shared_options
from propvault.clock import on_the_wall
from propvault.vault.journal import Step, history


@click.command()
@click.argument("count", type=click.IntRange(1), default=1)
@shared_options
def undo(state: State, count: int) -> None:
    """Take back the last COUNT decisions."""
    with decisions(state) as deciding:
        steps = deciding.undo(count)
    _show(state, steps, "undo.done")


@click.command()
@click.argument("count", type=click.IntRange(1), default=1)
@shared_options
def redo(state: State, count: int) -> None:
    """Make decisions again that were taken back."""
    with decisions(state) as deciding:
        steps = deciding.redo(count)
    _show(state, steps, "redo.done")


@click.command("history")
@click.option("-n", "limit", default=20, show_default=True, type=click.IntRange(1))
@shared_options
def show(state: State, limit: int) -> None:
    """List what was decided, newest first."""
    with state.open() as vault:
        steps = history(vault.db, limit)
    _show(state, steps, None)


def _show(state: State, steps: list[Step], code: str | None) -> None:
    if state.json:
        listed = [
            {
                "at": step.at,
                "code": step.action.code,
                "text": state.word(step.action),
                "undone": step.is_undone,
            }
            for step in steps
        ]
        state.write_json({"steps": listed})
        return
    for step in steps:
        text = state.word(step.action)
        if code is not None:
            click.echo(state.say(code, what=text))
        else:
            mark = "↶" if step.is_undone else " "
            click.echo(f"{mark} {on_the_wall(step.at)}  {text}")
    if not steps:
        click.echo(state.say("history.empty"))
