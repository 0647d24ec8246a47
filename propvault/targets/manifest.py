"""``manifest.json``: what is in a reference set, where it came from and what was done to it.

Invariant: no clock, no absolute path and no reader's language in it, so that two exports of one
selection are the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from propvault.reasons import Reason, word
from propvault.targets.plan import PlannedPhoto, SetPlan
from propvault.targets.presets import MetadataRule
from propvault.targets.words import plain

FILE = "manifest.json"
"""Name of the manifest in a set."""
SCHEMA = "propvault.reference-set"
"""What marks a manifest as ours."""
VERSION = 1
"""Raised when a key changes its meaning."""

_MAX_TEXT = 500


@dataclass(frozen=True)
class WrittenFile:
    """One file of a set, as it was written."""

    file: str
    """Name in the set's folder."""
    bytes: int
    """Size."""
    sha256: str
    """Hex digest."""


@dataclass(frozen=True)
class WrittenPhoto:
    """One picture of a set, as it was written."""

    planned: PlannedPhoto
    """Its plan."""
    written: WrittenFile
    """The file."""
    size: tuple[int, int]
    """Width and height, pixels."""
    operations: tuple[str, ...]
    """What was done to the pixels, in order; ``("copy",)`` when nothing was."""
    source_sha256: str
    """Hex digest of the bytes it was made from."""


def manifest_text(
    plan: SetPlan, photos: Sequence[WrittenPhoto], texts: Sequence[WrittenFile], query: str = ""
) -> str:
    """Return the manifest as JSON text with a final newline."""
    preset = plan.preset
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "preset": {
            "name": preset.name,
            "title": preset.title,
            "vendor": preset.vendor,
            "model": preset.model,
            "checked_on": preset.checked_on.isoformat(),
            "sources": list(preset.sources),
        },
        "query": plain(query, _MAX_TEXT),
        "photos": [_photo(photo, preset.metadata) for photo in photos],
        "texts": [vars(text) for text in texts],
        "warnings": [_worded(reason) for reason in plan.warnings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def listed_files(text: str | bytes) -> dict[str, str] | None:
    """Return file names and hex digests of a manifest of ours, None when it is not one.

    Names that would lead out of the set's folder make it not ours.
    """
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            return None
        listed = {str(f["file"]): str(f["sha256"]) for f in document["photos"] + document["texts"]}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if any(set(name) & set("/\\:\0") or name in ("", ".", "..") for name in listed):
        return None
    return listed


def _photo(photo: WrittenPhoto, keeps: MetadataRule) -> Mapping[str, Any]:
    planned, candidate = photo.planned, photo.planned.candidate
    facts: dict[str, Any] = {
        "number": planned.number,
        "photo": candidate.id,
        **vars(photo.written),
        "source_sha256": photo.source_sha256,
        "width": photo.size[0],
        "height": photo.size[1],
        "operations": list(photo.operations),
        "tokens": dict(planned.tokens),
        "captions": dict(planned.captions),
        "tags": [plain(tag.name, _MAX_TEXT) for tag in planned.tags],
        "role": candidate.role,
        "taken": (candidate.taken or None) if keeps.taken else None,
        "place": plain(candidate.place, _MAX_TEXT) or None,
        "why": [_worded(reason) for reason in planned.why],
    }
    if keeps.gps:
        facts["position"] = list(candidate.position) if candidate.position else None
    return facts


def _worded(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "en": word(reason, "en"), "zh": word(reason, "zh")}
