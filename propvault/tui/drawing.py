"""Pictures as lines of terminal cells: half blocks, kitty placeholders, sixels or shades.

A drawing is made in a worker thread; drawing it on the screen only hands out its lines.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from random import randint
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.segment import ControlType, Segment
from rich.style import Style

from propvault.tui.lines import Line, text_of
from propvault.tui.renderers import Display, Renderer

if TYPE_CHECKING:
    from propvault.vision.on_screen import Raster

_SHADES = " ░▒▓█"
_GREY = Style(color="#d8d8d8", bgcolor="#101010")
_CHUNK = 4096
"""Bytes of payload in one message of kitty's protocol, its upper limit."""
_SIXEL_WIDTH = 900
"""Pixels of a sixel picture; xterm draws none wider than 1000 unless told to."""
_NO_CONTROL = [(ControlType.CURSOR_FORWARD, 0)]
"""Marks a segment as taking no cells."""
_COLOUR = re.compile(r"(#\d+);2;\d+;\d+;\d+")
"""Defines a colour of a sixel picture, and chooses it."""
_ids = count(randint(1, 2**23))


@dataclass(frozen=True)
class Drawing:
    """A picture drawn for a box of cells; smaller than the box on one side as a rule."""

    lines: tuple[Line, ...]
    """One per row of cells, each ``width`` cells wide."""
    width: int
    """Cells."""
    cost: int
    """Memory it takes, bytes, roughly."""
    send: str = ""
    """What the terminal must have received before a line is drawn."""
    forget: str = ""
    """What lets the terminal free it."""

    @property
    def height(self) -> int:
        """Return how many rows of cells it has."""
        return len(self.lines)


def fitted(size: tuple[int, int], box: tuple[int, int], cell: tuple[int, int]) -> tuple[int, int]:
    """Return the cells, width and height, that a picture of ``size`` pixels takes in a box."""
    wide, high = max(1, size[0]), max(1, size[1])
    scale = min(box[0] * cell[0] / wide, box[1] * cell[1] / high)
    columns = min(box[0], max(1, round(wide * scale / cell[0])))
    return columns, min(box[1], max(1, round(high * scale / cell[1])))


def draw(picture: Raster, box: tuple[int, int], display: Display) -> Drawing:
    """Draw a picture as large as fits into a box of cells."""
    cells = fitted(picture.size, box, display.cell)
    if display.renderer is Renderer.KITTY:
        return _kitty(picture, cells, display)
    if display.renderer is Renderer.SIXEL:
        return _sixel(picture, cells, display)
    if display.renderer is Renderer.SHADES:
        return _shades(picture, cells, display)
    return _blocks(picture, cells, display)


def _line(segments: Sequence[Segment], display: Display) -> Line:
    return Line(text_of(segments, display.colours), partial(tuple, segments))


def _blocks(picture: Raster, cells: tuple[int, int], display: Display) -> Drawing:
    width, height = cells
    small = picture.scaled(width, 2 * height)
    pixels = (small.grey() if display.is_grey else small).pixels()
    lines = []
    for above, below in zip(pixels[::2], pixels[1::2], strict=True):
        segments = partial(_block_segments, above.tobytes(), below.tobytes())
        if display.colours == "truecolor":
            text = _block_text(above.tolist(), below.tolist())
        else:
            text = text_of(segments(), display.colours)
        lines.append(Line(text, segments))
    # Two bytes a character: the half block is none of the first 256.
    return Drawing(tuple(lines), width, sum(2 * len(line.text) for line in lines))


def _block_text(above: list[list[int]], below: list[list[int]]) -> str:
    parts = [
        f"\x1b[38;2;{r};{g};{b};48;2;{red};{green};{blue}m▀"
        for (r, g, b), (red, green, blue) in zip(above, below, strict=True)
    ]
    return "".join(parts) + "\x1b[0m"


def _block_segments(above: bytes, below: bytes) -> list[Segment]:
    """Return the half blocks of two rows of pixels, three bytes each."""
    return [
        Segment("▀", Style.from_color(_colour(above[at : at + 3]), _colour(below[at : at + 3])))
        for at in range(0, len(above), 3)
    ]


