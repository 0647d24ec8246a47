"""When, where and with what a picture was taken, from EXIF and XMP.

Nothing is trusted: a value that cannot be true is dropped with a note, never repaired. Tag names
are those of EXIF 2.32 (CIPA DC-008) and of the XMP specification.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import ExifTags, Image

from propvault.errors import PictureError
from propvault.reasons import Reason
from propvault.values import Capture, OffsetSource

FIRST_DIGITAL_YEAR = 1975
"""The first digital camera; a capture time before it is a scanner's or an epoch's."""
_RESET_CLOCKS = frozenset(((1980, 1, 1), (1970, 1, 1)))
"""Dates (at midnight) of a camera whose clock was never set."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_LR = "{http://ns.adobe.com/lightroom/1.0/}"
_IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_MAX_XMP_BYTES = 8_000_000
_MAX_TEXT = 200
_DATE = re.compile(r"(\d{4})[:\-./](\d\d)[:\-./](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")


@dataclass(frozen=True)
class XmpFacts:
    """What a sidecar or an embedded XMP packet says of its picture."""

    rating: int | None = None
    """Stars, 0 to 5."""
    subjects: tuple[str, ...] = ()
    """Keywords (dc:subject) in file order, without repeats."""
    hierarchies: tuple[str, ...] = ()
    """Keywords below what they belong to (lr:hierarchicalSubject), ``material|bamboo``."""
    creator: str | None = None
    """Who made it (dc:creator), several joined by commas."""
    rights: str | None = None
    """Its rights (dc:rights)."""
    source_types: tuple[str, ...] = ()
    """IPTC digital source types without their prefix."""
    tool: str = ""
    """xmp:CreatorTool."""
    comment: str = ""
    """exif:UserComment."""


def read_capture(image: Image.Image, xmp: XmpFacts | None = None) -> Capture:
    """Read EXIF and embedded XMP of an opened picture; unreadable metadata gives an empty value.

    Args:
        image: the picture, whose pixels need not be decoded.
        xmp: what `embedded_xmp` found, when it was asked already.
    """
    notes: list[Reason] = []
    exif = image.getexif()
    details = _ifd(exif, ExifTags.IFD.Exif)
    position = _ifd(exif, ExifTags.IFD.GPSInfo)
    latitude, longitude = _position(position, notes)
    taken = _taken(details, notes)
    offset, source = _offset(details, taken, latitude, longitude)
    xmp = embedded_xmp(image) if xmp is None else xmp
    return Capture(
        taken_local=taken.isoformat(timespec="milliseconds" if taken.microsecond else "seconds")
        if taken
        else None,
        taken_offset=offset,
        offset_source=source,
        latitude=latitude,
        longitude=longitude,
        altitude=_altitude(position),
        bearing=_bearing(position),
        camera=camera_of(exif),
        lens=clean_text(details.get(ExifTags.Base.LensModel)),
        exposure=_positive(details.get(ExifTags.Base.ExposureTime)),
        f_number=_positive(details.get(ExifTags.Base.FNumber)),
        iso=_whole(details.get(ExifTags.Base.ISOSpeedRatings)),
        focal=_positive(details.get(ExifTags.Base.FocalLength)),
        rating=xmp.rating,
        subjects=xmp.subjects,
        hierarchies=xmp.hierarchies,
        creator=xmp.creator or clean_text(exif.get(ExifTags.Base.Artist)),
        rights=xmp.rights or clean_text(exif.get(ExifTags.Base.Copyright)),
        notes=tuple(notes),
    )


def read_sidecar(path: Path) -> XmpFacts:
    """Read an ``.xmp`` file.

    Raises:
        PictureError: when it is not XMP or cannot be read.
    """
    try:
        if path.stat().st_size > _MAX_XMP_BYTES:
            raise PictureError("sidecar.too_large", path=str(path))
        return parse_xmp(path.read_bytes())
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise PictureError("sidecar.unreadable", path=str(path)) from error
    except OSError as error:
        raise PictureError("picture.disk_error", path=str(path), detail=str(error)) from error


def parse_xmp(packet: bytes | str) -> XmpFacts:
    """Parse an XMP packet.

    Raises:
        xml.etree.ElementTree.ParseError, ValueError: when it is not XML, or hostile XML.
    """
    root = fromstring(packet.strip(b"\x00 \r\n\t") if isinstance(packet, bytes) else packet)
    rating: int | None = None
    for description in root.iter(f"{_RDF}Description"):
        rating = _rating(description) if rating is None else rating
    tool, comment = (_first(root, name) for name in (f"{_XMP}CreatorTool", f"{_EXIF}UserComment"))
    return XmpFacts(
        rating,
        _items(root, f"{_DC}subject"),
        _items(root, f"{_LR}hierarchicalSubject"),
        creator=_joined(root, f"{_DC}creator"),
        rights=_joined(root, f"{_DC}rights"),
        source_types=_source_types(root),
        tool=tool,
        comment=comment,
    )


def _items(root: Element, name: str) -> tuple[str, ...]:
    """Return the distinct texts of a list."""
    path = f"{name}//{_RDF}li"
    written = [i.text for d in root.iter(f"{_RDF}Description") for i in d.iterfind(path)]
    return tuple(dict.fromkeys(text for value in written if (text := clean_text(value))))


def _values(root: Element, name: str) -> list[str]:
    """Return a property's texts wherever XMP may write it: attribute, element, list."""
    written = [element.get(name) for element in root.iter(f"{_RDF}Description")]
    for element in root.iter(name):
        items = element.findall(f".//{_RDF}li")
        written += [item.text for item in items] or [element.get(f"{_RDF}resource") or element.text]
    return list(dict.fromkeys(text for value in written if (text := clean_text(value))))


def _joined(root: Element, name: str) -> str | None:
    return ", ".join(_values(root, name))[:_MAX_TEXT] or None


def _first(root: Element, name: str) -> str:
    return next(iter(_values(root, name)), "")


def _source_types(root: Element) -> tuple[str, ...]:
    names = (f"{_IPTC}DigitalSourceType", f"{_IPTC}DigitalSourcetype")
    return tuple(value.rsplit("/", 1)[-1] for name in names for value in _values(root, name))


def embedded_xmp(image: Image.Image) -> XmpFacts:
    """Return what the XMP packet in a picture says; nothing where it is damaged."""
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if not isinstance(packet, bytes | str) or len(packet) > _MAX_XMP_BYTES:
        return XmpFacts()
    try:
        return parse_xmp(packet)
    except (ParseError, DefusedXmlException, ValueError):
        return XmpFacts()


def _rating(description: Element) -> int | None:
    text = description.get(f"{_XMP}Rating") or description.findtext(f"{_XMP}Rating")
    try:
        stars = round(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
    # -1 means "rejected" in XMP; a person's rejection is not carried over as a rating.
    return stars if stars is not None and 0 <= stars <= 5 else None


def details_of(image: Image.Image) -> Mapping[int, Any]:
    """Return the tags of the EXIF block proper; none where it is damaged."""
    return _ifd(image.getexif(), ExifTags.IFD.Exif)


def _ifd(exif: Image.Exif, which: int) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(which)
    except Exception:  # noqa: BLE001 — Pillow's IFD reader raises a dozen types on damaged EXIF, and damaged EXIF must not cost the picture
        return {}


def _taken(details: Mapping[int, Any], notes: list[Reason]) -> datetime | None:
    for tag, sub in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.SubsecTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.SubsecTimeDigitized),
    ):
        written = clean_text(details.get(tag))
        if not written or not written.strip(" :0"):
            continue
        taken = _parse_date(written)
        if taken is None:
            notes.append(Reason.of("capture.bad_date", written=written))
            continue
        fraction = re.match(r"\d{1,6}", clean_text(details.get(sub)) or "")
        return taken.replace(microsecond=int(fraction[0].ljust(6, "0")) if fraction else 0)
    return None


