"""Loads pictures off the UI thread and keeps the drawings used last, within a bound of memory.

Asks are answered newest first, and old ones are dropped: what was scrolled past is not loaded.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.message import Message
from textual.message_pump import MessagePump

from propvault.tui.drawing import Drawing, draw
from propvault.tui.lanes import failed
from propvault.tui.messages import PictureReady
from propvault.tui.renderers import Display

if TYPE_CHECKING:
    from propvault.values import PhotoView
    from propvault.vision.on_screen import Raster

_MEMORY = 48_000_000
"""Bytes of drawings kept: some 4,500 thumbnails or 80 full screens of half blocks."""
_MISSING = 500
"""Bytes that it takes to know of a picture that there is none."""
_WAITING = 160
"""Asks that may wait; more than a screen of small thumbnails."""
_THREADS = 2
"""Decoding lets go of the interpreter; more would only take it from the screen."""


@dataclass(frozen=True)
class Wanted:
    """One picture at one size."""

    photo: str
    """The photo's id."""
    box: tuple[int, int]
    """Cells it must fit into."""
    quality: Literal["preview", "large", "full"] = "preview"
    """``preview`` 512 px, ``large`` 1600 px, ``full`` a part in its own pixels."""
    centre: tuple[float, float] = (0.5, 0.5)
    """Centre of the part, shares of width and height."""
    view: PhotoView | None = field(default=None, compare=False)
    """The photo; needed for ``large`` and ``full``."""


class Pictures:
    """The drawings of one session."""

    def __init__(
        self,
        root: Path,
        display: Display,
        write: Callable[[str], object],
        tell: Callable[[Message], object],
    ) -> None:
        self.root = root
        self.display = display
        self.are_shown = True
        """Whether there is any picture to be had now."""
        self._write, self._tell = write, tell
        self._drawn: OrderedDict[Wanted, Drawing | None] = OrderedDict()
        self._cost = 0
        self._waiting: deque[Wanted] = deque()
        self._for: dict[Wanted, list[MessagePump]] = {}
        self._busy: set[Wanted] = set()
        self._full: tuple[str, Raster | None] = ("", None)
        self._guard = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="propvault-pictures")
        self._is_open = True

    @property
    def is_idle(self) -> bool:
        """Return whether every picture asked for has been drawn."""
        return not self._waiting and not self._busy

    def get(self, wanted: Wanted, widget: MessagePump | None = None) -> Drawing | None:
        """Return a drawing, or ask for it: `PictureReady` goes to the widget once it is there.

        Without a widget it is only fetched ahead, behind all that is in sight.
        """
        if not self.are_shown:
            return None
        with self._guard:
            if wanted in self._drawn:
                self._drawn.move_to_end(wanted)
                return self._drawn[wanted]
            if widget is not None:
                self._for.setdefault(wanted, []).append(widget)
            if wanted in self._busy:
                return None
            if wanted in self._waiting:
                if widget is None:
                    return None
                self._waiting.remove(wanted)
            if widget is None:
                self._waiting.appendleft(wanted)
            else:
                self._waiting.append(wanted)
            while len(self._waiting) > _WAITING:
                self._for.pop(self._waiting.popleft(), None)
            if self._is_open:
                self._threads.submit(self._draw_newest).add_done_callback(self._drawn_or_failed)
        return None

    def is_missing(self, wanted: Wanted) -> bool:
        """Return whether a picture was looked for in vain."""
        return self._drawn.get(wanted, ...) is None

    def forget(self) -> None:
        """Drop every drawing: pictures are drawn another way from now on."""
        with self._guard:
            for drawing in self._drawn.values():
                self._free(drawing)
            self._drawn.clear()
            self._cost = 0

    def close(self) -> None:
        """Let the threads end."""
        with self._guard:
            self._is_open = False
            self._waiting.clear()
        self._threads.shutdown(wait=False)
        self.forget()

    def _draw_newest(self) -> None:
        with self._guard:
            if not self._waiting:  # as many pictures as asks, unless some were dropped
                return
            wanted = self._waiting.pop()
            self._busy.add(wanted)
        drawing = None
        try:
            drawing = self._draw(wanted)
        finally:  # a picture that cannot be drawn is missing
            self._keep(wanted, drawing)

    def _drawn_or_failed(self, done: Future[None]) -> None:
        error = done.exception()
        if error is not None:
            self._tell(failed(error, "picture"))

    def _draw(self, wanted: Wanted) -> Drawing | None:
        raster = self._raster(wanted)
        if raster is None:
            return None
        drawing = draw(raster, wanted.box, self.display)
        if drawing.send:
            self._write(drawing.send)
        return drawing

    def _raster(self, wanted: Wanted) -> Raster | None:
        from propvault.jobs.pictures import full_of, large_of, preview_of

        if wanted.view is None or wanted.quality == "preview":
            return preview_of(self.root, wanted.photo)
        if wanted.quality == "large":
            return large_of(self.root, wanted.view)
        if self._full[0] != wanted.photo:
            self._full = (wanted.photo, full_of(wanted.view))
        whole = self._full[1]
        if whole is None:
            return None
        across, down = wanted.box[0] * self.display.cell[0], wanted.box[1] * self.display.cell[1]
        return whole.part(wanted.centre, across, down)

    def _keep(self, wanted: Wanted, drawing: Drawing | None) -> None:
        with self._guard:
            self._busy.discard(wanted)
            self._drawn[wanted] = drawing
            self._cost += _cost(drawing)
            while self._cost > _MEMORY and len(self._drawn) > 1:
                _, old = self._drawn.popitem(last=False)
                self._cost -= _cost(old)
                self._free(old)
            waiting = self._for.pop(wanted, [])
        for widget in waiting:
            widget.post_message(PictureReady(wanted))

    def _free(self, drawing: Drawing | None) -> None:
        if drawing is not None and drawing.forget:
            self._write(drawing.forget)


def _cost(drawing: Drawing | None) -> int:
    return _MISSING if drawing is None else drawing.cost
