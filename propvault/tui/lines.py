"""Rows of cells whose text for the terminal is put together from parts made before.

Textual keeps a segment and a style for each half block, some 3,000 on a screen, and joins their
text anew for each row that a cursor passes. Here a row of a picture is text from the start;
segments of it are only made when somebody asks for them, as a screenshot does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from textual.strip import Strip


def text_of(segments: Iterable[Segment], colours: str) -> str:
    """Return what a terminal is sent for segments; ``colours`` as `Display.colours`."""
    system = COLOR_SYSTEMS.get(colours, COLOR_SYSTEMS["truecolor"])
    return "".join(
        s.text if s.style is None else Strip.render_style(s.style, s.text, system) for s in segments
    )


class Line:
    """One row of a picture's cells."""

    __slots__ = ("segments", "text")

    def __init__(self, text: str, segments: Callable[[], Sequence[Segment]]) -> None:
        self.text = text
        """What the terminal is sent."""
        self.segments = segments
        """Makes the segments that say the same."""


class Row(Strip):
    """Segments and rows of pictures beside each other."""

    def __init__(self, parts: Sequence[Segment | Line], width: int) -> None:
        """Take parts that are ``width`` cells together."""
        super().__init__((), width)
        # Missing until it is asked for: see `__getattr__`.
        del self._segments
        self._parts = [part for part in parts if part.text]

    def __getattr__(self, name: str) -> list[Segment]:
        if name != "_segments":
            raise AttributeError(name)
        self._segments = [
            segment
            for part in self._parts
            for segment in (part.segments() if isinstance(part, Line) else (part,))
        ]
        return self._segments

    def render(self, console: Console) -> str:
        """Return what the terminal is sent."""
        if self._render_cache is None:
            colours = console.color_system or ""
            self._render_cache = "".join(
                part.text if isinstance(part, Line) else text_of((part,), colours)
                for part in self._parts
            )
        return self._render_cache
