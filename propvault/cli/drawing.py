"""Draw progress: one live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

import click

from propvault.cli.state import State
from propvault.events import Progress

if TYPE_CHECKING:
    from rich.live import Live

_PLAIN_SECONDS = 10.0
"""Without a terminal, how often a line of progress is printed."""


class ProgressLine:
    """Shows progress on stderr; use as a context manager."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._live: Live | None = None
        self._printed = time.monotonic()

    def __enter__(self) -> ProgressLine:
        if sys.stderr.isatty() and not self._state.json:
            # Imported here: rich takes 60 ms, which piped and JSON output need not pay.
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True, refresh_per_second=4)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, progress: Progress) -> None:
        """Show how far the job is, if it is time to."""
        text = _worded(self._state, progress)
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text(text))
        elif not self._state.json and time.monotonic() - self._printed > _PLAIN_SECONDS:
            self._printed = time.monotonic()
            click.echo(text, err=True)

    def note(self, text: str) -> None:
        """Print a line that stays."""
        if self._live is not None:
            from rich.text import Text

            self._live.console.print(Text(text))
        elif not self._state.json:
            click.echo(text, err=True)


def _worded(state: State, progress: Progress) -> str:
    if progress.stage == "download":
        return _downloading(state, progress)
    if progress.total is None:
        return state.say("import.looking")
    if progress.stage == "compare":
        return state.say(
            "groups.progress", done=progress.done, total=progress.total, left=_left(progress)
        )
    if progress.stage in ("tag", "measure"):
        code = "retag.progress" if progress.stage == "tag" else "retag.measuring"
        return state.say(code, done=progress.done, total=progress.total, left=_left(progress))
    return state.say(
        "import.progress",
        done=progress.done,
        total=progress.total,
        rate=f"{progress.rate:.1f}",
        left=_left(progress),
        skipped=progress.skipped,
    )


def _downloading(state: State, progress: Progress) -> str:
    done, rate = f"{progress.done / 1e6:.0f}", f"{progress.rate / 1e6:.1f}"
    if progress.total is None:
        return state.say("model.downloading_on", done=done, rate=rate)
    total = f"{progress.total / 1e6:.0f}"
    return state.say("model.downloading", done=done, total=total, rate=rate, left=_left(progress))


def _left(progress: Progress) -> str:
    left = progress.seconds_left
    return "?" if left is None else f"{int(left) // 60}:{int(left) % 60:02d}"
