"""A digest of a picture's pixels that does not change when only its metadata does.

For JPEG, PNG, WebP and JPEG 2000 it covers the coded pixels, so nothing has to be decoded: what a
metadata editor rewrites (APPn and comment segments, ancillary chunks, boxes) is left out, and what
decides the pixels (tables, frame, scans, critical chunks) is in. Other formats are digested
decoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

_STRIP = 256
"""Rows of pixels hashed at a time."""
_WEBP_PIXELS = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"))
_PNG_PIXELS = frozenset((b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"fdAT", b"fcTL", b"acTL"))


def coded_digest(path: Path, kind: str) -> str | None:
    """Return the hex SHA-256 of the coded pixels, None when ``kind`` has to be decoded first."""
    pieces = {
        "jpeg": _jpeg_pieces,
        "png": _png_pieces,
        "webp": _webp_pieces,
        "jpeg2000": _jpeg2000_pieces,
    }.get(kind)
    if pieces is None:
        return None
    digest = hashlib.sha256(kind.encode())
    for piece in pieces(memoryview(path.read_bytes())):
        digest.update(piece)
    return digest.hexdigest()


def decoded_digest(image: Image.Image) -> str:
    """Return the hex SHA-256 of decoded pixels with their mode and size."""
    digest = hashlib.sha256(f"{image.mode} {image.size}".encode())
    # In strips: tobytes() of the whole would be a second copy of a picture that may take 512 MB.
    for top in range(0, image.height, _STRIP):
        bottom = min(image.height, top + _STRIP)
        digest.update(image.crop((0, top, image.width, bottom)).tobytes())
    return digest.hexdigest()


def _jpeg_pieces(data: memoryview) -> Iterator[memoryview]:
    """Yield every marker segment but APPn and COM, then the scans up to the end of image.

    ITU-T T.81 annex B. APP14 (Adobe) is kept: its transform flag decides the colours.
    """
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            # Inside a scan 0xFF is followed by 0x00 or a restart marker, so the first FFD9 ends it.
            end = bytes(data[at:]).find(b"\xff\xd9")
            yield data[at : at + end] if end >= 0 else data[at:]
            return
        if not (0xE0 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            yield data[at : at + 2 + size]
        at += 2 + size


def _png_pieces(data: memoryview) -> Iterator[memoryview]:
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if bytes(data[at + 4 : at + 8]) in _PNG_PIXELS:
            yield data[at + 4 : at + 8 + size]
        at += 12 + size


def _jpeg2000_pieces(data: memoryview) -> Iterator[memoryview]:
    """Yield the codestream; in a JP2 file it follows the boxes that hold metadata."""
    yield data[max(0, bytes(data).find(b"jp2c")) :]


def _webp_pieces(data: memoryview) -> Iterator[memoryview]:
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if bytes(data[at : at + 4]) in _WEBP_PIXELS:
            yield data[at : at + 8 + size]
        at += 8 + size + size % 2
