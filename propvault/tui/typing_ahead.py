"""Keys in turn: what is typed ahead waits until the key before it has had its effect.

Textual gives a character to the focused field at once, but looks for the binding of any other key
only after the event has bubbled through the queue of each ancestor up to the app. Left to itself a
letter therefore overtakes the ``^u``, the slash or the key opening a dialog that came before it,
and lands in a field about to be cleared, or acts on the photos instead of being written.
"""

from __future__ import annotations

import asyncio
from collections import deque

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event, Key, Paste
from textual.message import Message

_PATIENCE = 0.1
"""Seconds until a turn is taken for lost with the widget that it went through."""
_PASSES = 2
"""The first comes back behind the key itself, the second behind what its action caused: a focus
moved, a field's answer, a dialog composed."""


class Turn(Message):
    """Bubbles to the app along the way of a key, behind it."""

    def __init__(self, key: int, passes: int) -> None:
        super().__init__()
        self.key = key
        """Which key it is sent behind, counted from the start."""
        self.passes = passes
        """How many passes are still to be made, this one with them."""


class TypingAhead(App[None]):
    """An app that hands on one key, or one pasted text, at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Key | Paste] = deque()
        self._keys = 0
        self._passes = 0
        self._lost: asyncio.TimerHandle | None = None

    async def on_event(self, event: Event) -> None:
        """Hand on a key when its turn comes, anything else at once."""
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if not self._passes:
            await self._hand_on()

    async def _hand_on(self) -> None:
        event = self._typed.popleft()
        to = self.focused or self.screen
        await super().on_event(event)
        self._keys += 1
        self._pass(to, _PASSES)

    async def on_turn(self, turn: Turn) -> None:
        """Go on to the next pass, then to the next key."""
        turn.stop()
        if (turn.key, turn.passes) != (self._keys, self._passes) or not self.screen_stack:
            return  # it was taken for lost and sent again, or the app is closing
        if turn.passes > 1:
            self._pass(self.focused or self.screen, turn.passes - 1)
            return
        self._passes = 0
        self._expect_none()
        if self._typed:
            await self._hand_on()

    def _pass(self, through: DOMNode, passes: int) -> None:
        self._passes = passes
        through.post_message(Turn(self._keys, passes))
        self._expect_none()
        self._lost = asyncio.get_running_loop().call_later(_PATIENCE, self._pass_again)

    def _expect_none(self) -> None:
        if self._lost is not None:
            self._lost.cancel()

    def _pass_again(self) -> None:
        if self.is_running and self.screen_stack:
            self._pass(self.focused or self.screen, self._passes)
