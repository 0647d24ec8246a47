"""Open any picture as upright sRGB pixels, at reduced size where the format allows.

Every limit is checked on the header, before a pixel is decoded.
"""

from __future__ import annotations

import io
import math
import struct
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pi_heif
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from propvault.errors import PictureError
from propvault.vision.formats import HEAD_BYTES, picture_format

if TYPE_CHECKING:
    from collections.abc import Iterator

pi_heif.register_heif_opener(thumbnails=False)
# Our own limits below are stricter in bytes and looser in pixels: a 200-megapixel JPEG is fine.
Image.MAX_IMAGE_PIXELS = None

MAX_PIXELS = 1_000_000_000
"""Over a gigapixel is never opened, whatever the settings."""
PREVIEW_EDGE = 512
"""Long edge of the stored preview, pixels."""

_PILLOW_FORMATS = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "webp": ("WEBP",),
    "tiff": ("TIFF",),
    "bmp": ("BMP",),
    "gif": ("GIF",),
    "avif": ("AVIF",),
    "heif": ("HEIF",),
    "jpeg2000": ("JPEG2000",),
}
# Bytes per pixel of Pillow's storage: three-channel modes are padded to four.
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
_TRANSPOSED = (5, 6, 7, 8)
_ORIENTATION_TAG = 0x0112
# Maker note and interoperability block: offsets that only make sense in their own file.
_OPAQUE_TAGS = (ExifTags.Base.MakerNote, ExifTags.IFD.Interop)
# LibRaw's flip codes (imgdata.sizes.flip) as EXIF orientations.
_FLIP_ORIENTATION = {0: 1, 3: 3, 5: 8, 6: 6}


