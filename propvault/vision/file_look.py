"""What a picture file's header says that matters before it is sent anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from propvault.vision.pixels import opened
from propvault.vision.render import is_srgb
from propvault.vision.written_metadata import sub_ifd

_ALPHA_MODES = ("LA", "PA", "RGBA", "RGBa", "La")
_SERIALS = (
    ExifTags.Base.BodySerialNumber,
    ExifTags.Base.LensSerialNumber,
    ExifTags.Base.CameraOwnerName,
)
_MAX_TEXT = 500


@dataclass(frozen=True)
class HeaderFacts:
    """What the header of a picture file says; no pixel has been decoded."""

    format: str
    """As `formats.picture_format` names it."""
    size: tuple[int, int]
    """Width and height, pixels, upright."""
    bytes: int
    """Size of the file."""
    is_turned: bool
    """Whether EXIF asks for a turn."""
    is_srgb: bool
    """Whether its colours are sRGB already."""
    has_alpha: bool
    """Whether it has an alpha channel or a transparent colour."""
    has_position: bool
    """Whether EXIF says where it was taken."""
    has_serials: bool
    """Whether EXIF has a serial number or an owner."""
    has_camera: bool
    """Whether EXIF names a camera."""
    creator: str
    """EXIF Artist."""
    rights: str
    """EXIF Copyright."""


def look_at(path: Path) -> HeaderFacts:
    """Read a picture file's header.

    Raises:
        PictureError: as `opened`.
    """
    with opened(path) as picture:
        image = picture.image
        exif = image.getexif()
        details = sub_ifd(exif, ExifTags.IFD.Exif)
        return HeaderFacts(
            format=picture.format,
            size=picture.size,
            bytes=path.stat().st_size,
            is_turned=picture.orientation != 1,
            is_srgb=is_srgb(image),
            has_alpha=image.mode in _ALPHA_MODES or "transparency" in image.info,
            has_position=_has_position(exif),
            has_serials=any(details.get(tag) for tag in _SERIALS),
            has_camera=bool(exif.get(ExifTags.Base.Make) and exif.get(ExifTags.Base.Model)),
            creator=_text(exif.get(ExifTags.Base.Artist)),
            rights=_text(exif.get(ExifTags.Base.Copyright)),
        )


def _has_position(exif: Image.Exif) -> bool:
    return any(tag in sub_ifd(exif, ExifTags.IFD.GPSInfo) for tag in (2, 4))


def _text(value: object) -> str:
    return value.strip("\0 ")[:_MAX_TEXT] if isinstance(value, str) else ""
