"""Moments as they are kept, ISO 8601 UTC to the second, and as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return this moment as it is kept: ``2026-01-13T09:42:05Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def on_the_wall(moment: str) -> str:
    """Return a kept moment as the clock on this computer's wall showed it, to the minute."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")
