"""What workers tell the screen."""

from __future__ import annotations

from textual.message import Message

from propvault.jobs.search import SearchAnswer
from propvault.reasons import Reason


class Answered(Message):
    """A search has an answer."""

    def __init__(self, answer: SearchAnswer, seconds: float) -> None:
        super().__init__()
        self.answer = answer
        self.seconds = seconds


class Failed(Message):
    """A search could not be answered."""

    def __init__(self, reason: Reason) -> None:
        super().__init__()
        self.reason = reason
