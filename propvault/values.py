"""Values that cross layers: what a picture says about itself, photos, tags, hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from propvault.reasons import Reason

OffsetSource = Literal["exif", "gps", "place", "person", "none"]


class Role(StrEnum):
    """What a file is to its photo."""

    ORIGINAL = "original"
    RAW = "raw"
    JPEG = "jpeg"
    LIVE = "live"
    EDITED = "edited"
    SIDECAR = "sidecar"


class TagSource(StrEnum):
    """Who applied a tag, strongest first."""

    PERSON = "person"
    SIDECAR = "sidecar"
    COMPUTED = "computed"
    AUTO = "auto"


class TagState(StrEnum):
    """How sure a tag is; the last two are a person's verdict."""

    APPLIED = "applied"
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class BoardRole(StrEnum):
    """What a photo of a collection is there for."""

    SUBJECT = "subject"
    MATERIAL = "material"
    PALETTE = "palette"
    LIGHT = "light"
    COMPOSITION = "composition"
    STYLE = "style"
    SCENE = "scene"


class BoardView(StrEnum):
    """From where a photo of a collection shows its subject."""

    FRONT = "front"
    SIDE = "side"
    BACK = "back"
    OBLIQUE = "oblique"
    DETAIL = "detail"
    CONTEXT = "context"


@dataclass(frozen=True)
class Member:
    """A photo's place in a collection."""

    row: int
    """The photo's row."""
    role: BoardRole | None = None
    """What it is there for; None when nobody said."""
    subject: str = ""
    """Name of the thing it shows, the same for all views of that thing."""
    view: BoardView | None = None
    """From where; None when nobody said."""
    note: str = ""
    """What a person noted of it here."""


@dataclass(frozen=True)
class Collection:
    """Ordered photos under a name: picked by hand (a board), or a trip found by time and place."""

    name: str
    """As a person wrote it."""
    kind: Literal["hand", "trip"]
    """Who filled it."""
    members: tuple[Member, ...] = ()
    """In order."""


@dataclass(frozen=True)
class Capture:
    """When, where and with what a picture was taken, as far as its metadata can be believed."""

    taken_local: str | None = None
    """Local wall time, ISO 8601 without zone: ``2026-01-13T17:42:05`` with optional fraction."""
    taken_offset: int | None = None
    """Minutes east of UTC; None when unknown."""
    offset_source: OffsetSource = "none"
    """Where the offset came from."""
    latitude: float | None = None
    """Degrees north, WGS 84."""
    longitude: float | None = None
    """Degrees east, WGS 84."""
    altitude: float | None = None
    """Metres above sea level."""
    bearing: float | None = None
    """Direction of view, degrees clockwise from true north, 0 to 360."""
    camera: str | None = None
    """Make and model, the make not repeated."""
    lens: str | None = None
    """Lens model."""
    exposure: float | None = None
    """Exposure time in seconds."""
    f_number: float | None = None
    """Aperture, f-number."""
    iso: int | None = None
    """ISO speed."""
    focal: float | None = None
    """Focal length in millimetres, as written by the camera."""
    rating: int | None = None
    """Stars, 0 to 5, from XMP."""
    subjects: tuple[str, ...] = ()
    """Keywords (XMP dc:subject), in file order."""
    hierarchies: tuple[str, ...] = ()
    """The same below what they belong to (lr:hierarchicalSubject): ``material|bamboo``."""
    creator: str | None = None
    """Who made the picture."""
    rights: str | None = None
    """Copyright or licence."""
    notes: tuple[Reason, ...] = ()
    """What was dropped as not believable, and why."""


@dataclass(frozen=True)
class Tag:
    """One concept: ``facet:slug`` with a Chinese and an English name."""

    facet: str
    """Dimension of description, such as ``material``."""
    slug: str
    """Stable name within the facet, ASCII for shipped concepts."""
    zh: str = ""
    """Chinese name."""
    en: str = ""
    """English name."""

    @property
    def name(self) -> str:
        """Return ``facet:slug``."""
        return f"{self.facet}:{self.slug}"

    @property
    def both_names(self) -> str:
        """Return the Chinese and the English name, once where they are the same."""
        return " ".join(dict.fromkeys(name for name in (self.zh, self.en) if name))


