"""The sidebar: facets with their values and how often each is met in the present result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from propvault.tui.messages import TermChosen
from propvault.tui.session import session_of
from propvault.tui.words import fit
from propvault.values import Tag

if TYPE_CHECKING:
    from propvault.jobs.facets import FacetCount
    from propvault.language.concepts import Facet

_FIRST = 8
"""Values shown of an open facet until all are asked for."""


@dataclass(frozen=True)
class _Row:
    """One line of the list."""

    facet: str
    tag: Tag | None = None
    count: int = 0
    more: int = 0


class FacetList(ScrollView, can_focus=True):
    """Facets that open and close, values that narrow, exclude, or do neither."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "facet-list--facet",
        "facet-list--count",
        "facet-list--in",
        "facet-list--out",
        "facet-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "tui.key_move", show=False),
        Binding("down,j", "step(1)", "tui.key_move", show=False),
        Binding("pageup", "step(-10)", "tui.key_page", show=False),
        Binding("pagedown", "step(10)", "tui.key_page", show=False),
        Binding("enter,space", "choose", "tui.key_narrow"),
        Binding("x", "exclude", "tui.key_exclude"),
        Binding("right,l", "open(1)", "tui.key_unfold", show=False),
        Binding("left,h", "open(0)", "tui.key_fold", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name for it
        super().__init__(id=id)
        self._facets: Mapping[str, Facet] = {}
        self._counts: Mapping[str, Sequence[FacetCount]] = {}
        self._chosen: Mapping[str, str] = {}
        self._met: dict[str, Tag] = {}
        self._open: set[str] = {"object", "structure", "material"}
        self._whole: set[str] = set()
        self._rows: list[_Row] = []

    def name_facets(self, facets: Mapping[str, Facet]) -> None:
        """Take the facets in the order they are shown."""
        self._facets = facets
        self._lay()

    def show(self, counts: Mapping[str, Sequence[FacetCount]]) -> None:
        """Show the counts of a result."""
        self._counts = counts
        self._met |= {value.tag.name: value.tag for row in counts.values() for value in row}
        self._lay()

    def choose(self, chosen: Mapping[str, str]) -> None:
        """Show which tags the query narrows to (``in``) and leaves out (``out``)."""
        self._chosen = chosen
        self._lay()

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw the lines that changed and keep the cursor in sight."""
        self.refresh_lines(old)
        self.refresh_lines(new)
        height = self.scrollable_content_region.height
        offset = round(self.scroll_offset.y)
        if not offset <= new < offset + height:
            self.scroll_to(y=new if new < offset else new - height + 1, animate=False, force=True)

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.refresh()

    def on_click(self, event: Click) -> None:
        """Narrow, then exclude, then neither; a facet opens and closes."""
        place = event.y + round(self.scroll_offset.y)
        if place < len(self._rows):
            self.cursor = place
            self.action_choose()

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self.cursor = min(max(0, self.cursor + by), max(0, len(self._rows) - 1))

    def action_choose(self) -> None:
        """Go on to the next state of a value: in, out, neither."""
        row = self._row()
        if row is None:
            return
        if row.tag is None:
            self._fold(row)
            return
        after = {"": "in", "in": "out", "out": ""}[self._chosen.get(row.tag.name, "")]
        self.post_message(TermChosen(row.facet, row.tag.slug, after))

    def action_exclude(self) -> None:
        """Leave out photos with a value, or no longer."""
        row = self._row()
        if row is not None and row.tag is not None:
            is_out = self._chosen.get(row.tag.name) == "out"
            self.post_message(TermChosen(row.facet, row.tag.slug, "" if is_out else "out"))

    def action_open(self, wanted: int) -> None:
        """Open or close the facet under the cursor."""
        row = self._row()
        if row is not None and (row.facet in self._open) != bool(wanted):
            self.cursor = next(i for i, r in enumerate(self._rows) if r.facet == row.facet)
            self._fold(self._rows[self.cursor])

    def render_line(self, y: int) -> Strip:
        """Return one line of the list."""
        width = self.scrollable_content_region.width
        place = y + round(self.scroll_offset.y)
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[place]
        style = self.rich_style
        words = session_of(self).words
        if row.more:
            text, state = words.say("tui.facet_more", count=row.more), "count"
        elif row.tag is None:
            sign = "▾" if row.facet in self._open else "▸"
            facet = self._facets.get(row.facet)
            text, state = f"{sign} {words.facet(facet) if facet else row.facet}", "facet"
        else:
            chosen = self._chosen.get(row.tag.name, "")
            text, state = {"in": "✓ ", "out": "✗ "}.get(chosen, "  ") + words.both(row.tag), chosen
        if state:
            style += self.get_component_rich_style(f"facet-list--{state}")
        if place == self.cursor and self.has_focus:
            style += self.get_component_rich_style("facet-list--cursor")
        count = str(row.count) if row.count else ""
        room = width - cell_len(count) - 2
        dim = (
            style
            if place == self.cursor and self.has_focus
            else (style + self.get_component_rich_style("facet-list--count"))
        )
        return Strip([Segment(fit(text, room) + " ", style), Segment(f"{count} ", dim)], width)

    def _row(self) -> _Row | None:
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    def _fold(self, row: _Row) -> None:
        if row.more:
            self._whole.add(row.facet)
        else:
            self._open ^= {row.facet}
        self._lay()

    def _lay(self) -> None:
        here = self._row()
        rows = []
        for facet in self._facets or self._counts:
            values = list(self._counts.get(facet, ()))
            left_out = self._left_out(facet)
            if not values and not left_out:
                continue
            rows.append(_Row(facet, count=0 if facet in self._open else len(values)))
            rows += [_Row(facet, tag) for tag in left_out]
            if facet in self._open:
                shown = len(values) if facet in self._whole else _FIRST
                rows += [_Row(facet, value.tag, value.count) for value in values[:shown]]
                if len(values) > shown:
                    rows.append(_Row(facet, more=len(values) - shown))
        self._rows = rows
        if here is not None and here.tag is not None:  # a value stays under the cursor
            places = (i for i, row in enumerate(rows) if row.tag == here.tag)
            self.set_reactive(FacetList.cursor, next(places, self.cursor))
        self.virtual_size = Size(self.scrollable_content_region.width, len(rows))
        self.set_reactive(FacetList.cursor, min(self.cursor, max(0, len(rows) - 1)))
        self.refresh()

    def _left_out(self, facet: str) -> list[Tag]:
        """Return what the result has none of because it is left out; from here it comes back."""
        found = {value.tag.name for value in self._counts.get(facet, ())}
        names = (name for name, state in self._chosen.items() if state == "out")
        tags = (self._met[name] for name in names if name in self._met and name not in found)
        return [tag for tag in tags if tag.facet == facet]
