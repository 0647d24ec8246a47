"""``propvault presets``: the export recipes."""

from __future__ import annotations

import click

from propvault.cli.state import State, shared_options
from propvault.targets.explain import rule_lines
from propvault.targets.presets import Preset, find_preset, preset_files, read_preset

_WORDED = ("people.policy", "counts.first_frame")
"""Rules whose value is a word of ours."""
_KINDS = ("image", "video", "edit", "training", "exchange")


@click.command()
@click.argument("name", required=False)
@shared_options
def command(state: State, name: str | None) -> None:
    """List presets, or explain the one called NAME."""
    own = [state.root / "presets"]
    if name is None:
        _list(state, [read_preset(path) for path in preset_files(own).values()])
    else:
        _explain(state, find_preset(name, own))


def _list(state: State, presets: list[Preset]) -> None:
    if state.json:
        keys = ("name", "title", "kind", "vendor", "model")
        rows = [
            {key: getattr(preset, key) for key in keys}
            | {"checked_on": preset.checked_on.isoformat(), "max": preset.counts.max}
            for preset in presets
        ]
        state.write_json({"presets": rows})
        return
    for kind in _KINDS:
        of_kind = [preset for preset in presets if preset.kind == kind]
        if of_kind:
            click.secho(state.say(f"presets.{kind}"), bold=True)
        for preset in of_kind:
            most = "" if preset.counts.max is None else f"≤{preset.counts.max}"
            retired = f"  {state.say('presets.retired')}" if preset.is_legacy else ""
            click.echo(f"  {preset.name:24} {most:>4}  {preset.title}{retired}")


def _explain(state: State, preset: Preset) -> None:
    lines = rule_lines(preset)
    if state.json:
        rules = [
            {"rule": line.rule, "value": line.value, "confidence": line.confidence}
            for line in lines
        ]
        facts = {"name": preset.name, "title": preset.title, "kind": preset.kind}
        gateways = {name: gateway.title for name, gateway in preset.gateways.items()}
        state.write_json(
            {
                "preset": facts | {"checked_on": preset.checked_on.isoformat()},
                "rules": rules,
                "sources": list(preset.sources),
                "gateways": gateways,
            }
        )
        return
    click.secho(preset.title, bold=True)
    day = preset.checked_on.isoformat()
    click.echo(state.say("presets.checked", day=day, vendor=preset.vendor or "-"))
    if preset.retired_on is not None:
        day = preset.retired_on.isoformat()
        click.echo(state.say("target.retired", title=preset.title, day=day))
    if preset.note.get(state.language):
        click.echo(preset.note[state.language])
    click.echo()
    for line in lines:
        grade = state.say("grade." + line.confidence.replace(" ", "_"))
        value = line.value or state.say("presets.unknown")
        if line.rule in _WORDED:
            value = state.say(f"rule.{line.rule.split('.')[-1]}_{value}")
        click.echo(f"  {_padded(state.word(line.label), 30)} {value}  [{grade}]")
    if preset.gateways:
        named = ", ".join(f"{name} ({g.title})" for name, g in preset.gateways.items())
        click.echo("\n" + state.say("presets.gateways", names=named))
    for source in preset.sources:
        click.echo(f"  {source}")


def _padded(text: str, width: int) -> str:
    """Pad to a width in terminal cells: a Chinese character takes two."""
    cells = sum(2 if "\u1100" <= c <= "\uffdc" and not c.isascii() else 1 for c in text)
    return text + " " * max(0, width - cells)
