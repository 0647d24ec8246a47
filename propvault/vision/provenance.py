"""Read what a picture file says of where it comes from; see `propvault.origin` for what it means.

A C2PA manifest is only looked for and searched for source types; signatures are not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from PIL import ExifTags, Image

from propvault.origin import Evidence
from propvault.vision.metadata import XmpFacts, camera_of, clean_text, details_of

_MOST = 4_000_000
"""Bytes of a manifest that are searched."""
_TYPE = re.compile(rb"digitalsourcetype/([A-Za-z]+)")
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_FILE_SOURCE = 0xA300
_MOST_TEXT = 20_000


def read_evidence(path: Path, kind: str, image: Image.Image, xmp: XmpFacts) -> Evidence:
    """Return the evidence in an opened picture; what cannot be read is left out.

    Args:
        path: its file.
        kind: its format, as `formats.picture_format` names it.
        image: the picture, whose pixels need not be decoded.
        xmp: what its XMP says.
    """
    exif, details = image.getexif(), details_of(image)
    texts = _texts(image.info)
    named = (
        *(clean_text(exif.get(tag)) for tag in (ExifTags.Base.Software, ExifTags.Base.Make)),
        *(clean_text(exif.get(tag)) for tag in (ExifTags.Base.Model, ExifTags.Base.HostComputer)),
        *(texts.get("Software"), xmp.tool),
    )
    source = details.get(_FILE_SOURCE)
    return Evidence(
        path.name,
        camera=camera_of(exif),
        software=" ".join(word for word in named if word),
        comment=_comment(details.get(ExifTags.Base.UserComment)) or xmp.comment,
        file_source=source[0] if isinstance(source, bytes) and source else None,
        source_types=xmp.source_types,
        c2pa=_manifest_types(path, kind),
        texts=texts,
    )


def _texts(info: Mapping[Any, Any]) -> dict[str, str]:
    return {
        str(key): value[:_MOST_TEXT]
        for key, value in info.items()
        if isinstance(value, str) and not str(key).startswith("XML:")
    }


def _comment(value: object) -> str:
    """Decode EXIF UserComment: eight bytes name the character code."""
    if isinstance(value, str):
        return value[:_MOST_TEXT]
    if not isinstance(value, bytes):
        return ""
    code, text = value[:8], value[8 : 8 + 2 * _MOST_TEXT]
    if code.startswith(b"UNICODE"):
        encoding = "utf-16-le" if text[1:2] == b"\0" else "utf-16-be"
        return text.decode(encoding, "replace").strip("\0 ")
    return text.decode("utf-8", "replace").strip("\0 ")


def _manifest_types(path: Path, kind: str) -> tuple[str, ...] | None:
    """Return the source types in a C2PA manifest in file order; None without a manifest."""
    find = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heif": _boxes, "avif": _boxes}.get(kind)
    if find is None:
        return None
    try:
        with path.open("rb") as stream:
            parts = list(find(stream))
    except OSError:
        return None
    manifest = b"".join(parts)[:_MOST]
    if b"c2pa" not in manifest:
        return None
    found = (match[1].decode("ascii") for match in _TYPE.finditer(manifest))
    return tuple(dict.fromkeys(found))


def _jpeg(stream: BinaryIO) -> Iterator[bytes]:
    """Yield APP11 segments (JPEG XT boxes, ISO 19566-5) without their heads."""
    stream.seek(2)
    while (head := stream.read(4)) and len(head) == 4 and head[0] == 0xFF:
        marker, size = head[1], int.from_bytes(head[2:], "big") - 2
        if marker == 0xDA or size < 0:
            return
        if marker == 0xEB:
            # Two bytes of mark, two of instance, four of sequence; boxes repeat their own head.
            yield stream.read(size)[8:]
        else:
            stream.seek(size, 1)


def _png(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(8)
    while len(head := stream.read(8)) == 8 and head[4:] != b"IEND":
        size = int.from_bytes(head[:4], "big")
        if head[4:] == b"caBX":
            yield stream.read(min(size, _MOST))
            return
        stream.seek(size + 4, 1)


def _webp(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(12)
    while len(head := stream.read(8)) == 8:
        size = int.from_bytes(head[4:], "little")
        if head[:4] == b"C2PA":
            yield stream.read(min(size, _MOST))
            return
        stream.seek(size + size % 2, 1)


def _boxes(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the C2PA box of an ISO base media file, top level only, as the standard puts it."""
    while len(head := stream.read(8)) == 8:
        size, left = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, left = int.from_bytes(stream.read(8), "big"), 16
        if size < left:
            return
        if head[4:] == b"uuid":
            body = stream.read(min(size - left, _MOST))
            if body.startswith(_C2PA_UUID):
                yield body
                return
            left += len(body)
        stream.seek(size - left, 1)
