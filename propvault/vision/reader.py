"""Read one picture file once: facts, preview, fingerprints and model input.

This is what a decoder process runs for each file. Memory: one decoded picture (at reduced size
for JPEG and JPEG 2000) plus some 2 MB for what is made of it.
"""

from __future__ import annotations

import io
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from propvault.errors import PictureError
from propvault.origin import Origin, origin_of
from propvault.values import Capture, Look
from propvault.vision.digest import coded_digest, decoded_digest
from propvault.vision.fingerprints import fingerprints
from propvault.vision.look import measure
from propvault.vision.metadata import embedded_xmp, read_capture
from propvault.vision.model import model_input
from propvault.vision.model_folder import ModelInfo
from propvault.vision.pixels import PREVIEW_EDGE, flatten, open_upright, opened, upright
from propvault.vision.provenance import read_evidence

PREVIEW_QUALITY = 80
"""WebP quality of previews: 25 to 60 KB each."""
_HEAVY_PIXELS = 50_000_000
"""From here on (200 MB of RGB) pictures are decoded one at a time."""
_PREVIEW_EFFORT = 2
"""libwebp method 0 to 6. Method 4 makes files 6 % smaller and takes twice as long."""


@dataclass(frozen=True)
class PictureFacts:
    """What one picture file says and shows."""

    format: str
    """As `formats.picture_format` names it."""
    width: int
    """Pixels, after orientation, at full size."""
    height: int
    """Pixels, after orientation, at full size."""
    pixel_digest: str
    """Hex SHA-256 that stays when only metadata changes; see `digest`."""
    capture: Capture
    """When, where, with what."""
    origin: Origin | None
    """Where it comes from, if its file says so."""
    look: Look
    """What its pixels measure."""
    preview: bytes
    """WebP, upright sRGB, long edge at most 512 px."""
    fingerprints: dict[str, bytes]
    """64-bit perceptual hashes by algorithm."""
    model_input: NDArray[np.uint8] | None
    """``[height, width, 3]`` as the model wants it; None when no model was asked for."""


def read_picture(
    path: Path,
    *,
    info: ModelInfo | None,
    max_decoded_mb: int,
    heavy: AbstractContextManager[object] | None = None,
) -> PictureFacts:
    """Read one picture.

    Args:
        path: the file.
        info: the model whose input is to be made, None for none.
        max_decoded_mb: memory the decoded picture may take.
        heavy: held while a picture of over 50 megapixels is decoded, so that several processes
            together stay within the memory of one.

    Raises:
        PictureError: when the file is not a whole picture within the limits.
    """
    with opened(path) as picture:
        xmp = embedded_xmp(picture.image)
        capture = read_capture(picture.image, xmp)
        origin = origin_of(read_evidence(path, picture.format, picture.image, xmp))
        is_heavy = picture.size[0] * picture.size[1] > _HEAVY_PIXELS
        with heavy if heavy and is_heavy else nullcontext():
            small = flatten(
                upright(picture, path, long_edge=PREVIEW_EDGE, max_decoded_mb=max_decoded_mb)
            )
            digest = coded_digest(path, picture.format) or decoded_digest(picture.image)
        preview = encode_preview(small)
        # Everything else is made from the preview as stored, so that it can be made again with
        # every disk offline and comes out the same.
        stored = decode_preview(preview)
        return PictureFacts(
            format=picture.format,
            width=picture.size[0],
            height=picture.size[1],
            pixel_digest=digest,
            capture=capture,
            origin=origin,
            look=measure(stored),
            preview=preview,
            fingerprints=fingerprints(stored),
            model_input=model_input(stored, info) if info else None,
        )


def make_preview(path: Path, *, max_decoded_mb: int = 512) -> bytes:
    """Make a picture's preview again, as `read_picture` does.

    Raises:
        PictureError: as `read_picture`.
    """
    return encode_preview(
        flatten(open_upright(path, long_edge=PREVIEW_EDGE, max_decoded_mb=max_decoded_mb))
    )


def decode_preview(preview: bytes) -> Image.Image:
    """Decode a stored preview to ``RGB``.

    Raises:
        PictureError: when the preview is damaged.
    """
    try:
        with Image.open(io.BytesIO(preview), formats=("WEBP",)) as image:
            return image.convert("RGB")
    except (OSError, SyntaxError) as error:
        raise PictureError("picture.preview_damaged", detail=str(error)) from error


def encode_preview(image: Image.Image) -> bytes:
    """Encode an upright ``RGB`` picture as previews are stored."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=PREVIEW_QUALITY, method=_PREVIEW_EFFORT)
    return buffer.getvalue()
