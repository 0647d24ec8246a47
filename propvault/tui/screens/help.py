"""All keys of the screen one came from, generated from its bindings."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from propvault.tui.screens.base import PropScreen, SideScreen
from propvault.tui.widgets.key_bar import key_name

_WIDGETS = {
    "PhotoGrid": "tui.part_grid",
    "FacetList": "tui.part_facets",
    "TagList": "tui.part_tags",
    "Strip": "tui.part_strip",
}
"""Parts of screens that have keys of their own."""


class HelpScreen(SideScreen):
    """A table of keys by part of the screen."""

    TITLE_CODE = "tui.screen_help"

    def body(self) -> ComposeResult:
        """Show the table, which may be longer than the screen."""
        with VerticalScroll():
            yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        """Draw the table."""
        self.reword()

    def reword(self) -> None:
        """Draw the table in the language spoken now."""
        self.query_one("#keys", Static).update(self._table())
        super().reword()

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        behind = self._behind()
        parts: list[tuple[str, DOMNode]] = [(getattr(behind, "TITLE_CODE", ""), behind)]
        for widget in behind.walk_children():
            code = _WIDGETS.get(type(widget).__name__)
            if code and code not in [known for known, _ in parts]:
                parts.append((code, widget))
        parts.append(("tui.part_everywhere", self.app))
        for code, node in parts:
            table.add_row("", Text(f"\n{self.say(code)}" if code else "", style="bold underline"))
            for keys, text in self._rows(node):
                table.add_row(Text(keys, style="bold"), Text(text))
        return table

    def _rows(self, node: DOMNode) -> list[tuple[str, str]]:
        rows: dict[str, list[str]] = {}
        for key, binding in node._bindings:
            if binding.description.startswith("tui."):
                shown = _shown(key, binding)
                keys = rows.setdefault(binding.description, [])
                keys += [] if shown in keys else [shown]
        return [(" ".join(keys), self.say(code)) for code, keys in rows.items()]

    def _behind(self) -> Screen[Any]:
        stack = [s for s in self.app.screen_stack if isinstance(s, PropScreen) and s is not self]
        return stack[-1] if stack else self.app.screen


def _shown(key: str, binding: Binding) -> str:
    return binding.key_display or key_name(key)
