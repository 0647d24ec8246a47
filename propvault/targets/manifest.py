"""``manifest.json`` and ``.csv``: what is in a set, where it came from and what was done to it.

Invariant: no clock, no absolute path and no reader's language in it, so that two exports of one
selection are the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from propvault.reasons import Reason, word
from propvault.targets.layouts.folders import ARCHIVES
from propvault.targets.planned import PlannedPhoto, SetPlan
from propvault.targets.rules import MetadataRule
from propvault.targets.words import plain

FILE = "manifest.json"
"""Name of the manifest in a set."""
TABLE = "manifest.csv"
"""Name of its twin for spreadsheets."""
SCHEMA = "propvault.reference-set"
"""What marks a manifest as ours."""
VERSION = 2
"""Raised when a key changes its meaning."""

_MAX_TEXT = 500
_COLUMNS = (
    "number", "file", "role", "subject", "view", "width", "height", "bytes", "sha256",
    "caption_en", "caption_zh", "tags", "taken", "place", "creator", "rights", "people",
    "digital_source_type", "operations", "photo", "source_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class WrittenFile:
    """One file of a set, as it was written."""

    file: str
    """Path in the set's folder."""
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
    creator: str = ""
    """Who took it, empty when nobody knows."""
    rights: str = ""
    """Its rights, empty when nobody knows."""
    source_type: str = ""
    """IPTC digital source type, empty when the origin is not known."""


def manifest_texts(plan: SetPlan, photos: Sequence[WrittenPhoto]) -> dict[str, str]:
    """Return the manifest and its table by file name."""
    preset = plan.preset
    entries = [_photo(photo, preset.metadata) for photo in photos]
    document = {
        "schema": SCHEMA,
        "version": VERSION,
        "preset": {
            "name": preset.name,
            "title": preset.title,
            "vendor": preset.vendor,
            "model": preset.model,
            "gateway": preset.gateway,
            "checked_on": preset.checked_on.isoformat(),
            "sources": list(preset.sources),
            "unverified": list(preset.unverified),
        },
        "set": {
            "title": plain(plan.options.title, _MAX_TEXT),
            "archive": ARCHIVES.get(preset.layout.kind),
            "sidecars": list(plan.options.sidecars.languages) if plan.options.sidecars else [],
            "trigger": plan.trigger if preset.captions.has_trigger else None,
        },
        "photos": entries,
        "refused": [{"photo": r.photo, **_worded(r.reason)} for r in plan.refused],
        "warnings": [_worded(reason) for reason in plan.warnings],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return {FILE: text, TABLE: _table(entries)}


def _photo(photo: WrittenPhoto, keeps: MetadataRule) -> dict[str, Any]:
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
        "name_tag": planned.tag,
        "caption_en": planned.captions["en"],
        "caption_zh": planned.captions["zh"],
        "note": plain(candidate.note, _MAX_TEXT) or None,
        "tags": [plain(tag.name, _MAX_TEXT) for tag in planned.tags],
        "role": "first-frame" if planned.is_frame else candidate.role,
        "subject": plain(candidate.subject, _MAX_TEXT) or None,
        "view": candidate.seen_from,
        "taken": (candidate.taken or None) if keeps.taken else None,
        "place": plain(candidate.place, _MAX_TEXT) or None,
        "creator": plain(photo.creator, _MAX_TEXT) or None,
        "rights": plain(photo.rights, _MAX_TEXT) or None,
        "digital_source_type": photo.source_type or None,
        "people": candidate.people,
        "why": [_worded(reason) for reason in planned.why],
        "findings": [{"rule": f.rule, "outcome": f.outcome, **_worded(f.reason)}
                     for f in planned.findings],
    }  # fmt: skip
    if keeps.gps:
        facts["position"] = list(candidate.position) if candidate.position else None
    return facts


def _table(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return one row per picture; the mark at its start tells spreadsheets that it is UTF-8."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for entry in entries:
        table.writerow([_cell(entry[column]) for column in _COLUMNS])
    return "\ufeff" + stream.getvalue()


def _cell(value: object) -> str:
    text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    # A spreadsheet runs what starts like a formula (OWASP, CSV injection).
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _worded(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "en": word(reason, "en"), "zh": word(reason, "zh")}