@dataclass(frozen=True)
class PhotoTag:
    """A tag on a photo, with who says so and how sure."""

    tag: Tag
    """The concept."""
    source: TagSource
    """Who applied it."""
    state: TagState
    """How sure it is."""
    score: float | None = None
    """The tagger's score for automatic tags; see the model's threshold file for its meaning."""
    model_id: str | None = None
    """The model behind an automatic tag."""
    reason: Reason | None = None
    """Why a machine gave it."""


@dataclass(frozen=True)
class Swatch:
    """One of a picture's main colours."""

    lightness: float
    """CIELAB L, 0 to 100 (D65)."""
    a: float
    """CIELAB a, green to red."""
    b: float
    """CIELAB b, blue to yellow."""
    share: float
    """Of the picture, 0 to 1."""

    @property
    def lab(self) -> tuple[float, float, float]:
        """Return the colour alone."""
        return self.lightness, self.a, self.b


@dataclass(frozen=True)
class Look:
    """What is measured on a preview's pixels."""

    swatches: tuple[Swatch, ...]
    """At most six main colours, largest share first."""
    brightness: float
    """Mean CIELAB lightness, 0 to 100."""
    contrast: float
    """Lightness between the 5th and the 95th percentile, 0 to 100."""
    sharpness: float
    """Deviation of the Laplacian of grey values in the sharpest ninth; soft below some 10."""
    colourfulness: float
    """Hasler and Suesstrunk's measure (2003): 0 none, 33 moderate, 59 quite, 109 extreme."""
    is_grey: bool
    """Whether there is no colour at all: black and white."""


@dataclass(frozen=True)
class SightingView:
    """A place where a file's bytes were seen."""

    path: Path
    """Absolute path under the volume's last mount point."""
    volume: str
    """Label or id of the volume."""
    online: bool
    """Whether the path can be read now."""
    last_seen: str
    """When, ISO 8601 UTC."""


@dataclass(frozen=True)
class FileView:
    """One file of a photo."""

    sha256: str
    """Hex digest of its bytes."""
    role: Role
    """What it is to the photo."""
    size: int
    """Bytes."""
    stored: Path | None
    """Absolute path of the vault's own copy, None for in-place imports."""
    mtime_ns: int = 0
    """Modification time of the source, nanoseconds since 1970."""


@dataclass(frozen=True)
class ExportedSet:
    """A reference set that was written."""

    preset: str
    """Name of the recipe."""
    to: Path
    """The set's folder, absolute."""
    query: str | None = None
    """The search that its photos were chosen from; None for none."""
    collection: str | None = None
    """The collection that they were chosen from; None for none."""


@dataclass(frozen=True)
class ExportView:
    """What a photo became in a set."""

    set: ExportedSet
    """The set."""
    made: str
    """When it was written, ISO 8601 UTC."""
    file: str
    """The photo's path in the set's folder, or in its archive."""


@dataclass(frozen=True)
class PhotoView:
    """All that is known about one photo."""

    id: str
    """``sha256:`` and the hex digest of its first file."""
    name: str
    """File name it was first seen under."""
    width: int
    """Pixels, after orientation."""
    height: int
    """Pixels, after orientation."""
    format: str
    """Format of the first file, such as ``jpeg``."""
    capture: Capture
    """When, where, with what."""
    preview: Path
    """The 512 px preview."""
    files: tuple[FileView, ...] = ()
    """Its files, first one first."""
    sightings: tuple[SightingView, ...] = ()
    """Where its files were seen, newest first."""
    tags: tuple[PhotoTag, ...] = field(default=())
    """Its tags by facet, strongest first."""
    note: str = ""
    """What a person noted of it."""
    exports: tuple[ExportView, ...] = ()
    """Sets it is in, newest first."""
    is_discarded: bool = False
    """Whether a person discarded it."""

    @property
    def path(self) -> Path | None:
        """Return an absolute readable file of this photo, None when every disk is offline.

        The vault's own copy comes first, then the newest sighting that is there.
        """
        candidates = [f.stored for f in self.files if f.role != Role.SIDECAR]
        candidates += [s.path for s in self.sightings]
        return next((p for p in candidates if p is not None and p.is_file()), None)
