"""Which way of drawing pictures a terminal has, found before the app takes it over."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from enum import StrEnum


class Renderer(StrEnum):
    """Ways to draw a picture, best first."""

    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    SHADES = "shades"


@dataclass(frozen=True)
class Display:
    """How pictures are drawn."""

    renderer: Renderer = Renderer.BLOCKS
    """The way."""
    cell: tuple[int, int] = (10, 20)
    """Width and height of a character, pixels."""
    colours: str = "truecolor"
    """Which colours the terminal has, as Rich names them: ``truecolor``, ``256``, ``standard``."""
    is_grey: bool = False
    """Whether half blocks are greys, as ``NO_COLOR`` asks (https://no-color.org)."""
    hint: str = ""
    """Code of the advice how to get better pictures; empty where there is none."""


def find_display(wanted: str) -> Display:
    """Return how pictures are drawn here; ask the terminal when ``wanted`` is ``auto``.

    The terminal can only be asked before Textual reads its answers itself. Without a terminal
    nothing is asked.
    """
    if not (sys.__stdout__ and sys.__stdout__.isatty()):
        return Display(_named(wanted) or Renderer.BLOCKS)
    from textual_image import renderable
    from textual_image._terminal import get_cell_size

    found = {
        renderable.TGPImage: Renderer.KITTY,
        renderable.SixelImage: Renderer.SIXEL,
    }.get(renderable.Image, Renderer.BLOCKS)
    if found is Renderer.KITTY and not _has_placeholders():
        found = Renderer.BLOCKS
    if found is Renderer.BLOCKS and not _has_colours():
        found = Renderer.SHADES
    if os.environ.get("TMUX"):  # it takes the question for a title
        sys.__stdout__.write("\x1b]2;propvault\x1b\\")
    renderer = _named(wanted) or found
    is_grey = "NO_COLOR" in os.environ  # as Textual, which makes all it draws grey then
    if is_grey and renderer is not Renderer.SHADES:
        renderer = Renderer.BLOCKS  # kitty's characters say by their colour which picture to draw
    display = Display(renderer, is_grey=is_grey, hint=_hint(renderer, is_grey=is_grey))
    if not all(os.get_terminal_size(sys.__stdout__.fileno())):  # textual-image divides by it
        return display
    cell = get_cell_size()
    return replace(display, cell=(cell.width, cell.height))


def _has_placeholders() -> bool:
    """Ask a terminal that speaks kitty's protocol for the part of it we draw with.

    kitty has it since 0.28; an older one does not answer, and would draw a box for each character.
    """
    from textual_image._terminal import TerminalError, capture_terminal_response

    if sys.__stdout__ is None:
        return False
    try:
        with capture_terminal_response("\x1b_G", "\x1b\\", 0.1) as answer:
            sys.__stdout__.write("\x1b_Gi=1,s=1,v=1,a=q,t=d,f=24,U=1;AAAA\x1b\\")
            sys.__stdout__.flush()
    except (TerminalError, TimeoutError):
        return False
    return bool(answer.sequence.endswith(";OK\x1b\\"))


def _named(wanted: str) -> Renderer | None:
    return Renderer(wanted) if wanted in set(Renderer) else None


def _has_colours() -> bool:
    return os.environ.get("TERM") not in ("dumb", "linux")


def _hint(renderer: Renderer, *, is_grey: bool) -> str:
    if renderer in (Renderer.KITTY, Renderer.SIXEL):
        return ""
    if is_grey:
        return "tui.hint_grey"
    if os.environ.get("TMUX"):
        return "tui.hint_tmux"
    return "tui.hint_terminal" if renderer is Renderer.BLOCKS else "tui.hint_colours"
