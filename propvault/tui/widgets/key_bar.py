"""The bottom line: the keys that work here, in the person's language; a click presses one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import ActiveBinding
from textual.events import Click
from textual.strip import Strip
from textual.widget import Widget

from propvault.tui.session import session_of

_NAMES = {
    "space": "␣", "enter": "⏎", "escape": "esc", "slash": "/", "question_mark": "?",
    "comma": ",", "left": "←", "right": "→", "up": "↑", "down": "↓", "plus": "+", "minus": "-",
    "equals_sign": "=", "backspace": "⌫", "left_square_bracket": "[", "right_square_bracket": "]",
    "less_than_sign": "<", "greater_than_sign": ">", "pageup": "PgUp", "pagedown": "PgDn",
    "home": "Home", "end": "End", "tab": "⇥", "full_stop": ".", "delete": "Del",
}  # fmt: skip

_ALWAYS = ("tui.key_back", "tui.key_help", "tui.key_palette")


def key_name(key: str) -> str:
    """Return how a key is written: ``ctrl+p`` is ``^p``, an upper-case letter is itself."""
    key = key.removeprefix("shift+") if len(key.removeprefix("shift+")) == 1 else key
    if key.startswith("ctrl+"):
        return f"^{key.removeprefix('ctrl+')}"
    return _NAMES.get(key, key)


@dataclass(frozen=True)
class _Entry:
    """One key as it is listed."""

    key: str
    text: str
    active: ActiveBinding

    @property
    def length(self) -> int:
        return cell_len(self.key) + cell_len(self.text) + 3


class KeyBar(Widget):
    """Lists the bindings in force that are meant to be seen, as many as fit."""

    DEFAULT_CSS = "KeyBar { height: 1; }"
    COMPONENT_CLASSES = {"key-bar--key", "key-bar--text"}  # noqa: RUF012 — Textual's own form

    def on_mount(self) -> None:
        """Follow the focus: other widgets have other keys."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 — it has one line
        """Return the line."""
        key_style = self.get_component_rich_style("key-bar--key")
        text_style = self.get_component_rich_style("key-bar--text")
        segments: list[Segment] = []
        for entry in self._laid():
            segments += [
                Segment(f" {entry.key}", key_style),
                Segment(f" {entry.text} ", text_style),
            ]
        used = sum(segment.cell_length for segment in segments)
        return Strip([*segments, Segment(" " * (self.size.width - used), text_style)])

    async def on_click(self, event: Click) -> None:
        """Do what the key would."""
        at = 0
        for entry in self._laid():
            if at <= event.x < at + entry.length:
                await self.app.run_action(entry.active.binding.action, entry.active.node)
                return
            at += entry.length

    def _laid(self) -> list[_Entry]:
        """Return what fits; the way back, help and palette always do: they lead to all else."""
        entries = list(self._entries())
        if getattr(self.screen, "OWN_KEYS_FIRST", False):
            entries.sort(key=_is_shared)
        last = [e for e in entries if e.active.binding.description in _ALWAYS]
        room = self.size.width - sum(entry.length for entry in last)
        laid = []
        for entry in (e for e in entries if e not in last):
            if entry.length > room:
                break
            room -= entry.length
            laid.append(entry)
        return laid + last

    def _entries(self) -> Iterator[_Entry]:
        words = session_of(self).words
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not (binding.show and active.enabled and binding.description):
                continue
            if binding.description not in seen:
                seen.add(binding.description)
                key = binding.key_display or key_name(binding.key)
                yield _Entry(key, words.say(binding.description), active)


def _is_shared(entry: _Entry) -> bool:
    """Return whether a screen has a key in common with others."""
    own = vars(type(entry.active.node)).get("BINDINGS", ())
    code = entry.active.binding.description
    return code not in {getattr(binding, "description", "") for binding in own}
