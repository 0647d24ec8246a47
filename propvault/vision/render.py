"""A photo rendered for a reference set: upright sRGB, to size, within bytes, metadata by rule.

Invariant: the same file and step give the same bytes with one version of Pillow. No colour
profile is embedded: pixels are sRGB, which is what a JPEG without a profile means, and lcms
stamps profiles it makes with the time.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import PIL
from PIL import ExifTags, Image, features

from propvault.errors import PictureError
from propvault.vision.encoding import Encoding, encode, smaller_by
from propvault.vision.pixels import Opened, flatten, opened, upright
from propvault.vision.sheets import thumbnail, thumbnail_of
from propvault.vision.subject import border_colour, crop_box
from propvault.vision.written_metadata import (
    EVERYTHING,
    Kept,
    Said,
    kept_exif,
    sub_ifd,
    xmp_packet,
)

__all__ = ["EVERYTHING", "Kept", "RenderStep", "RenderedBytes", "Said", "render", "tool_versions"]

_MAX_DECODED_MB = 4_000
"""Large pictures are rendered one at a time, so one may be larger than the importer's."""
_ROUNDS = 8
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
_SRGB_COLOR_SPACE = 1  # EXIF 2.32, ColorSpace
_SRGB_GAMMA = 0.45455  # PNG specification, gAMA beside sRGB


@dataclass(frozen=True)
class RenderStep:
    """How to render one picture."""

    format: Literal["jpeg", "png"] = "jpeg"
    """Format to write."""
    quality: int = 92
    """JPEG quality to start from, 1 to 95."""
    size: tuple[int, int] | None = None
    """Width and height to come out with, pixels; None keeps all."""
    fit: Literal["scale", "pad", "crop"] = "scale"
    """How the picture comes to that shape."""
    max_bytes: int | None = None
    """Largest result in bytes; JPEG quality falls first, then size."""
    min_side: int = 1
    """Size never falls below this side for the sake of bytes, pixels."""
    is_exact: bool = False
    """Whether the size may not fall at all."""
    keep_alpha: bool = False
    """Whether a PNG may stay transparent; else transparency is laid on white."""
    may_copy: bool = False
    """Whether a file that is already so is copied byte for byte."""
    keep: frozenset[Kept] = frozenset()
    """Which metadata stays."""
    said: Said = field(default_factory=Said)
    """What is written of its origin."""


@dataclass(frozen=True)
class RenderedBytes:
    """A rendered picture in memory."""

    data: bytes
    """The file."""
    size: tuple[int, int]
    """Width and height, pixels, upright."""
    operations: tuple[str, ...]
    """What was done, in order: ``copy``, or ``turn``, ``srgb``, ``flatten``, ``crop x,y WxH``,
    ``pad WxH``, ``enlarge WxH``, ``resize WxH``, ``encode jpeg q92 4:4:4``."""
    source_sha256: str
    """Hex digest of the file it was made from."""
    thumbnail: bytes
    """Small JPEG of it, for contact sheets; made of pixels in hand, for decoding takes longer."""


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
                return RenderedBytes(data, picture.size, ("copy",), digest, thumbnail_of(data))
        encoding = Encoding(
            step.format,
            step.quality,
            step.max_bytes,
            kept_exif(picture.image, step.keep, step.said),
            xmp_packet(step.said),
        )
        operations = _operations_of_decoding(picture)
        edge = _decoded_edge(picture.size, step)
        pixels = upright(picture, source, long_edge=edge, max_decoded_mb=_MAX_DECODED_MB)
    if pixels.mode != "RGB" and not (step.keep_alpha and step.format == "png"):
        pixels = flatten(pixels)
        operations.append("flatten")
    pixels = _shaped(pixels, picture.size, step, operations)
    for reduced in _reductions(pixels, step):
        made = encode(reduced.image, encoding)
        if isinstance(made, int):
            reduced.needed = made
            continue
        named = f"{reduced.image.width}x{reduced.image.height}"
        if reduced.image.size != picture.size and not "".join(operations[-1:]).endswith(named):
            operations.append(f"resize {named}")
        done = (*operations, made.how)
        small = thumbnail(reduced.image)
        return RenderedBytes(made.data, reduced.image.size, done, digest, small)
    raise PictureError("target.over_bytes", path=str(source), most=step.max_bytes or 0)