def _parse_date(written: str) -> datetime | None:
    match = _DATE.match(written)
    try:
        taken = datetime(*map(int, match.groups())) if match else None  # type: ignore[arg-type]
    except ValueError:
        return None
    if taken is None or taken.year < FIRST_DIGITAL_YEAR:
        return None
    if (taken.year, taken.month, taken.day) in _RESET_CLOCKS and taken.hour == 0:
        return None
    # Two days: a clock set to another zone is believable, next year is not.
    if taken > datetime.now(UTC).replace(tzinfo=None) + timedelta(days=2):
        return None
    return taken


def _offset(
    details: Mapping[int, Any],
    taken: datetime | None,
    latitude: float | None,
    longitude: float | None,
) -> tuple[int | None, OffsetSource]:
    """Return minutes east of UTC and where they come from: the camera, else the place's zone."""
    if taken is None:
        return None, "none"
    match = _OFFSET.fullmatch(clean_text(details.get(ExifTags.Base.OffsetTimeOriginal)) or "")
    if match:
        minutes = int(match[2]) * 60 + int(match[3])
        if int(match[3]) < 60 and minutes <= 14 * 60:
            return (-minutes if match[1] == "-" else minutes), "exif"
    if latitude is None or longitude is None:
        return None, "none"
    # Imported here: the zone map is 20 MB and only needed for positions without an offset.
    import tzfpy

    try:
        zone = ZoneInfo(tzfpy.get_tz(longitude, latitude))
    except (ZoneInfoNotFoundError, ValueError):
        return None, "none"
    delta = taken.replace(tzinfo=zone).utcoffset()
    return (round(delta.total_seconds() / 60), "gps") if delta is not None else (None, "none")


