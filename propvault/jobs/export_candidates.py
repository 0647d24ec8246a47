"""From a photo of the vault to a candidate of a set: its best file, its header, its facts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from pathlib import Path

from propvault.errors import PictureError
from propvault.reasons import Reason
from propvault.targets.candidates import Candidate, Choice, FileLook
from propvault.values import Capture, PhotoTag, PhotoView, Role, Tag, TagSource, TagState
from propvault.vision.file_look import look_at

# Best to render first: a RAW gives only its embedded preview.
_ROLES = (Role.ORIGINAL, Role.JPEG, Role.EDITED, Role.RAW)


@dataclass(frozen=True)
class Chosen(Choice):
    """A photo to export, with why."""

    photo: PhotoView
    """The photo."""


def claiming(photo: PhotoView, named: Collection[Tag]) -> PhotoView:
    """Return the photo with what the person searched for, and got, as its own.

    Whoever exports the hits of "bamboo chair" says that they are bamboo chairs: such a tag counts
    as applied even where the tagger only found it likely, and goes before the tagger's other
    guesses of its facet, which are left out.
    """
    asked = [t for t in photo.tags if t.tag in named and t.state is not TagState.REJECTED]
    facets = {t.tag.facet for t in asked}
    others = [
        t
        for t in photo.tags
        if t not in asked and not (t.source is TagSource.AUTO and t.tag.facet in facets)
    ]
    claimed = [replace(t, state=TagState.APPLIED) if _is_likely(t) else t for t in asked]
    return replace(photo, tags=(*claimed, *others))


def candidate_of(chosen: Chosen) -> tuple[Candidate, Reason | None]:
    """Return a photo as a candidate, and why its file cannot be opened if it cannot."""
    photo = chosen.photo
    path, format_ = _source(photo)
    capture = photo.capture
    position = None
    if capture.latitude is not None and capture.longitude is not None:
        position = (capture.latitude, capture.longitude)
    choice = {each.name: getattr(chosen, each.name) for each in fields(Choice)}
    candidate = Candidate(
        id=photo.id,
        path=path,
        width=photo.width,
        height=photo.height,
        format=format_,
        name=photo.name,
        tags=photo.tags,
        taken=_taken(capture),
        position=position,
        disk="" if path else next((s.volume for s in photo.sightings), ""),
        look=FileLook(creator=capture.creator or "", rights=capture.rights or ""),
        **choice | {"note": chosen.note or photo.note},
    )
    return _with_header(candidate)


def _with_header(candidate: Candidate) -> tuple[Candidate, Reason | None]:
    if candidate.path is None:
        return candidate, None
    try:
        seen = look_at(candidate.path)
    except PictureError as error:
        return candidate, error.reason
    look = FileLook(
        bytes=seen.bytes,
        is_turned=seen.is_turned,
        is_srgb=seen.is_srgb,
        has_alpha=seen.has_alpha,
        has_position=seen.has_position,
        has_serials=seen.has_serials,
        has_camera=seen.has_camera,
        creator=candidate.look.creator or seen.creator,
        rights=candidate.look.rights or seen.rights,
    )
    width, height = seen.size
    return replace(candidate, width=width, height=height, format=seen.format, look=look), None


def _is_likely(tag: PhotoTag) -> bool:
    return tag.state is TagState.SUGGESTED


def _source(photo: PhotoView) -> tuple[Path | None, str]:
    """Return the best readable file of a photo and its format."""
    stored = [f for f in photo.files if f.role in _ROLES and f.stored and f.stored.is_file()]
    if not stored:
        return photo.path, photo.format
    best = min(stored, key=lambda file: _ROLES.index(file.role))
    is_first = photo.id == f"sha256:{best.sha256}"
    return best.stored, photo.format if is_first else best.role.value


def _taken(capture: Capture) -> str:
    if capture.taken_local is None or capture.taken_offset is None:
        return capture.taken_local or ""
    hours, minutes = divmod(abs(capture.taken_offset), 60)
    sign = "-" if capture.taken_offset < 0 else "+"
    return f"{capture.taken_local}{sign}{hours:02d}:{minutes:02d}"
