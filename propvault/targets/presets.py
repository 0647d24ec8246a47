"""Export presets: found, read and checked for contradictions.

Invariant: code knows rules, presets know numbers. No vendor's figure is written in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_args

from propvault.errors import LibraryError, UsageError
from propvault.resources import library_folder
from propvault.targets.rules import (
    ROLES,
    Confidence,
    Counts,
    Delivery,
    Limits,
    Naming,
    Preset,
    PromptRule,
)
from propvault.targets.strict import read_table, wrong_value

__all__ = ["Preset", "find_preset", "preset_files", "read_preset", "through_gateway"]

CORE = (
    "counts.max", "limits.formats", "limits.max_mb", "limits.min_side", "limits.max_side",
    "limits.aspect", "prompt.limits", "people.policy",
)  # fmt: skip
"""What a cloud target's preset has to speak of: by a value, in ``unverified`` or ``no_rule``."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_UNNUMBERED = ("sources", "note", "request", "gateways", "confidence", "unverified", "no_rule")


def read_preset(path: Path) -> Preset:
    """Read one preset; its name is the file's stem.

    Raises:
        LibraryError: naming the file and the key that is wrong.
    """
    if not _NAME.fullmatch(path.stem):
        raise LibraryError("target.preset_bad_name", path=str(path), name=path.stem)
    preset = read_table(path, Preset, name=path.stem)
    for key, expected in _contradictions(preset):
        raise wrong_value(path, key, expected)
    return preset


def preset_files(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Return preset files by name, sorted; a later folder wins, all win over the shipped ones."""
    found: dict[str, Path] = {}
    for folder in (library_folder() / "presets", *folders):
        # "._name" is what macOS leaves beside a file on foreign disks
        found |= {p.stem: p for p in folder.glob("*.toml") if not p.name.startswith(".")}
    return dict(sorted(found.items()))


def find_preset(name: str, folders: Sequence[Path] = ()) -> Preset:
    """Read the preset called ``name``.

    Raises:
        UsageError: there is none; lists those there are.
        LibraryError: it is there and wrong.
    """
    files = preset_files(folders)
    if name not in files:
        raise UsageError("target.preset_not_found", name=name, known=", ".join(files))
    return read_preset(files[name])


def through_gateway(preset: Preset, name: str) -> Preset:
    """Return the preset with the rules of another way to its model.

    Raises:
        UsageError: it knows none of that name; lists those it knows.
    """
    other = preset.gateways.get(name)
    if other is None:
        known = ", ".join(preset.gateways) or "-"
        raise UsageError("target.gateway_not_found", name=name, preset=preset.name, known=known)
    sure: dict[str, Confidence] = dict(preset.confidence)
    changed = {
        "naming.token": bool(other.token), "counts.max": other.max is not None,
        "limits.max_mb": other.max_mb is not None, "prompt.limits": bool(other.prompt),
    }  # fmt: skip
    sure |= {rule: other.confidence for rule, is_changed in changed.items() if is_changed}
    return replace(
        preset,
        gateway=other.title,
        confidence=sure,
        unverified=tuple(r for r in preset.unverified if not changed.get(r)),
        naming=replace(preset.naming, token=other.token or preset.naming.token),
        counts=replace(preset.counts, max=other.max or preset.counts.max),
        limits=replace(preset.limits, max_mb=other.max_mb or preset.limits.max_mb),
        prompt=replace(preset.prompt, limits=other.prompt or preset.prompt.limits),
    )


def rule_names() -> frozenset[str]:
    """Return the names that ``confidence``, ``unverified`` and ``no_rule`` may use."""
    tables = {"counts": Counts, "limits": Limits, "prompt": PromptRule, "naming": Naming}
    names = {f"{table}.{f.name}" for table, kind in tables.items() for f in fields(kind)}
    return frozenset(names | {"limits.aspect", "people.policy", "delivery", "request", "default"})


def _contradictions(preset: Preset) -> Iterator[tuple[str, str]]:
    """Yield (key, what was expected) for values that are each well-formed and cannot hold."""
    pairs = (
        ("counts.min", preset.counts.min, preset.counts.max),
        ("limits.min_side", preset.limits.min_side, preset.limits.max_side),
        ("limits.min_aspect", preset.limits.min_aspect, preset.limits.max_aspect),
    )
    for key, low, high in pairs:
        if low is not None and high is not None and low > high:
            yield key, f"at most {high}"
    tables = {f.name: getattr(preset, f.name) for f in fields(preset)}
    for name, table in tables.items():
        if name not in _UNNUMBERED:
            yield from _not_above_zero(table, name)
    yield from _contradictions_of_names(preset)
    yield from _contradictions_of_rules(preset)


def _not_above_zero(value: Any, key: str) -> Iterator[tuple[str, str]]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _not_above_zero(getattr(value, field.name), f"{key}.{field.name}")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _not_above_zero(item, f"{key}.{name}")
    elif isinstance(value, tuple):
        for item in value:
            yield from _not_above_zero(item, key)
    elif isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
        yield key, "a number above 0"


def _contradictions_of_names(preset: Preset) -> Iterator[tuple[str, str]]:
    known = rule_names()
    for grade in ("confidence", "unverified", "no_rule"):
        for name in getattr(preset, grade):
            if name not in known:
                yield f"{grade}.{name}", "the name of a rule"
    tokens = {"naming": preset.naming.token}
    tokens |= {f"gateways.{name}": g.token for name, g in preset.gateways.items()}
    for table, token in tokens.items():
        for language, template in token.items():
            if _PLACEHOLDER.findall(template) not in (["n"], ["tag"], ["subject"]):
                yield f"{table}.token.{language}", "exactly one of {n}, {tag} and {subject}"
    for role in preset.counts.per_role:
        if role not in ROLES:
            yield f"counts.per_role.{role}", " | ".join(ROLES)


def _contradictions_of_rules(preset: Preset) -> Iterator[tuple[str, str]]:
    picture, naming = preset.picture, preset.naming
    if picture.format not in preset.limits.formats:
        yield "picture.format", "one of limits.formats"
    if not 1 <= picture.quality <= 95:  # above 95 a JPEG only grows (Pillow's documentation)
        yield "picture.quality", "1 to 95"
    if naming.tag_max < max(naming.tag_min, 8):
        yield "naming.tag_max", "at least naming.tag_min, and 8 to leave room for a number"
    if any(len(size) != 2 for size in preset.limits.exact_sizes):
        yield "limits.exact_sizes", "pairs of width and height"
    if not preset.delivery:
        yield "delivery", " | ".join(get_args(Delivery))
