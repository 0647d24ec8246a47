"""Which photo of a group is kept in sight: rules in order, each decision with its reason. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from propvault.errors import UsageError
from propvault.reasons import Reason

RULES = ("original", "pixels", "sharpest", "least-cropped", "oldest")
"""The rules and their order unless settings name another; a person's choice comes before all."""


@dataclass(frozen=True)
class KeeperFacts:
    """What the rules look at."""

    sha256: str
    """The photo; breaks ties, so that the order is total."""
    is_chosen: bool = False
    """Whether a person said: this one."""
    is_raw: bool = False
    """Whether it has a camera RAW."""
    has_camera: bool = False
    """Whether its metadata names the camera and the moment, which messengers strip."""
    coarseness: float | None = None
    """Mean step of its JPEG quantisation table for luma, 1 to 255: coarser is a re-encode; None
    when there is none or it cannot be read."""
    pixels: int = 0
    """Width times height."""
    sharpness: float | None = None
    """Deviation of the Laplacian of its preview; None when unknown."""
    shown: float = 1.0
    """Least share, 0..1, of another one of the group that it shows: what is cropped shows less."""
    taken: str | None = None
    """Local time it was taken."""
    modified: int = 0
    """Nanoseconds since 1970 at which its file was last changed."""


def best_first(facts: Sequence[KeeperFacts], rules: Sequence[str] = RULES) -> list[KeeperFacts]:
    """Return photos in the order in which they would be kept."""
    return sorted(facts, key=lambda fact: (*_values(fact, rules), fact.sha256))


def why_kept(ordered: Sequence[KeeperFacts], rules: Sequence[str] = RULES) -> Reason:
    """Return the rule by which the first photo was preferred to the second."""
    first, second = ordered[0], ordered[1]
    for rule in ("chosen", *rules):
        if _RANKS[rule](first) != _RANKS[rule](second):
            return _reason(rule, first, second)
    return Reason.of("keeper.alike")


def check_rules(rules: Sequence[str]) -> tuple[str, ...]:
    """Return rules as given.

    Raises:
        UsageError: one is unknown or named twice.
    """
    for position, rule in enumerate(rules):
        if rule not in RULES or rule in rules[:position]:
            raise UsageError("keeper.no_rule", rule=rule, known=", ".join(RULES))
    return tuple(rules)


def _values(fact: KeeperFacts, rules: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_RANKS[rule](fact) for rule in ("chosen", *rules))


def _original(fact: KeeperFacts) -> tuple[Any, ...]:
    # Tables that differ by less than one step in ten come from one quality setting.
    coarse = 99 if fact.coarseness is None else round(fact.coarseness, 1)
    return (not fact.is_raw, not fact.has_camera, coarse)


_RANKS: Mapping[str, Callable[[KeeperFacts], Any]] = {
    "chosen": lambda fact: not fact.is_chosen,
    "original": _original,
    "pixels": lambda fact: -fact.pixels,
    # A tenth more or less is not seen.
    "sharpest": lambda fact: -round((fact.sharpness or 0) ** 0.5 * 2),
    "least-cropped": lambda fact: -round(fact.shown * 20),
    "oldest": lambda fact: (fact.taken or "9", fact.modified),
}
"""Each rule as a value that is smallest for the one to keep."""


def _reason(rule: str, first: KeeperFacts, second: KeeperFacts) -> Reason:
    if rule == "original":
        if first.is_raw != second.is_raw:
            return Reason.of("keeper.raw")
        if first.has_camera != second.has_camera:
            return Reason.of("keeper.camera")
        return Reason.of("keeper.quantisation")
    if rule == "pixels":
        most, next_most = f"{first.pixels / 1e6:.2f}", f"{second.pixels / 1e6:.2f}"
        return Reason.of("keeper.pixels", most=most, next=next_most)
    if rule == "least-cropped":
        return Reason.of("keeper.least_cropped", share=f"{second.shown:.0%}")
    return Reason.of(f"keeper.{rule}")
