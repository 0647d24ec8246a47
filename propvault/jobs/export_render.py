"""Render many photos on all cores, in order, within bounded memory.

Threads do: decoding, scaling and encoding leave Python's lock. What an importer has to fear of a
file, its decoder processes have met before: only imported photos are rendered.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from propvault.errors import PictureError
from propvault.vision.render import Kept, RenderedBytes, RenderStep, Said, render

_BUDGET_MB = 640
"""Decoded pixels in flight; with libraries, coded files and reduced copies under 1 GB."""
_AHEAD = 2
"""Finished pictures that may wait to be written, besides those being made."""
_BYTES_PER_PIXEL = 4 * 1.6
"""Pillow's storage, and what is made of it before the first copy goes."""


@dataclass(frozen=True)
class RenderTask:
    """One picture to make."""

    key: str
    """What the caller knows it by."""
    path: Path
    """Source file."""
    step: RenderStep
    """How."""
    megapixels: float
    """Size of the source."""


@dataclass(frozen=True)
class Made:
    """What came of a task."""

    task: RenderTask
    """The task."""
    picture: RenderedBytes | None
    """The picture, None when it failed."""
    error: PictureError | None
    """Why it failed."""


def render_all(tasks: Iterable[RenderTask], workers: int | None = None) -> Iterator[Made]:
    """Render, yielding in the order of the tasks; leaving early waits for what is in hand."""
    count = workers or os.cpu_count() or 1
    room = _Room(_BUDGET_MB)
    waiting: deque[Future[Made]] = deque()
    with ThreadPoolExecutor(count, thread_name_prefix="render") as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(_make, task, room))
                if len(waiting) >= count + _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def step_as_json(step: RenderStep) -> dict[str, Any]:
    """Return a step as JSON values, for a lock."""
    return {**asdict(step), "keep": sorted(step.keep)}


def step_from_json(values: dict[str, Any]) -> RenderStep:
    """Return the step that `step_as_json` wrote.

    Raises:
        ValueError, TypeError, KeyError: it is not one.
    """
    known = dict(values)
    keep: list[Kept] = known.pop("keep")
    size = known.pop("size")
    said = Said(**known.pop("said"))
    return RenderStep(
        **known, keep=frozenset(keep), said=said, size=None if size is None else tuple(size)
    )


def _make(task: RenderTask, room: _Room) -> Made:
    try:
        with room.taken(task.megapixels * _BYTES_PER_PIXEL):
            return Made(task, render(task.path, task.step), None)
    except PictureError as error:
        return Made(task, None, error)


class _Room:
    """Memory that several threads share; what is larger than all of it has it alone."""

    def __init__(self, megabytes: float) -> None:
        self._most, self._used = megabytes, 0.0
        self._free = threading.Condition()

    @contextmanager
    def taken(self, megabytes: float) -> Iterator[None]:
        with self._free:
            self._free.wait_for(lambda: not self._used or self._used + megabytes <= self._most)
            self._used += megabytes
        try:
            yield
        finally:
            with self._free:
                self._used -= megabytes
                self._free.notify_all()
