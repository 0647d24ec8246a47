"""Long work that goes on while one browses: an import, a model's vectors, an export.

One at a time, on a lane of its own; what it yields is posted to the app, which shows it on
whatever screen is in front.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from propvault.events import Progress
from propvault.reasons import Reason
from propvault.tui.lanes import Desk, Lane

if TYPE_CHECKING:
    from propvault.tui.words import Words

Events = Callable[[Callable[[], bool]], Iterator[object]]
"""Makes the events of a job, given what tells it to stop."""


class TaskTold(Message):
    """A task yielded an event."""

    def __init__(self, name: str, event: object) -> None:
        super().__init__()
        self.name = name
        self.event = event


class TaskDone(Message):
    """A task has ended; its last event is its report."""

    def __init__(self, name: str, report: object) -> None:
        super().__init__()
        self.name = name
        self.report = report


class Tasks:
    """The task that is running, and the line that tells of it."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._stop = threading.Event()
        self.name = ""
        """Which task runs; empty for none."""
        self.progress: Progress | None = None
        """How far it is."""
        self.reports: dict[str, object] = {}
        """The last report of each kind of task, readable until the next."""

    def start(self, name: str, events: Events, to: MessagePump) -> bool:
        """Start a task, unless one is running; return whether it was started."""
        if self.name:
            return False
        self.name, self.progress = name, None
        self._stop.clear()

        def work(_: Desk) -> TaskDone:
            _ready_for_processes()
            last: object = None
            for event in events(self._stop.is_set):
                last = event
                to.post_message(TaskTold(name, event))
            return TaskDone(name, last)

        self._lane.ask(work, to, name)
        return True

    def stop(self) -> None:
        """Ask the running task to stop where it loses nothing."""
        self._stop.set()

    def take(self, message: TaskTold) -> None:
        """Note how far the task is."""
        if isinstance(message.event, Progress):
            self.progress = message.event

    def end(self, report: object) -> None:
        """Note that the task has ended, with its report or without."""
        if self.name and report is not None:
            self.reports[self.name] = report
        self.name, self.progress = "", None

    def line(self, words: Words) -> str:
        """Say how far the task is; empty when none is running."""
        if not self.name:
            return ""
        doing = words.say(f"tui.task_{self.name}")
        progress = self.progress
        if progress is None:
            return f"{doing} …"
        if progress.total is None:
            return f"{doing} {progress.done} …"
        left = progress.seconds_left
        if left is None:
            return f"{doing} {progress.done}/{progress.total}"
        far = words.say(
            "tui.task_far",
            done=progress.done,
            total=progress.total,
            rate=f"{progress.rate:.0f}",
            left=_clock(left),
        )
        return f"{doing} {far}"


def _ready_for_processes() -> None:
    """Start what Python's process pools need while they cannot see the app's own stderr.

    Textual puts an object in its place whose file number is -1, which the first process started
    would be handed (`ValueError: bad value(s) in fds_to_keep`).
    """
    if sys.platform == "win32":
        return
    from multiprocessing import resource_tracker

    with contextlib.redirect_stderr(sys.__stderr__):
        resource_tracker.ensure_running()


def outcome(message: TaskDone) -> Reason | None:
    """Return what came of a task in one line, for whoever went on to something else meanwhile."""
    from propvault.jobs.export_report import ExportReport
    from propvault.jobs.import_report import ImportReport, summary

    report = message.report
    if isinstance(report, ImportReport) and not report.dry_run:
        return summary(report)
    if isinstance(report, ExportReport):
        count, path = len(report.plan.photos), str(report.to)
        return Reason.of(
            "export.wrote" if count else "export.nothing_to_write", count=count, path=path
        )
    return None


def stopped_reason(name: str) -> Reason:
    """Return what is said when a task is already running."""
    return Reason.of("tui.busy", what=name)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
