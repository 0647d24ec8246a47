"""A preset explained rule by rule, with how sure each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from propvault.reasons import Reason
from propvault.targets.rules import Confidence, Preset


@dataclass(frozen=True)
class RuleLine:
    """One rule of a preset."""

    rule: str
    """Its name, such as ``limits.max_mb``."""
    value: str | None
    """What it says; None when nobody could find out."""
    confidence: Confidence
    """How sure it is."""

    @property
    def label(self) -> Reason:
        """Return what the rule is called."""
        return Reason.of(label_of(self.rule))


def label_of(rule: str) -> str:
    """Return the code of what a rule such as ``limits.max_mb`` is called."""
    return "rule." + rule.replace(".", "_")


def rule_lines(preset: Preset) -> tuple[RuleLine, ...]:
    """Return the rules that the preset has or may have, in the order people ask for them."""
    found = dict(_values(preset))
    for rule in preset.unverified:
        found.setdefault(rule, None)
    order = {rule: place for place, rule in enumerate(_ORDER)}
    names = sorted(found, key=lambda rule: order.get(rule, len(order)))
    return tuple(RuleLine(name, found[name], preset.confidence_of(name)) for name in names)


_ORDER = (
    "counts.max", "counts.min", "counts.advised", "counts.subjects", "counts.per_subject",
    "counts.per_role", "counts.people", "counts.things", "counts.budgets", "counts.with_video",
    "counts.first_frame", "limits.formats", "limits.max_mb", "limits.max_base64_mb",
    "limits.total_mb", "limits.exact_sizes", "limits.min_side", "limits.max_side",
    "limits.max_megapixels", "limits.total_megapixels", "limits.aspect", "naming.token",
    "prompt.limits", "people.policy", "delivery",
)  # fmt: skip


def _values(preset: Preset) -> Iterator[tuple[str, str | None]]:
    yield from _counts(preset)
    yield from _limits(preset)
    if preset.naming.token:
        yield "naming.token", " · ".join(dict.fromkeys(preset.naming.token.values()))
    if preset.prompt.limits:
        yield (
            "prompt.limits",
            ", ".join(
                f"{p.max} {p.unit}" + (f" ({p.language})" if p.language else "")
                for p in preset.prompt.limits
            ),
        )
    if preset.people.policy != "allow":
        yield "people.policy", preset.people.policy
    yield "delivery", ", ".join(preset.delivery)


def _counts(preset: Preset) -> Iterator[tuple[str, str | None]]:
    counts = preset.counts
    for name in ("min", "max", "advised", "per_subject", "subjects", "people", "things",
                 "with_video"):  # fmt: skip
        value = getattr(counts, name)
        if value is not None and (name, value) != ("min", 1):
            yield f"counts.{name}", str(value)
    if counts.per_role:
        yield "counts.per_role", ", ".join(f"{r} {n}" for r, n in counts.per_role.items())
    if counts.budgets:
        yield "counts.budgets", ", ".join(f"{b.max}: {' + '.join(b.of)}" for b in counts.budgets)
    if counts.first_frame != "none":
        yield "counts.first_frame", counts.first_frame


def _limits(preset: Preset) -> Iterator[tuple[str, str | None]]:
    limits = preset.limits
    if "limits.formats" not in preset.unverified:
        yield "limits.formats", ", ".join(limits.formats)
    for name in ("max_mb", "max_base64_mb", "total_mb", "max_megapixels", "total_megapixels",
                 "min_side", "max_side", "multiple_of"):  # fmt: skip
        value = getattr(limits, name)
        if value is not None:
            yield f"limits.{name}", f"{value:g}"
    if limits.exact_sizes:
        yield "limits.exact_sizes", ", ".join(f"{w}×{h}" for w, h in limits.exact_sizes)
    if limits.min_aspect is not None or limits.max_aspect is not None:
        low, high = limits.min_aspect or 0.0, limits.max_aspect or float("inf")
        yield "limits.aspect", f"{low:g} – {high:g}"