@dataclass(frozen=True)
class Opened:
    """A picture whose header has been read and found acceptable; pixels not yet decoded."""

    image: Image.Image
    """Pillow image, lazily loaded, not yet oriented; for RAW its embedded preview."""
    format: str
    """As `picture_format` names it."""
    size: tuple[int, int]
    """Width and height of the picture in pixels, after orientation."""
    orientation: int
    """EXIF orientation, 1 to 8."""


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open a picture by its content and check it against the limits.

    Raises:
        PictureError: not a picture we read, broken header, too many pixels or, on leaving the
            block, pixels that end too early (``picture.truncated``).
    """
    with _as_picture_errors(path), path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        if not head:
            raise PictureError("picture.empty", path=str(path))
        kind = picture_format(head, path.name)
        if kind is None:
            raise PictureError("picture.not_one", path=str(path))
        with _open_raw(path) if kind == "raw" else _open_pillow(stream, kind) as image:
            _check_pixels(image, path)
            orientation = _orientation(image)
            size = image.size[::-1] if orientation in _TRANSPOSED else image.size
            yield Opened(image, kind, size, orientation)


def open_upright(
    path: Path, *, long_edge: int | None = None, max_decoded_mb: int = 512
) -> Image.Image:
    """Decode a picture upright and in sRGB, mode ``RGB`` or (with transparency) ``RGBA``.

    Args:
        path: any picture that `picture_format` knows.
        long_edge: at most this many pixels on the long edge (Lanczos, never enlarged); None
            keeps every pixel.
        max_decoded_mb: refuse pictures that need more than this much memory once decoded.

    Raises:
        PictureError: as `opened`.
    """
    with opened(path) as picture:
        return upright(picture, path, long_edge=long_edge, max_decoded_mb=max_decoded_mb)


def upright(
    picture: Opened, path: Path, *, long_edge: int | None, max_decoded_mb: int = 512
) -> Image.Image:
    """Decode an opened picture; see `open_upright`."""
    image = picture.image
    target = _fitting(image.size, long_edge)
    profile = image.info.get("icc_profile")
    if target != image.size:
        _reduce_while_decoding(image, target)
    _check_decoded(image, path, max_decoded_mb)
    image = _load(image, path)
    plain = _without_palette_or_depth(image)
    if target != plain.size and max(target) < max(plain.size):
        plain = plain.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    plain = _to_srgb(plain, profile)
    if picture.orientation != 1:
        plain = _transpose(plain, picture.orientation)
    # Pillow carries the source's metadata along; pixels are all that is wanted here.
    plain.info = {}
    return plain


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture as ``RGB``, transparency laid on white."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def _open_pillow(stream: BinaryIO, kind: str) -> Image.Image:
    return Image.open(stream, formats=_PILLOW_FORMATS[kind])


def _open_raw(path: Path) -> Image.Image:
    # Imported here: LibRaw takes 30 ms to load and most folders hold no RAW.
    import rawpy

    try:
        with rawpy.imread(str(path)) as raw:
            orientation = _FLIP_ORIENTATION.get(raw.sizes.flip, 1)
            try:
                thumb = raw.extract_thumb()
            except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError):
                image = Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True))
                orientation = 1  # postprocess has turned it
            else:
                image = _embedded(thumb, is_jpeg=thumb.format == rawpy.ThumbFormat.JPEG)
    except rawpy.LibRawError as error:
        raise PictureError("picture.raw_unreadable", path=str(path), detail=str(error)) from error
    image.info["exif"] = _container_exif(path, orientation)
    return image


def _embedded(thumb: Any, *, is_jpeg: bool) -> Image.Image:
    if is_jpeg:
        return Image.open(io.BytesIO(bytes(thumb.data)), formats=("JPEG", "MPO"))
    return Image.fromarray(np.asarray(thumb.data))


def _container_exif(path: Path, orientation: int) -> bytes:
    """Return what a TIFF-based RAW (most of them) says of its capture, as an EXIF block."""
    found, kept = Image.Exif(), Image.Exif()
    kept[_ORIENTATION_TAG] = orientation
    with path.open("rb") as stream, suppress(SyntaxError, OSError, ValueError, struct.error):
        found.load_from_fp(stream)
        for tag in (ExifTags.Base.Make, ExifTags.Base.Model):
            if tag in found:
                kept[tag] = found[tag]
        for block in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
            values = found.get_ifd(block)
            wanted = {tag: v for tag, v in values.items() if tag not in _OPAQUE_TAGS}
            kept.get_ifd(block).update(wanted)
        return kept.tobytes()
    bare = Image.Exif()
    bare[_ORIENTATION_TAG] = orientation
    return bare.tobytes()


def _orientation(image: Image.Image) -> int:
    # pi-heif has already turned the pixels, and blanks the tag it read.
    value = image.getexif().get(_ORIENTATION_TAG, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _transpose(image: Image.Image, orientation: int) -> Image.Image:
    image.info = {}
    image.getexif()[_ORIENTATION_TAG] = orientation
    return ImageOps.exif_transpose(image)


def _fitting(size: tuple[int, int], long_edge: int | None) -> tuple[int, int]:
    scale = 1.0 if long_edge is None else min(1.0, long_edge / max(size))
    return (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))


def _reduce_while_decoding(image: Image.Image, target: tuple[int, int]) -> None:
    if image.format in ("JPEG", "MPO"):
        image.draft(None, target)
    elif image.format == "JPEG2000":
        factor = min(image.size[0] // target[0], image.size[1] // target[1])
        image.reduce = max(0, int(math.log2(max(1, factor))))  # type: ignore[method-assign, assignment]


def _load(image: Image.Image, path: Path) -> Image.Image:
    """Decode; a JPEG 2000 that cannot be decoded at reduced size is decoded whole."""
    try:
        image.load()
    except OSError:
        if image.format != "JPEG2000":
            raise
        image = Image.open(path, formats=("JPEG2000",))
        image.load()
    return image


def _check_pixels(image: Image.Image, path: Path) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureError(
            "picture.gigapixel", path=str(path), megapixels=round(width * height / 1e6)
        )


def decoded_bytes(image: Image.Image) -> int:
    """Return the memory a picture takes once decoded at its present (drafted) size.

    Palettes and two-channel modes are counted with the RGBA copy they are turned into.
    """
    width, height = image.size
    copy = 4 if image.mode in ("P", "PA", "LA", "La", "1") else 0
    return width * height * (_PIXEL_BYTES.get(image.mode, 4) + copy)


def _check_decoded(image: Image.Image, path: Path, max_decoded_mb: int) -> None:
    needed = decoded_bytes(image)
    if needed > max_decoded_mb * 1_000_000:
        raise PictureError(
            "picture.too_large",
            path=str(path),
            needed_mb=round(needed / 1e6),
            limit_mb=max_decoded_mb,
        )


def _without_palette_or_depth(image: Image.Image) -> Image.Image:
    """Bring odd modes to one that can be resized and colour-managed: L, RGB, RGBA, CMYK, LAB."""
    if image.mode in ("L", "RGB", "CMYK", "LAB") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        return _stretched(image)
    has_alpha = image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _stretched(image: Image.Image) -> Image.Image:
    """Map 32-bit integers or floats of unknown range to 8 bits by their finite extremes."""
    values = np.asarray(image).astype(np.float32)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    scaled = (np.nan_to_num(values, nan=low, posinf=high, neginf=low) - low) / ((high - low) or 1)
    return Image.fromarray((scaled * 255).clip(0, 255).astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        transform = _transform(profile, image.mode, target)
        if transform is not None:
            return transform.apply(image)
    return image if image.mode == target else image.convert(target)


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str, target: str) -> ImageCms.ImageCmsTransform | None:
    """Build a colour transform; None for sRGB itself and for profiles that make no sense."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (source.profile.profile_description or "").lower():
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, target)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@contextmanager
def _as_picture_errors(path: Path) -> Iterator[None]:
    """Turn what decoders raise into one `PictureError` with a reason."""
    try:
        yield
    except PictureError:
        raise
    except FileNotFoundError as error:
        raise PictureError("picture.gone", path=str(path)) from error
    except PermissionError as error:
        raise PictureError("picture.no_permission", path=str(path)) from error
    except UnidentifiedImageError as error:
        raise PictureError("picture.bad_header", path=str(path)) from error
    except MemoryError as error:
        raise PictureError("picture.out_of_memory", path=str(path)) from error
    except (OSError, EOFError) as error:
        raise PictureError(_decode_code(error), path=str(path), detail=str(error)) from error
    except Exception as error:  # a decoder fed hostile bytes raises whatever it likes
        raise PictureError("picture.damaged", path=str(path), detail=str(error)) from error


def _decode_code(error: Exception) -> str:
    text = str(error).lower()
    early = ("truncated", "unexpected end", "not enough", "eof", "end of file", "premature")
    if any(word in text for word in early):
        return "picture.truncated"
    if isinstance(error, OSError) and error.errno is not None:
        return "picture.disk_error"
    return "picture.damaged"
