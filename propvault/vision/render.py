"""A photo rendered for a reference set: upright sRGB, reduced, within bytes, metadata by rule.

Invariant: the same file and step give the same bytes with one version of Pillow. No colour
profile is embedded: pixels are sRGB, which is what a JPEG without a profile means, and lcms
stamps profiles it makes with the time.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PIL import ExifTags, Image

from propvault.errors import PictureError
from propvault.vision.pixels import Opened, flatten, opened, upright

Kept = Literal["gps", "serials", "camera", "taken", "rights"]

EVERYTHING: frozenset[Kept] = frozenset(("gps", "serials", "camera", "taken", "rights"))
"""All that an encoded picture can keep."""

_LOWEST_QUALITY = 70
"""Below it 8×8 blocks show on plain walls; fewer pixels then look better than fewer bits."""
_SHRINK = 0.85
"""Each round of reducing leaves 72 % of the pixels."""
_MAX_DECODED_MB = 2_000
"""One picture is rendered at a time, so it may be larger than the importer's."""
_TOP_TAGS: dict[Kept, tuple[ExifTags.Base, ...]] = {
    "camera": (ExifTags.Base.Make, ExifTags.Base.Model),
    "rights": (ExifTags.Base.Artist, ExifTags.Base.Copyright),
}
_DETAIL_TAGS: dict[Kept, tuple[ExifTags.Base, ...]] = {
    "taken": (
        ExifTags.Base.DateTimeOriginal,
        ExifTags.Base.OffsetTimeOriginal,
        ExifTags.Base.SubsecTimeOriginal,
    ),
    "camera": (
        ExifTags.Base.LensMake,
        ExifTags.Base.LensModel,
        ExifTags.Base.ExposureTime,
        ExifTags.Base.FNumber,
        ExifTags.Base.ISOSpeedRatings,
        ExifTags.Base.FocalLength,
        ExifTags.Base.FocalLengthIn35mmFilm,
    ),
    "serials": (
        ExifTags.Base.BodySerialNumber,
        ExifTags.Base.LensSerialNumber,
        ExifTags.Base.CameraOwnerName,
    ),
}
# Blocks that may hold anything, a position among them.
_OPAQUE_BLOCKS = (
    "exif",
    "xmp",
    "photoshop",
    "comment",
    "XML:com.adobe.xmp",
    "Raw profile type exif",
)
_PLAIN_MODES = ("L", "RGB")
_ALPHA_MODES = ("LA", "RGBA")
_ORIENTATION = ExifTags.Base.Orientation
_SRGB_COLOR_SPACE = 1  # EXIF 2.32, ColorSpace
_SRGB_GAMMA = 0.45455  # PNG specification, gAMA beside sRGB


@dataclass(frozen=True)
class RenderStep:
    """How to render one picture."""

    format: Literal["jpeg", "png"] = "jpeg"
    """Format to write."""
    quality: int = 92
    """JPEG quality to start from, 1 to 95."""
    long_edge: int | None = None
    """Reduce to at most this long edge, pixels; never enlarged."""
    max_bytes: int | None = None
    """Largest result in bytes; JPEG quality falls first, then size."""
    min_side: int = 1
    """Size never falls below this side for the sake of bytes, pixels."""
    keep_alpha: bool = False
    """Whether a PNG may stay transparent; else transparency is laid on white."""
    may_copy: bool = False
    """Whether a file that is already so is copied byte for byte."""
    keep: frozenset[Kept] = frozenset()
    """Which metadata stays."""


@dataclass(frozen=True)
class RenderedBytes:
    """A rendered picture in memory."""

    data: bytes
    """The file."""
    size: tuple[int, int]
    """Width and height, pixels, upright."""
    operations: tuple[str, ...]
    """What was done, in order: ``copy``, or ``turn``, ``srgb``, ``flatten``, ``resize WxH``,
    ``encode jpeg q92 4:4:4``."""
    source_sha256: str
    """Hex digest of the file it was made from."""


def render(source: Path, step: RenderStep) -> RenderedBytes:
    """Render one picture.

    Raises:
        PictureError: as `open_upright`, or ``target.over_bytes`` when no quality and size within
            the step's bounds fits its bytes.
    """
    with opened(source) as picture:
        digest = _sha256(source)
        if step.may_copy and _is_already_so(picture, step):
            data = source.read_bytes()
            if len(data) <= (step.max_bytes or len(data)):
                digest = hashlib.sha256(data).hexdigest()
                return RenderedBytes(data, picture.size, ("copy",), digest)
        exif = _kept_exif(picture.image, step.keep)
        operations = _operations_of_decoding(picture)
        pixels = upright(picture, source, long_edge=None, max_decoded_mb=_MAX_DECODED_MB)
    if pixels.mode != "RGB" and not (step.keep_alpha and step.format == "png"):
        pixels = flatten(pixels)
        operations.append("flatten")
    for reduced in _reductions(pixels, step):
        fitted = _encoded(reduced, step, exif)
        if fitted is not None:
            data, encoding = fitted
            if reduced.size != pixels.size:
                operations.append(f"resize {reduced.width}x{reduced.height}")
            return RenderedBytes(data, reduced.size, (*operations, encoding), digest)
    raise PictureError("target.over_bytes", path=str(source), most=step.max_bytes or 0)