def _position(gps: Mapping[int, Any], notes: list[Reason]) -> tuple[float | None, float | None]:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef))
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef))
    if latitude is None and longitude is None:
        if ExifTags.GPS.GPSLatitude in gps:
            notes.append(Reason.of("capture.bad_position", written=_written(gps)))
        return None, None
    believable = (
        latitude is not None
        and longitude is not None
        and abs(latitude) <= 90
        and abs(longitude) <= 180
        and (abs(latitude) > 1e-6 or abs(longitude) > 1e-6)
    )
    if not believable:
        notes.append(Reason.of("capture.bad_position", written=_written(gps)))
        return None, None
    return latitude, longitude


def _written(gps: Mapping[int, Any]) -> str:
    tags = (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude)
    return " ".join(str(gps.get(tag, "-")) for tag in tags)[:_MAX_TEXT]


def _degrees(parts: object, reference: object) -> float | None:
    """Turn degrees, minutes and seconds into signed degrees; None when any is missing or odd."""
    sign = {"N": 1, "E": 1, "S": -1, "W": -1}.get((clean_text(reference) or "")[:1].upper())
    if sign is None or not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    if any(n is None or n < 0 for n in numbers):
        return None
    degrees, minutes, seconds = (n for n in numbers if n is not None)
    if minutes >= 60 or seconds > 60:
        return None
    return sign * (degrees + minutes / 60 + seconds / 3600)


def _altitude(gps: Mapping[int, Any]) -> float | None:
    metres = _number(gps.get(ExifTags.GPS.GPSAltitude))
    if metres is None or not 0 <= metres <= 20_000:
        return None
    return -metres if gps.get(ExifTags.GPS.GPSAltitudeRef) in (1, b"\x01") else metres


def _bearing(gps: Mapping[int, Any]) -> float | None:
    degrees = _number(gps.get(ExifTags.GPS.GPSImgDirection))
    return degrees % 360 if degrees is not None and 0 <= degrees <= 360 else None


def camera_of(exif: Image.Exif) -> str | None:
    """Return make and model, the make not repeated."""
    make, model = (
        clean_text(exif.get(ExifTags.Base.Make)),
        clean_text(exif.get(ExifTags.Base.Model)),
    )
    if make and model and not model.lower().startswith(make.split()[0].lower()):
        return f"{make} {model}"
    return model or make


def clean_text(value: object) -> str | None:
    """Return a metadata text up to its first NUL, at most 200 characters; None when empty."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return value.split("\x00")[0].strip()[:_MAX_TEXT] or None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _whole(value: object) -> int | None:
    first = value[0] if isinstance(value, tuple) and value else value
    number = _positive(first)
    return round(number) if number is not None else None
