"""From a photo of the vault to a candidate of a set: its best file, its header, its facts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.errors import PictureError
from propvault.reasons import Reason
from propvault.targets.candidates import Candidate, FileLook
from propvault.values import Capture, PhotoTag, PhotoView, Role, Tag, TagSource, TagState
from propvault.vision.file_look import look_at

# Best to render first: a RAW gives only its embedded preview.
_ROLES = (Role.ORIGINAL, Role.JPEG, Role.EDITED, Role.RAW)


@dataclass(frozen=True)
class Chosen:
    """A photo to export, with why."""

    photo: PhotoView
    """The photo."""
    why: tuple[Reason, ...] = ()
    """Why it was found or picked."""
    role: str | None = None
    """Its role in a collection: subject, material, palette, light, composition, style, scene."""
    place: str = ""
    """Name of the place it was taken at."""
    subject: str = ""
    """What it shows, in a collection."""
    view: str | None = None
    """From where: front, side, back, oblique, detail, context."""
    note: str = ""
    """What a person noted of it."""
    exposure: str = ""
    """Id of the keeper of its *same* group, empty without one."""
    stack: str = ""
    """Id of the face of its stack, empty without one."""
    sharpness: float | None = None
    """As `vision.quality.sharpness`."""
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    """Unit vector ``[dim]`` of the model that answers."""
    is_asked: bool = False
    """Whether the person named this photo."""
    release: str = ""
    """Release by the people or the owner shown, empty for none."""


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
    candidate = Candidate(
        id=photo.id,
        path=path,
        width=photo.width,
        height=photo.height,
        format=format_,
        name=photo.name,
        tags=photo.tags,
        why=chosen.why,
        role=chosen.role,
        subject=chosen.subject,
        view=chosen.view,
        note=chosen.note or photo.note,
        taken=_taken(capture),
        place=chosen.place,
        position=position,
        disk="" if path else next((s.volume for s in photo.sightings), ""),
        exposure=chosen.exposure,
        stack=chosen.stack,
        sharpness=chosen.sharpness,
        vector=chosen.vector,
        is_asked=chosen.is_asked,
        release=chosen.release,
        look=FileLook(creator=capture.creator or "", rights=capture.rights or ""),
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
    stored = [(_ROLES.index(f.role), f) for f in photo.files if f.role in _ROLES and f.stored]
    for _, file in sorted(stored, key=lambda pair: pair[0]):
        if file.stored is not None and file.stored.is_file():
            is_first = photo.id == f"sha256:{file.sha256}"
            return file.stored, photo.format if is_first else file.role.value
    return photo.path, photo.format


def _taken(capture: Capture) -> str:
    if capture.taken_local is None or capture.taken_offset is None:
        return capture.taken_local or ""
    hours, minutes = divmod(abs(capture.taken_offset), 60)
    sign = "-" if capture.taken_offset < 0 else "+"
    return f"{capture.taken_local}{sign}{hours:02d}:{minutes:02d}"