def _reductions(pixels: Image.Image, step: RenderStep) -> Iterator[Image.Image]:
    """Yield the picture at the size asked for, then ever smaller down to ``min_side``."""
    longest = max(pixels.size)
    edge = min(longest, step.long_edge or longest)
    while True:
        factor = edge / longest
        size = (max(1, round(pixels.width * factor)), max(1, round(pixels.height * factor)))
        if min(size) < step.min_side and edge < min(longest, step.long_edge or longest):
            return
        # Always from the full picture: reducing twice blurs twice.
        yield pixels if size == pixels.size else pixels.resize(size, Image.Resampling.LANCZOS)
        if step.max_bytes is None or edge == 1:
            return
        edge = max(1, int(edge * _SHRINK))


def _encoded(image: Image.Image, step: RenderStep, exif: bytes) -> tuple[bytes, str] | None:
    """Encode within the bytes allowed; None when this size does not fit."""
    most = step.max_bytes
    if step.format == "png":
        data = _saved(image, format="PNG", exif=exif)
        return (data, "encode png") if most is None or len(data) <= most else None
    data = _jpeg(image, step.quality, "4:4:4", exif)
    if most is None or len(data) <= most:
        return data, f"encode jpeg q{step.quality} 4:4:4"
    best, low, high = None, min(_LOWEST_QUALITY, step.quality), step.quality
    while low <= high:
        quality = (low + high) // 2
        data = _jpeg(image, quality, "4:2:0", exif)
        if len(data) <= most:
            best, low = (data, f"encode jpeg q{quality} 4:2:0"), quality + 1
        else:
            high = quality - 1
    return best


def _jpeg(image: Image.Image, quality: int, subsampling: str, exif: bytes) -> bytes:
    return _saved(image, format="JPEG", quality=quality, subsampling=subsampling, exif=exif)


def _saved(image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, **{k: v for k, v in options.items() if v != b""})  # type: ignore[arg-type]
    return stream.getvalue()


def _is_already_so(picture: Opened, step: RenderStep) -> bool:
    """Return whether the file as it stands is what rendering would aim for."""
    image = picture.image
    modes = _PLAIN_MODES + (_ALPHA_MODES if step.keep_alpha else ())
    return (
        picture.format == step.format
        and picture.orientation == 1
        and image.mode in modes
        and ("transparency" not in image.info or step.keep_alpha)
        and max(picture.size) <= (step.long_edge or max(picture.size))
        and _is_srgb(image)
        and (step.keep == EVERYTHING or not any(block in image.info for block in _OPAQUE_BLOCKS))
    )


def _is_srgb(image: Image.Image) -> bool:
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        # The description tag of a profile holds its name as ASCII or UTF-16.
        return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile
    space = _sub_ifd(image.getexif(), ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace)
    gamma = image.info.get("gamma", _SRGB_GAMMA)
    return space in (None, _SRGB_COLOR_SPACE) and abs(gamma - _SRGB_GAMMA) < 0.001


def _operations_of_decoding(picture: Opened) -> list[str]:
    done = ["turn"] if picture.orientation != 1 else []
    converts = "icc_profile" in picture.image.info and not _is_srgb(picture.image)
    return [*done, "srgb"] if converts else done


def _sub_ifd(exif: Image.Exif, which: int) -> dict[int, Any]:
    try:
        return exif.get_ifd(which)
    except (ValueError, TypeError, KeyError, IndexError, SyntaxError, EOFError, struct.error):
        return {}  # a damaged block; the picture matters more


def _kept_exif(image: Image.Image, keep: frozenset[Kept]) -> bytes:
    """Return a fresh EXIF block with only what may stay; empty when nothing does.

    Built up from a list of tags, never down from the camera's: what nobody knows does not leak.
    """
    source, kept = image.getexif(), Image.Exif()
    groups = (
        (source, _TOP_TAGS, kept),
        (_sub_ifd(source, ExifTags.IFD.Exif), _DETAIL_TAGS, kept.get_ifd(ExifTags.IFD.Exif)),
    )
    for values, wanted, into in groups:
        tags = [tag for name, listed in wanted.items() if name in keep for tag in listed]
        for tag in tags:
            if tag in values:
                into[tag] = values[tag]
    if "gps" in keep:
        kept.get_ifd(ExifTags.IFD.GPSInfo).update(_sub_ifd(source, ExifTags.IFD.GPSInfo))
    return _exif_bytes(kept)


def _exif_bytes(exif: Image.Exif) -> bytes:
    details, position = (exif.get_ifd(i) for i in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo))
    if not (dict(exif) or details or position):
        return b""
    try:
        return exif.tobytes()
    except (ValueError, TypeError, struct.error, OverflowError, AttributeError):
        return b""  # values of a broken writer; the picture matters more


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
