"""The two themes: quiet greys that leave colour to the photographs, one accent."""

from __future__ import annotations

from typing import Literal

from rich.style import Style
from textual.dom import DOMNode
from textual.filter import monochrome_style
from textual.theme import Theme
from textual.widget import Widget

DARK = Theme(
    name="propvault-dark",
    primary="#d9a441",
    secondary="#7fa6a3",
    accent="#d9a441",
    foreground="#dcd8d0",
    background="#161616",
    surface="#1d1d1d",
    panel="#282725",
    success="#8fb573",
    warning="#e0b04f",
    error="#e07a6a",
    dark=True,
)
LIGHT = Theme(
    name="propvault-light",
    primary="#9a6a10",
    secondary="#34706c",
    accent="#9a6a10",
    foreground="#262420",
    background="#f6f4ef",
    surface="#efece5",
    panel="#e2ded4",
    success="#4d7a2c",
    warning="#8a6200",
    error="#b23a2a",
    dark=False,
)


def part_style(widget: Widget, part: str) -> Style:
    """Return the style of a part of a widget that hands out lines Textual does not filter.

    Textual turns colours into greys where `NO_COLOR` is set; here it is done to the style.
    """
    style = widget.get_component_rich_style(part)
    return monochrome_style(style) if widget.app.no_color else style


def tone(node: DOMNode, meaning: Literal["success", "warning", "error"]) -> str:
    """Return what colour means something in the theme in force."""
    return node.app.theme_variables[meaning]
