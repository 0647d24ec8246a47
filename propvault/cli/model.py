"""``propvault model``: which models are installed."""

from __future__ import annotations

import click

from propvault.cli.state import State, shared_options
from propvault.jobs.models import installed_models
from propvault.settings import load_settings


@click.group("model")
def command() -> None:
    """List installed models."""


@command.command("list")
@shared_options
def list_(state: State) -> None:
    """List installed models; the selected one is marked."""
    selected = load_settings(state.root / "propvault.toml").model
    infos = list(installed_models())
    if state.json:
        state.write_json(
            {
                "models": [
                    {
                        "id": i.id, "name": i.name, "dim": i.dim, "languages": list(i.languages),
                        "licence": i.licence, "selected": selected in (i.id, i.name),
                    }
                    for i in infos
                ]
            }
        )  # fmt: skip
        return
    for info in infos:
        mark = "*" if selected in (info.id, info.name) else " "
        click.echo(f"{mark} {info.id}  {info.dim}d  {','.join(info.languages)}  {info.licence}")
