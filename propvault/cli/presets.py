"""``propvault presets``: the export recipes."""

from __future__ import annotations

import tomllib

import click

from propvault.cli.state import State, shared_options
from propvault.targets.presets import find_preset, preset_files, read_preset


@click.command()
@click.argument("name", required=False)
@shared_options
def command(state: State, name: str | None) -> None:
    """List presets, or explain the one called NAME."""
    own = [state.root / "presets"]
    if name is None:
        found = [read_preset(path) for path in preset_files(own).values()]
        if state.json:
            state.write_json(
                {"presets": [{"name": p.name, "title": p.title, "kind": p.kind} for p in found]}
            )
        else:
            for preset in found:
                click.echo(f"{preset.name:24} {preset.title}")
        return
    find_preset(name, own)
    text = preset_files(own)[name].read_text(encoding="utf-8")
    if state.json:
        state.write_json({"preset": tomllib.loads(text)})
    else:
        click.echo(text, nl=False)
