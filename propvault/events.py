"""What jobs yield while they work: values that a front end draws, never text.

A newer `Progress` may replace an older one; every other event is to be kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from propvault.reasons import Reason


@dataclass(frozen=True)
class Progress:
    """How far a job is; yielded at most a few times a second."""

    stage: str
    """What is being done: ``look``, ``read``, ``encode``, ``render``; ``download`` counts bytes."""
    done: int
    """Files finished so far."""
    total: int | None
    """Files in all; None while still counting."""
    seconds: float
    """Since the job began."""
    skipped: int = 0
    """Files that failed so far."""

    @property
    def rate(self) -> float:
        """Return files per second since the job began, 0 when nothing is done."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Return an estimate of the time left at the present rate, None when unknown."""
        if self.total is None or not self.rate:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


@dataclass(frozen=True)
class Skipped:
    """One file that was left out, and why."""

    path: str
    """The path as given or found; not yet safe to print."""
    reason: Reason
    """Why."""


@dataclass(frozen=True)
class Notice:
    """Something the person should know; nothing failed."""

    reason: Reason
    """What to say."""
