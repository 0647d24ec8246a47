"""Each rule of a preset held against a photo: it passes, can be made to, or is refused.

Invariant: a rule that nobody could verify warns; it neither passes in silence nor refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from propvault.reasons import Reason
from propvault.targets.candidates import Candidate
from propvault.targets.rules import Preset
from propvault.targets.sizing import Sizing

Outcome = Literal["fix", "warn", "refuse"]


@dataclass(frozen=True)
class Finding:
    """What one rule says of one photo; a rule that passes leaves none."""

    rule: str
    """Name of the rule, such as ``limits.max_side``."""
    outcome: Outcome
    """What follows."""
    reason: Reason
    """What is wrong, or what is done about it."""


def check_photo(preset: Preset, photo: Candidate, sizing: Sizing) -> tuple[Finding, ...]:
    """Return what stands between a photo and the target, the gravest first."""
    found = (
        *_availability(photo), *_people(preset, photo), *_size(preset, photo, sizing),
        *_fixes(preset, photo), *_metadata(preset, photo),
    )  # fmt: skip
    order: Sequence[Outcome] = ("refuse", "warn", "fix")
    return tuple(sorted(found, key=lambda finding: order.index(finding.outcome)))


def refusal(findings: Sequence[Finding]) -> Reason | None:
    """Return the first reason to refuse, None when there is none."""
    return next((f.reason for f in findings if f.outcome == "refuse"), None)


def size_findings(preset: Preset, size: tuple[int, int]) -> Iterator[Finding]:
    """Check a final size against sides and aspect."""
    limits, (width, height) = preset.limits, size
    if limits.exact_sizes and size not in limits.exact_sizes:
        known = ", ".join(f"{w}x{h}" for w, h in limits.exact_sizes)
        reason = Reason.of("target.not_exact", width=width, height=height, sizes=known)
        yield _judged(preset, "limits.exact_sizes", reason)
    if min(size) < (limits.min_side or 1):
        least = limits.min_side or 1
        reason = Reason.of("target.too_small", width=width, height=height, least=least)
        yield _judged(preset, "limits.min_side", reason)
    low, high = limits.min_aspect or 0.0, limits.max_aspect or float("inf")
    if not low <= width / height <= high:
        reason = Reason.of(
            "target.aspect", width=width, height=height, aspect=f"{width / height:.3g}",
            least=f"{low:g}", most=f"{high:g}",
        )  # fmt: skip
        yield _judged(preset, "limits.aspect", reason)


def _judged(preset: Preset, rule: str, reason: Reason) -> Finding:
    outcome: Outcome = "warn" if preset.confidence_of(rule) == "unverified" else "refuse"
    return Finding(rule, outcome, reason)


def _availability(photo: Candidate) -> Iterator[Finding]:
    if photo.path is None and photo.disk:
        yield Finding("file", "refuse", Reason.of("target.offline_disk", disk=photo.disk))
    elif photo.path is None:
        yield Finding("file", "refuse", Reason.of("target.offline"))


def _people(preset: Preset, photo: Candidate) -> Iterator[Finding]:
    rule, policy, people = "people.policy", preset.people.policy, photo.people
    if policy == "require" and people != "shown":
        yield Finding(rule, "warn" if people == "likely" else "refuse", Reason.of("people.none"))
    if policy in ("allow", "require") or people in ("none", "unknown"):
        return
    if policy in ("ask", "consent") and photo.release:
        return
    if policy == "refuse" and people == "shown":
        yield _judged(preset, rule, Reason.of("people.refused"))
    elif policy == "refuse":
        yield Finding(rule, "warn", Reason.of("people.likely_refused"))
    elif policy == "consent":
        yield Finding(rule, "warn", Reason.of("people.consent"))
    else:
        yield Finding(rule, "warn", Reason.of("people.ask"))


def _size(preset: Preset, photo: Candidate, sizing: Sizing) -> Iterator[Finding]:
    whole = (photo.width, photo.height)
    if min(whole) < 1:
        reason = Reason.of("target.too_small", width=whole[0], height=whole[1], least=1)
        yield Finding("limits.min_side", "refuse", reason)
        return
    yield from size_findings(preset, sizing.size)
    if sizing.is_enlarged:
        yield Finding("limits.exact_sizes", "warn", _resize("fix.enlarge", whole, sizing.size))
    elif sizing.fit == "scale" and sizing.size != whole:
        yield Finding("limits.max_side", "fix", _resize("fix.reduce", whole, sizing.size))
    if sizing.fit != "scale":
        rule = "limits.exact_sizes" if preset.limits.exact_sizes else "limits.aspect"
        yield Finding(rule, "fix", _resize(f"fix.{sizing.fit}", whole, sizing.size))


def _fixes(preset: Preset, photo: Candidate) -> Iterator[Finding]:
    look, limits = photo.look, preset.limits
    if look.is_turned:
        yield Finding("picture.turn", "fix", Reason.of("fix.turn"))
    if not look.is_srgb:
        yield Finding("picture.srgb", "fix", Reason.of("fix.srgb"))
    if look.has_alpha and not preset.picture.keep_alpha:
        yield Finding("picture.keep_alpha", "fix", Reason.of("fix.flatten"))
    if photo.format not in limits.formats:
        reason = Reason.of("fix.encode", format=photo.format, to=preset.picture.format)
        yield Finding("limits.formats", "fix", reason)


def _metadata(preset: Preset, photo: Candidate) -> Iterator[Finding]:
    keeps, look = preset.metadata, photo.look
    if look.has_position and not keeps.gps:
        yield Finding("metadata.gps", "fix", Reason.of("fix.no_position"))
    elif look.has_position and preset.is_cloud:
        yield Finding("metadata.gps", "warn", Reason.of("gate.position"))
    if look.has_serials and not keeps.serials:
        yield Finding("metadata.serials", "fix", Reason.of("fix.no_serials"))
    elif look.has_serials and preset.is_cloud:
        yield Finding("metadata.serials", "warn", Reason.of("gate.serials"))


def _resize(code: str, before: tuple[int, int], after: tuple[int, int]) -> Reason:
    return Reason.of(code, width=before[0], height=before[1], to_width=after[0], to_height=after[1])
