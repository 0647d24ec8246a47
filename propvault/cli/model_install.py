"""``propvault model install``: an open_clip model into the person's models."""

from __future__ import annotations

from pathlib import Path

import click

from propvault.cli.drawing import ProgressLine
from propvault.cli.state import State, shared_options
from propvault.errors import UsageError
from propvault.events import Notice, Progress
from propvault.jobs.model_install import InstallReport, InstallRequest, install_model


@click.command("install")
@click.argument("name", metavar="NAME[/PRETRAINED]")
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    help="Weights file on this machine, or the folder it is in.",
)
@click.option(
    "--tokenizer",
    type=click.Path(path_type=Path),
    help="tokenizer.json, or the folder it is in (default: beside the weights).",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="open_clip_config.json of a model that open_clip does not list.",
)
@click.option("--mirror", metavar="URL", help="Address to use instead of the model hub's.")
@click.option(
    "--precision",
    type=click.Choice(["auto", "int8", "f16", "f32"]),
    default="auto",
    show_default=True,
    help="What to store; more bits are taken where needed to stay close to open_clip.",
)
@shared_options
def command(
    state: State,
    name: str,
    weights: Path | None,
    tokenizer: Path | None,
    config: Path | None,
    mirror: str | None,
    precision: str,
) -> int:
    """Install an open_clip model, such as ViT-B-32-SigLIP2-256/webli.

    Without --weights it comes from the hub (HF_ENDPOINT and HF_HUB_OFFLINE count); a download
    that breaks goes on where it stopped. The result is proven equal to open_clip before it is
    kept. Needs the extra: pip install "propvault[clip]".
    """
    if mirror is not None and not mirror.startswith(("https://", "http://")):
        raise UsageError("model.bad_mirror", url=mirror)
    request = InstallRequest(name, weights, tokenizer, config, mirror, precision)
    report: InstallReport | None = None
    with ProgressLine(state) as line:
        for event in install_model(request):
            if isinstance(event, Progress):
                line.show(event)
            elif isinstance(event, Notice):
                line.note(state.word(event.reason))
            else:
                report = event
    assert report is not None  # the job's last event
    if state.json:
        state.write_json(_json(report))
    else:
        _print(state, report)
    return 0


def _json(report: InstallReport) -> dict[str, object]:
    info = report.info
    return {
        "id": info.id,
        "name": info.name,
        "version": info.version,
        "folder": str(info.folder),
        "dim": info.dim,
        "languages": list(info.languages),
        "licence": info.licence,
        "precision": info.precision,
        "check": info.check,
        "cosine": {"picture": report.picture, "text": report.text},
        "cosine_f32": {"picture": report.exact_picture, "text": report.exact_text},
        "known": report.known,
        "seconds": round(report.seconds, 3),
    }


def _print(state: State, report: InstallReport) -> None:
    info = report.info
    code = "model.installed_again" if report.known else "model.installed"
    click.echo(state.say(code, id=info.id, seconds=f"{report.seconds:.0f}"))
    click.echo(f"  {info.precision}\n  {info.check}")
    click.echo(state.say("model.use_it", id=info.id))
