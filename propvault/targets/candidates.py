"""Photos that may go into a set, with the facts that picking and checking need."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from propvault.reasons import Reason
from propvault.targets.words import claimed
from propvault.values import PhotoTag, Tag, TagState

VIEWS = ("front", "oblique", "side", "back", "detail", "context")
"""Views of a subject in the order a set lists them."""

_NOBODY = "nobody"
_VIEW_BY_TAG = {
    **dict.fromkeys(("angle:front", "shot:front"), "front"),
    **dict.fromkeys(("angle:side", "shot:side"), "side"),
    **dict.fromkeys(("angle:back", "shot:back"), "back"),
    **dict.fromkeys(("angle:oblique", "shot:oblique"), "oblique"),
    **dict.fromkeys(
        ("shot:detail", "shot:close-up", "shot:extreme-close-up", "shot:macro"), "detail"
    ),
    **dict.fromkeys(("shot:extreme-wide", "shot:long", "shot:wide", "shot:panorama"), "context"),
}
_A_CAMERA = frozenset(("origin:camera", "origin:phone", "origin:own"))


@dataclass(frozen=True)
class FileLook:
    """What the header of a photo's file says."""

    bytes: int = 0
    """Size of the file."""
    is_turned: bool = False
    """Whether EXIF asks for a turn."""
    is_srgb: bool = True
    """Whether its colours are sRGB already."""
    has_alpha: bool = False
    """Whether it is transparent somewhere, or may be."""
    has_position: bool = False
    """Whether it says where it was taken."""
    has_serials: bool = False
    """Whether it names its camera's serial number or owner."""
    has_camera: bool = False
    """Whether it names a camera."""
    creator: str = ""
    """Who made it, as a person, a sidecar or the file says."""
    rights: str = ""
    """Its rights, as a person, a sidecar or the file says."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What picking goes by, beside the picture itself."""

    why: tuple[Reason, ...] = ()
    """Why it was found or picked, empty for its place in the order alone."""
    role: str | None = None
    """Its role in a collection: subject, material, palette, light, composition, style, scene."""
    subject: str = ""
    """Name of what it shows in a collection."""
    view: str | None = None
    """From where it shows it, as a person said: front, side, back, oblique, detail, context."""
    note: str = ""
    """What a person noted of it."""
    place: str = ""
    """Name of the place it was taken at."""
    exposure: str = ""
    """Id of the keeper of its *same* group; empty without one."""
    stack: str = ""
    """Id of the face of its stack; empty without one."""
    sharpness: float | None = None
    """As `vision.quality.sharpness`, None when not looked at."""
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    """Unit vector ``[dim]`` of the model that answers, None without one."""
    is_asked: bool = False
    """Whether the person named this photo."""
    release: str = ""
    """Release by the people or the owner shown, empty for none."""


@dataclass(frozen=True)
class Candidate(Choice):
    """A photo that may go into the set."""

    id: str
    """``sha256:`` and hex digest."""
    path: Path | None
    """A readable file, None when every disk is offline."""
    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    format: str
    """Format of the file at ``path``, as vision names it."""
    name: str = ""
    """File name it was first seen under."""
    tags: tuple[PhotoTag, ...] = ()
    """Its tags in any state."""
    taken: str = ""
    """Local capture time, ISO 8601, with offset where known."""
    position: tuple[float, float] | None = None
    """Degrees north and east, WGS 84."""
    disk: str = ""
    """Label of the disk it is on, where that is away."""
    look: FileLook = field(default_factory=FileLook)
    """What its file's header says."""

    @property
    def seen_from(self) -> str | None:
        """Return its view: as a person said, else as its tags do, else None."""
        if self.view:
            return self.view
        sure = claimed(self.tags)
        return next((_VIEW_BY_TAG[t.name] for t in sure if t.name in _VIEW_BY_TAG), None)

    @property
    def claims(self) -> tuple[Tag, ...]:
        """Return the tags that may be claimed."""
        return claimed(self.tags)

    @property
    def people(self) -> Literal["shown", "likely", "none", "unknown"]:
        """Return whether its tags say that people are in it."""
        sure = [t for t in self.claims if t.facet == "people"]
        if any(t.slug != _NOBODY for t in sure):
            return "shown"
        if sure:
            return "none"
        likely = (t.tag for t in self.tags if t.state is TagState.SUGGESTED)
        is_likely = any(t.facet == "people" and t.slug != _NOBODY for t in likely)
        return "likely" if is_likely else "unknown"

    @property
    def source_type(self) -> str:
        """Return its IPTC digital source type; empty when the origin is not known."""
        origins = {t.name for t in self.claims if t.facet == "origin"}
        if "origin:generated" in origins:
            return "trainedAlgorithmicMedia"
        is_capture = bool(origins & _A_CAMERA) if origins else self.look.has_camera
        return "digitalCapture" if is_capture else ""