def tool_versions() -> dict[str, str]:
    """Return the versions that rendered bytes depend on."""
    names = ("jpg", "libjpeg_turbo", "zlib", "zlib_ng", "littlecms2", "webp")
    found = {name: features.version(name) for name in names if _has(name)}
    return {"pillow": PIL.__version__} | {k: str(v) for k, v in found.items() if v}


def _has(name: str) -> bool:
    return name in features.get_supported()


def _decoded_edge(size: tuple[int, int], step: RenderStep) -> int | None:
    """Return the long edge to decode at, None for all pixels."""
    if step.size is None:
        return None
    ratios = step.size[0] / size[0], step.size[1] / size[1]
    factor = max(ratios) if step.fit == "crop" else min(ratios)
    spare = int(step.fit == "crop")  # rounding must not leave the other side a pixel short
    return math.ceil(max(size) * factor) + spare if factor < 1 else None


def _shaped(
    pixels: Image.Image, whole: tuple[int, int], step: RenderStep, done: list[str]
) -> Image.Image:
    """Bring decoded pixels to the step's size; enlarging is for exact sizes alone."""
    if step.size is None or pixels.size == step.size:
        return pixels
    width, height = step.size
    ratios = width / pixels.width, height / pixels.height
    factor = max(ratios) if step.fit == "crop" else min(ratios)
    if factor > 1.0 and (step.is_exact or step.fit == "crop"):
        grown = math.ceil(pixels.width * factor), math.ceil(pixels.height * factor)
        if max(whole) < max(grown):
            done.append(f"enlarge {grown[0]}x{grown[1]}")
        pixels = pixels.resize(grown, Image.Resampling.LANCZOS)
    if step.fit == "pad":
        fitted = pixels.copy()
        fitted.thumbnail(step.size, Image.Resampling.LANCZOS)
        ground = Image.new(fitted.mode, step.size, border_colour(fitted))
        ground.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
        done.append(f"pad {width}x{height}")
        return ground
    if step.fit == "crop" and pixels.width >= width and pixels.height >= height:
        box = crop_box(pixels, step.size)
        done.append(f"crop {box[0]},{box[1]} {width}x{height}")
        return pixels.crop(box)
    return pixels.resize(step.size, Image.Resampling.LANCZOS)


@dataclass
class _Reduced:
    """A picture at one size, and the bytes it turned out to take."""

    image: Image.Image
    needed: int = 0


def _reductions(pixels: Image.Image, step: RenderStep) -> Iterator[_Reduced]:
    """Yield the picture as it is, then ever smaller down to ``min_side``."""
    factor, current = 1.0, _Reduced(pixels)
    for _ in range(_ROUNDS):
        yield current
        if step.is_exact or step.max_bytes is None or min(current.image.size) <= step.min_side:
            return
        factor *= smaller_by(current.needed, step.max_bytes)
        factor = max(factor, step.min_side / min(pixels.size))
        size = max(1, round(pixels.width * factor)), max(1, round(pixels.height * factor))
        # Always from the first size: reducing twice blurs twice.
        current = _Reduced(pixels.resize(size, Image.Resampling.LANCZOS))


def _is_already_so(picture: Opened, step: RenderStep) -> bool:
    """Return whether the file as it stands is what rendering would aim for."""
    image = picture.image
    modes = _PLAIN_MODES + (_ALPHA_MODES if step.keep_alpha else ())
    return (
        picture.format == step.format
        and picture.orientation == 1
        and image.mode in modes
        and ("transparency" not in image.info or step.keep_alpha)
        and picture.size == (step.size or picture.size)
        and is_srgb(image)
        and (step.keep == EVERYTHING or not any(block in image.info for block in _OPAQUE_BLOCKS))
    )


def is_srgb(image: Image.Image) -> bool:
    """Return whether a picture says that its colours are sRGB, or nothing else."""
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        # The description tag of a profile holds its name as ASCII or UTF-16.
        return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile
    space = sub_ifd(image.getexif(), ExifTags.IFD.Exif).get(ExifTags.Base.ColorSpace)
    gamma = image.info.get("gamma", _SRGB_GAMMA)
    return space in (None, _SRGB_COLOR_SPACE) and abs(gamma - _SRGB_GAMMA) < 0.001


def _operations_of_decoding(picture: Opened) -> list[str]:
    done = ["turn"] if picture.orientation != 1 else []
    converts = "icc_profile" in picture.image.info and not is_srgb(picture.image)
    return [*done, "srgb"] if converts else done


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
