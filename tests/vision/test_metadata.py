"""Dates, positions and XMP: what can be true is kept, what cannot is dropped with a note."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from propvault.errors import PictureError
from propvault.values import Capture
from propvault.vision.metadata import parse_xmp, read_capture, read_sidecar
from tests.conftest import exif, picture


def read(data: Image.Exif, tmp_path: Path) -> Capture:
    picture(0, (32, 24)).save(tmp_path / "a.jpg", exif=data)
    with Image.open(tmp_path / "a.jpg") as image:
        return read_capture(image)


def test_a_camera_is_believed(tmp_path: Path) -> None:
    data = exif()
    place = data.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSAltitude], place[ExifTags.GPS.GPSAltitudeRef] = 12.5, b"\x00"
    place[ExifTags.GPS.GPSImgDirection] = 271.5
    capture = read(data, tmp_path)
    assert capture.latitude == pytest.approx(5.41, abs=1e-5)
    assert capture.longitude == pytest.approx(100.33, abs=1e-5)
    assert (capture.altitude, capture.bearing) == (12.5, 271.5)
    assert (capture.camera, capture.f_number, capture.iso) == ("Canon EOS R6", 2.8, 400)
    assert (capture.taken_offset, capture.offset_source, capture.notes) == (480, "exif", ())


TOMORROW_YEAR = (datetime.now(UTC) + timedelta(days=400)).strftime("%Y:%m:%d %H:%M:%S")


@pytest.mark.parametrize(
    "written",
    [
        "1904:01:01 00:00:00",
        "2026:13:01 10:00:00",
        "2026:01:13 10:00:61",
        "2026:02:30 10:00:00",
        "1980:01:01 00:00:12",
        "yesterday at noon",
        TOMORROW_YEAR,
    ],
)
def test_a_date_that_cannot_be_true_is_dropped(written: str, tmp_path: Path) -> None:
    capture = read(exif(taken=written), tmp_path)
    assert capture.taken_local is None and capture.taken_offset is None
    assert [note.code for note in capture.notes] == ["capture.bad_date"]


def test_an_empty_date_is_only_missing(tmp_path: Path) -> None:
    capture = read(exif(taken="0000:00:00 00:00:00"), tmp_path)
    assert capture.taken_local is None and capture.notes == ()


@pytest.mark.parametrize("gps", [(0.0, 0.0), (95.0, 10.0), (10.0, 190.0)])
def test_a_position_that_cannot_be_true_is_dropped(
    gps: tuple[float, float], tmp_path: Path
) -> None:
    capture = read(exif(gps=gps), tmp_path)
    assert capture.latitude is None and capture.longitude is None
    assert [note.code for note in capture.notes] == ["capture.bad_position"]


@pytest.mark.parametrize(
    ("gps", "taken", "minutes"),
    [
        ((5.41, 100.33), "2026:01:13 17:42:05", 480),
        ((48.86, 2.35), "2026:01:13 12:00:00", 60),
        ((48.86, 2.35), "2026:07:13 12:00:00", 120),
        ((-33.87, 151.21), "2026:01:13 12:00:00", 660),
    ],
)
def test_the_place_gives_the_zone(
    gps: tuple[float, float], taken: str, minutes: int, tmp_path: Path
) -> None:
    capture = read(exif(taken=taken, offset=None, gps=gps), tmp_path)
    assert (capture.taken_offset, capture.offset_source) == (minutes, "gps")


@pytest.mark.parametrize("offset", ["+25:00", "08:00", "+08:75", "Z"])
def test_an_odd_offset_is_not_believed(offset: str, tmp_path: Path) -> None:
    capture = read(exif(offset=offset, gps=None), tmp_path)
    assert capture.taken_offset is None and capture.taken_local == "2026-01-13T17:42:05"


RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    'syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" {}</rdf:Description></rdf:RDF></x:xmpmeta>'
)


@pytest.mark.parametrize(
    ("body", "rating", "subjects"),
    [
        ('xmp:Rating="4">', 4, ()),
        ("><xmp:Rating>5</xmp:Rating>", 5, ()),
        ('xmp:Rating="-1">', None, ()),
        ('xmp:Rating="inf">', None, ()),
        (
            "><dc:subject><rdf:Bag><rdf:li>竹椅</rdf:li><rdf:li>竹椅</rdf:li><rdf:li/>"
            "</rdf:Bag></dc:subject>",
            None,
            ("竹椅",),
        ),
    ],
)
def test_xmp(body: str, rating: int | None, subjects: tuple[str, ...]) -> None:
    facts = parse_xmp(RDF.format(body))
    assert (facts.rating, facts.subjects) == (rating, subjects)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    ],
)
def test_hostile_xmp_is_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_text(text)
    with pytest.raises(PictureError, match="not readable XMP"):
        read_sidecar(path)
