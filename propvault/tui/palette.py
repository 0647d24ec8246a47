"""The command palette: every key of the screen in front, every screen, every switch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from propvault.tui.session import session_of
from propvault.tui.widgets.key_bar import key_name

_HIDDEN = {"tui.key_move", "tui.key_palette"}


class Commands(Provider):
    """Offers all bindings in force, by what they do."""

    async def discover(self) -> Hits:
        """Offer everything before anything is typed."""
        for text, action in self._all():
            yield DiscoveryHit(Content(text), action, text)

    async def search(self, query: str) -> Hits:
        """Offer what fits; where nothing does, say so, which Textual does in English only."""
        matcher = self.matcher(query)
        found = [(matcher.match(text), text, action) for text, action in self._all()]
        for score, text, action in found:
            if score > 0:
                yield Hit(score, matcher.highlight(text), action)
        if not any(score > 0 for score, _, _ in found):
            yield Hit(1, session_of(self.screen).words.say("search.nothing"), lambda: None)

    def _all(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        words = session_of(self.screen).words
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.description.startswith("tui.") or binding.description in _HIDDEN | seen:
                continue
            seen.add(binding.description)
            key = binding.key_display or key_name(binding.key)
            text = f"{words.say(binding.description)}  ·  {key}"

            async def act(node: DOMNode = active.node, action: str = binding.action) -> None:
                await self.app.run_action(action, node)

            yield text, act
