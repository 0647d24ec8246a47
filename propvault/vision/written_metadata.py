"""What a written picture says of itself: a fresh EXIF block and an XMP packet.

Built up from what may stay, never cut down from the camera's: what nobody knows does not leak.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from PIL import ExifTags, Image

Kept = Literal["gps", "serials", "camera", "taken", "rights"]

EVERYTHING: frozenset[Kept] = frozenset(("gps", "serials", "camera", "taken", "rights"))
"""All that an encoded picture can keep."""
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC NewsCodes, digital source type."""

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
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">{body}</rdf:Description>\
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class Said:
    """What is written of a picture's origin; empty says nothing."""

    creator: str = ""
    """Who took it."""
    rights: str = ""
    """Copyright notice."""
    source_type: str = ""
    """IPTC digital source type, such as ``digitalCapture``."""


def kept_exif(image: Image.Image, keep: frozenset[Kept], said: Said) -> bytes:
    """Return an EXIF block with only what may stay; empty when nothing does."""
    source, kept = image.getexif(), Image.Exif()
    groups = (
        (source, _TOP_TAGS, kept),
        (sub_ifd(source, ExifTags.IFD.Exif), _DETAIL_TAGS, kept.get_ifd(ExifTags.IFD.Exif)),
    )
    for values, wanted, into in groups:
        tags = [tag for name, listed in wanted.items() if name in keep for tag in listed]
        for tag in tags:
            if tag in values:
                into[tag] = values[tag]
    if "gps" in keep:
        kept.get_ifd(ExifTags.IFD.GPSInfo).update(sub_ifd(source, ExifTags.IFD.GPSInfo))
    if "rights" in keep:
        for tag, text in ((ExifTags.Base.Artist, said.creator),
                          (ExifTags.Base.Copyright, said.rights)):  # fmt: skip
            if text and tag not in kept:
                kept[tag] = text
    return _exif_bytes(kept)


def xmp_packet(said: Said) -> bytes:
    """Return an XMP packet with creator, rights and source type; empty when all are."""
    parts = []
    if said.creator:
        parts.append(f"<dc:creator><rdf:Seq><rdf:li>{escape(said.creator)}</rdf:li></rdf:Seq>"
                     "</dc:creator>")  # fmt: skip
    if said.rights:
        parts.append(f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{escape(said.rights)}'
                     "</rdf:li></rdf:Alt></dc:rights>")  # fmt: skip
    if said.source_type:
        parts.append(f"<Iptc4xmpExt:DigitalSourceType>{SOURCE_TYPES}{escape(said.source_type)}"
                     "</Iptc4xmpExt:DigitalSourceType>")  # fmt: skip
    return _PACKET.format(body="".join(parts)).encode() if parts else b""


def sub_ifd(exif: Image.Exif, which: int) -> dict[int, Any]:
    """Return a block of EXIF; empty when it is damaged, for the picture matters more."""
    try:
        return exif.get_ifd(which)
    except (ValueError, TypeError, KeyError, IndexError, SyntaxError, EOFError, struct.error):
        return {}


def _exif_bytes(exif: Image.Exif) -> bytes:
    details, position = (exif.get_ifd(i) for i in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo))
    if not (dict(exif) or details or position):
        return b""
    try:
        return exif.tobytes()
    except (ValueError, TypeError, struct.error, OverflowError, AttributeError):
        return b""  # values of a broken writer; the picture matters more