def _colour(pixel: bytes) -> Color:
    return Color.from_triplet(ColorTriplet(*pixel))


def _shades(picture: Raster, cells: tuple[int, int], display: Display) -> Drawing:
    width, height = cells
    grey = picture.scaled(width, height).pixels().mean(axis=2) * (len(_SHADES) - 0.01) / 256
    rows = ((Segment("".join(_SHADES[int(g)] for g in row), _GREY),) for row in grey)
    lines = tuple(_line(row, display) for row in rows)
    return Drawing(lines, width, 100 * height + width * height)


def _kitty(picture: Raster, cells: tuple[int, int], display: Display) -> Drawing:
    """Draw with kitty's Unicode placeholders: ordinary characters that stand for the picture.

    https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders
    """
    from textual_image.renderable import TGPImage

    width, height = cells
    cell = display.cell
    small = picture.scaled(
        min(picture.size[0], width * cell[0]), min(picture.size[1], height * cell[1])
    )
    number = next(_ids) & 0xFFFFFF or 1
    placeholders = TGPImage(small.image, width, height)
    # With an id it has been sent as far as textual-image knows: we send it in the order of
    # Textual's own output, since two writers to one terminal garble each other.
    placeholders.terminal_image_id = number
    segments = placeholders.__rich_console__(_NO_CONSOLE, _NO_CONSOLE)
    lines = tuple(
        _line((Segment(s.text.rstrip("\n"), s.style),), display)
        for s in segments
        if isinstance(s, Segment)
    )
    send = "".join(_transmission(small, number, cells))
    return Drawing(lines, width, len(send), send, f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\")


# Neither a console nor its options: textual-image asks for sizes, which we gave already.
_NO_CONSOLE: Any = SimpleNamespace(max_width=1000, max_height=1000)


def _transmission(picture: Raster, number: int, cells: tuple[int, int]) -> Iterator[str]:
    data = base64.b64encode(zlib.compress(picture.pixels().tobytes(), 1)).decode()
    keys = f"i={number},f=24,s={picture.size[0]},v={picture.size[1]},o=z,q=2,"
    for start in range(0, len(data), _CHUNK):
        more = int(start + _CHUNK < len(data))
        yield f"\x1b_G{keys}m={more};{data[start : start + _CHUNK]}\x1b\\"
        keys = ""
    yield f"\x1b_Ga=p,U=1,i={number},c={cells[0]},r={cells[1]},q=2\x1b\\"


def _sixel(picture: Raster, cells: tuple[int, int], display: Display) -> Drawing:
    """Draw each row of cells as a sixel picture of its own, so that rows can be drawn alone."""
    from textual_image.renderable import SixelImage

    width, height = cells
    cell = display.cell
    small = picture.scaled(width * cell[0], height * cell[1])
    room = max(1, _SIXEL_WIDTH // cell[0])
    lines = []
    for band in small.bands(cell[1]):
        # The blanks are what Textual counts; the picture is laid over them from where they began.
        laid = ["\x1b8"]
        for left in range(0, width, room):
            across = min(room, width - left)
            part = band.crop((left * cell[0], 0, (left + across) * cell[0], cell[1]))
            made = SixelImage(part, across, 1).__rich_console__(_NO_CONSOLE, _NO_CONSOLE)
            data = next(s.text for s in made if isinstance(s, Segment) and "\x1bP" in s.text)
            laid.append(f"{_colours_first(data)}\x1b8\x1b[{left + across}C")
        blanks = Segment(" " * width)
        lines.append(_line((_silent("\x1b7"), blanks, _silent("".join(laid))), display))
    return Drawing(tuple(lines), width, sum(len(line.text) for line in lines))


def _colours_first(sixels: str) -> str:
    """Define all colours first: xterm gives what it drew before a definition other colours."""
    start = sixels.index("#")
    colours = "".join(match[0] for match in _COLOUR.finditer(sixels))
    return sixels[:start] + colours + _COLOUR.sub(r"\1", sixels[start:])


def _silent(text: str) -> Segment:
    return Segment(text, None, _NO_CONTROL)
