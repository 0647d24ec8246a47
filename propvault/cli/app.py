"""The ``propvault`` command: lazily loaded subcommands and the one place errors are shown."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Sequence

import click

from propvault import __version__
from propvault.cli.state import State, shared_options
from propvault.errors import PropvaultError, UsageError
from propvault.reasons import Reason, printable

COMMANDS = {
    "init": "init",
    "import": "import_",
    "search": "search",
    "show": "show",
    "tag": "describe:tag",
    "tags": "tagging:tags",
    "retag": "tagging:again",
    "rate": "describe:rate",
    "set": "tagging:facts",
    "note": "describe:note",
    "sidecars": "sidecars",
    "groups": "groups",
    "keep": "repeats:keep",
    "split": "repeats:split",
    "relate": "repeats:relate",
    "discard": "repeats:discard",
    "empty-trash": "repeats:empty",
    "collect": "collect:collect",
    "collections": "collect:boards",
    "saved": "collect:saved",
    "export": "export",
    "presets": "presets",
    "verify": "verify",
    "model": "model",
    "undo": "history:undo",
    "redo": "history:redo",
    "history": "history:show",
    "doctor": "doctor",
    "demo": "demo",
}
"""Command names and the modules they live in, with the name there unless it is ``command``; a
module loads when its command is asked for."""


class _Lazy(click.Group):
    """Finds commands by name without importing the others: start-up is felt at every search."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        found = importlib.import_module(f"propvault.cli.{module}")
        command: click.Command = getattr(found, attribute or "command")
        return command


@click.group(
    cls=_Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="propvault")
@shared_options
@click.pass_context
def cli(context: click.Context, state: State) -> None:
    """Import a camera folder, find by a sentence, export reference sets."""
    if context.invoked_subcommand is None:
        from propvault.cli.browse import browse

        context.exit(browse(state))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 in part, 2 usage, 3 vault or disk, 130 Ctrl-C."""
    _speak_utf8()
    words = list(sys.argv[1:] if arguments is None else arguments)
    state = State(json="--json" in words)
    try:
        status = cli.main(words, "propvault", standalone_mode=False, obj=state)
        sys.exit(status if isinstance(status, int) else 0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(state, Reason.of("usage.bad", detail=error.format_message()), None, 2)
    except UsageError as error:
        _fail(state, error.reason, error.path, 2)
    except PropvaultError as error:
        _fail(state, error.reason, error.path, 3)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 — no traceback reaches a person; the log has it
        from propvault.jobs.error_log import unexpected

        _fail(state, unexpected(error), None, 3)


def _fail(state: State, reason: Reason, path: str | None, status: int) -> None:
    text = state.word(reason)
    if state.json:
        state.write_json(
            {"error": {"code": reason.code, "text": text, "path": path and printable(path)}}
        )
    else:
        click.echo(f"propvault: {text}", err=True)
    sys.exit(status)


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
