"""EXIF and XMP of the sample pictures, which say plainly that they are renders."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from shots import Shot

STATEMENT = "Rendered with Blender Cycles for propvault; not a photograph"
# The IPTC term for pictures that people make with non-generative tools, as a 3D scene is.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
EXPOSURES = {
    "dusk": (1 / 15, 1600),
    "low": (1 / 125, 200),
    "overcast": (1 / 125, 200),
    "shade": (1 / 60, 400),
    "backlit": (1 / 200, 100),
}


def moment(shot: Shot, walk: dict[str, Any]) -> datetime:
    """When the shot was taken, in local time."""
    return datetime.fromisoformat(f"{walk['day']}T{shot.at}")


def place(fraction: float, path: list[list[float]]) -> tuple[float, float]:
    """Return a point on an invented walk, from 0 at its start to 1 at its end."""
    reach = min(max(fraction, 0.0), 0.9999) * (len(path) - 1)
    first, rest = int(reach), reach % 1
    (lat0, lon0), (lat1, lon1) = path[first], path[first + 1]
    return lat0 + (lat1 - lat0) * rest, lon0 + (lon1 - lon0) * rest


def _degrees(value: float) -> tuple[IFDRational, ...]:
    whole, minutes = int(value), (value % 1) * 60
    return (
        IFDRational(whole, 1),
        IFDRational(int(minutes), 1),
        IFDRational(round((minutes % 1) * 6000), 100),
    )


def exif(shot: Shot, walk: dict[str, Any], fraction: float, orientation: int) -> Image.Exif:
    """Return the EXIF block of a camera that stood on the walk."""
    when = moment(shot, walk)
    stamp = when.strftime("%Y:%m:%d %H:%M:%S")
    block = Image.Exif()
    block.update(
        {
            0x010E: STATEMENT,
            0x010F: "propvault",
            0x0110: "Cycles render",
            0x0112: orientation,
            0x0131: "Blender 4.5 Cycles",
            0x0132: stamp,
            0x8298: "CC0-1.0",
        }
    )
    seconds, iso = EXPOSURES.get(shot.sun, (1 / 250, 100))
    detail = block.get_ifd(0x8769)
    detail.update(
        {
            0x829A: IFDRational(1, round(1 / seconds)),
            0x829D: IFDRational(round(shot.stop * 10), 10),
            0x8827: iso,
            0x9003: stamp,
            0x9004: stamp,
            0x9010: "+08:00",
            0x9011: "+08:00",
            0x920A: IFDRational(round(shot.lens), 1),
            0xA405: round(shot.lens),
            0xA434: walk["lens_model"],
        }
    )
    if when.microsecond:
        detail[0x9291] = f"{when.microsecond // 1000:03d}"
    lat, lon = place(fraction, walk["path"])
    aim = math.degrees(math.atan2(shot.aim[0] - shot.eye[0], shot.aim[1] - shot.eye[1])) % 360
    block.get_ifd(0x8825).update(
        {
            1: "N",
            2: _degrees(lat),
            3: "E",
            4: _degrees(lon),
            5: b"\x00",
            6: IFDRational(walk["altitude"], 1),
            16: "T",
            17: IFDRational(round(aim * 10), 10),
        }
    )
    return block


def xmp(subjects: tuple[str, ...] = (), rating: int = 0) -> bytes:
    """Return an XMP packet with the source type, and for a sidecar its rating and subjects."""
    extra = f"<xmp:Rating>{rating}</xmp:Rating>" if rating else ""
    if subjects:
        items = "".join(f"<rdf:li>{word}</rdf:li>" for word in subjects)
        extra += f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<Iptc4xmpExt:DigitalSourceType>{SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>"
        f"{extra}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()
