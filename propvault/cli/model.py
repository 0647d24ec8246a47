"""``propvault model``: which models there are, and which one tags and searches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.import_ import stoppable
from propvault.cli.model_install import command as install
from propvault.cli.state import State, shared_options
from propvault.events import Progress, Skipped
from propvault.jobs.embed import EmbedReport, embed, select_model
from propvault.jobs.model_care import Removal, check_model, plan_removal, remove
from propvault.jobs.model_list import Speed, Suggestion, known_speed, suggestions
from propvault.jobs.models import installed_models
from propvault.settings import load_settings
from propvault.vault.folder import is_vault
from propvault.vision.model_folder import ModelInfo


@click.group("model")
def command() -> None:
    """List, install, select, check and remove models."""


command.add_command(install)


@command.command("list")
@shared_options
def list_(state: State) -> None:
    """List installed models, the selected one marked, and those worth installing."""
    selected = load_settings(state.root / "propvault.toml").model
    infos = list(installed_models())
    offered = [s for s in suggestions() if all(s.name != i.name for i in infos)]
    if state.json:
        state.write_json(
            {
                "models": [_model_json(info, selected) for info in infos],
                "suggested": [asdict(suggestion) for suggestion in offered],
            }
        )
        return
    for info in infos:
        for line in _model_lines(state, info, selected):
            click.echo(line)
    if offered:
        click.echo("\n" + state.say("model.worth"))
    for suggestion in offered:
        for line in _suggestion_lines(state, suggestion):
            click.echo(line)


@command.command("use")
@click.argument("name")
@click.option("--later", is_flag=True, help="Only select; let it see the photos another time.")
@shared_options
def use(state: State, name: str, later: bool) -> int:
    """Select a model for this vault and let it see every photo.

    It works from the previews, so no disk has to be there. Ctrl-C stops after the photos in
    flight; the same command goes on. Until it has seen every photo the model before answers.
    """
    info = select_model(state.root, name)
    report = EmbedReport(info.id, stopped=later)
    if not later:
        with stoppable() as stop, ProgressLine(state) as line:
            for event in embed(state.root, info, stop.is_set):
                if isinstance(event, EmbedReport):
                    report = event
                elif isinstance(event, Progress):
                    line.show(event)
                else:
                    line.note(_skipping(state, event))
    if state.json:
        state.write_json(_report_json(state, report))
    else:
        done = {"new": report.new, "known": report.known, "retagged": report.retagged}
        seconds = f"{report.seconds:.1f}"
        click.echo(state.say("model.selected", id=info.id))
        if not later:
            click.echo(
                state.say("model.seen", seconds=seconds, skipped=len(report.skipped), **done)
            )
        if report.stopped:
            click.echo(state.say("model.goes_on", name=name))
    return 0 if later else 130 if report.stopped else 1 if report.skipped else 0


@command.command("check")
@click.argument("name", required=False)
@shared_options
def check(state: State, name: str | None) -> None:
    """Check a model's files, run it, and measure how fast it is here."""
    info, speed = check_model(name or load_settings(state.root / "propvault.toml").model)
    if state.json:
        state.write_json({"id": info.id, "ok": True, **asdict(speed)})
    else:
        click.echo(state.say("model.sound", id=info.id, precision=info.precision))
        click.echo(f"  {info.check}")
        click.echo("  " + _speed(state, speed))


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
def remove_(state: State, name: str, yes: bool) -> None:
    """Delete an installed model, and its vectors in this vault. This cannot be undone."""
    root = state.root if is_vault(state.root) else None
    if root is None:
        removal = plan_removal(name, None)
    else:
        with state.open() as vault:
            removal = plan_removal(name, vault)
    if not yes:
        click.confirm(_asked(state, removal), abort=True, err=True)
    remove(removal, root)
    if state.json:
        state.write_json({"removed": removal.model_id, "vectors": removal.vectors})
    else:
        click.echo(state.say("model.removed", id=removal.model_id, vectors=removal.vectors))


def _asked(state: State, removal: Removal) -> str:
    megabytes = f"{removal.size / 1e6:.0f}"
    return state.say(
        "model.remove_asked", id=removal.model_id, mb=megabytes, vectors=removal.vectors
    )


def _skipping(state: State, event: Skipped) -> str:
    return state.say("import.skipping", path=event.path, why=state.word(event.reason))


def _model_json(info: ModelInfo, selected: str) -> dict[str, object]:
    speed = known_speed(info.id)
    return {
        "id": info.id, "name": info.name, "dim": info.dim, "languages": list(info.languages),
        "licence": info.licence, "selected": selected in (info.id, info.name),
        "source": info.source, "precision": info.precision, "check": info.check,
        "speed": asdict(speed) if speed else None,
    }  # fmt: skip


def _model_lines(state: State, info: ModelInfo, selected: str) -> Iterator[str]:
    mark = "*" if selected in (info.id, info.name) else " "
    size = sum(file.stat().st_size for file in info.folder.iterdir() if file.is_file()) / 1e6
    yield f"{mark} {info.id}  {','.join(info.languages)}  {size:.0f} MB  {info.licence}"
    speed = known_speed(info.id)
    yield "    " + (_speed(state, speed) if speed else state.say("model.unmeasured", id=info.id))


def _suggestion_lines(state: State, offered: Suggestion) -> Iterator[str]:
    languages = ",".join(offered.languages)
    yield (
        f"  {offered.name}/{offered.pretrained}  {languages}"
        f"  {offered.download_mb} MB  {offered.licence}"
    )
    yield f"    {offered.good_for_zh if state.language == 'zh' else offered.good_for_en}"
    figures = {
        "ImageNet": offered.zero_shot,
        "XM3600 en": offered.retrieval_en,
        "XM3600 zh": offered.retrieval_zh,
    }
    known = " · ".join(f"{name} {value} %" for name, value in figures.items() if value)
    yield f"    {known}  ({offered.source})"


def _speed(state: State, speed: Speed) -> str:
    rate, query = f"{speed.pictures_per_second:.0f}", f"{speed.query_ms:.0f}"
    return state.say("model.speed", rate=rate, query=query, provider=speed.provider)


def _report_json(state: State, report: EmbedReport) -> dict[str, object]:
    return {
        "id": report.model_id,
        "new": report.new,
        "known": report.known,
        "retagged": report.retagged,
        "skipped": [
            {"path": s.path, "code": s.reason.code, "reason": state.word(s.reason)}
            for s in report.skipped
        ],
        "stopped": report.stopped,
        "seconds": round(report.seconds, 3),
    }
