"""Computed tags of drawn pictures, imported like any other: exactly these, no more, no fewer.

What is expected follows from how the picture was drawn and from the almanac (the sun over George
Town on 13 January sets at 19:22, at 247 degrees), not from what the program says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import asin, atan2, cos, degrees, radians, sin
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageFilter, PngImagePlugin

from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.values import Capture, PhotoView, TagSource
from propvault.vault.vault import Vault
from propvault.vault.views import photo_rows, photo_views
from tests.conftest import exif

SEEDS = Path(__file__).parents[2] / "seeds" / "camera"
WIDE = (600, 400)


def plain(colour: str, size: tuple[int, int] = WIDE) -> Image.Image:
    return Image.new("RGB", size, colour)


def parts(*colours: str, size: tuple[int, int] = WIDE) -> Image.Image:
    """Return upright stripes of one width."""
    image = plain(colours[0], size)
    step = size[0] // len(colours)
    for at, colour in enumerate(colours):
        image.paste(colour, (at * step, 0, size[0], size[1]))
    return image


def chequered(size: tuple[int, int] = WIDE) -> Image.Image:
    """Return sharp squares of two greys: neither bright nor dim, of little contrast."""
    rows, columns = (np.arange(n) // 20 for n in (size[1], size[0]))
    grey = np.where((rows[:, None] + columns) % 2, 150, 100).astype(np.uint8)
    return Image.fromarray(grey).convert("RGB")


def at(time: str, bearing: float | None = None, day: str = "2026:01:13") -> Image.Exif:
    """Return a camera's EXIF in George Town, UTC+8."""
    data = exif(f"{day} {time}", "+08:00", (5.4141, 100.3288))
    if bearing is not None:
        place = data.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSImgDirectionRef] = "T"
        place[ExifTags.GPS.GPSImgDirection] = bearing
    return data


# Where two colours meet, their greys differ by 40 of 255 at most: too little to be called sharp.
FAINT = {"shot:horizontal", "shot:blurred"}
GREY = {"colour:monochrome", "shot:horizontal"}
SHOT = {*GREY, "origin:camera"}
DAY = {*SHOT, "light:daylight"}
LOW = {*DAY, "light:afternoon", "light:golden-hour"}


@dataclass(frozen=True)
class Case:
    """A picture and the computed tags that are true of it."""

    image: Image.Image
    expected: set[str]
    exif: Image.Exif | None = None
    name: str = "picture.png"
    text: dict[str, str] = field(default_factory=dict)


CASES: dict[str, Case] = {
    # Pixels.
    "a grey card": Case(plain("#808080"), {*GREY, "shot:blurred"}),
    "sharp greys": Case(chequered(), GREY),
    "soft greys": Case(
        chequered().filter(ImageFilter.GaussianBlur(25)), {*GREY, "shot:blurred"}
    ),
    "black": Case(plain("#080808"), {*GREY, "light:dim", "shot:blurred"}),
    "white": Case(plain("#f8f8f8"), {*GREY, "light:bright", "shot:blurred"}),
    "black beside white": Case(parts("#000000", "#ffffff"), {*GREY, "light:chiaroscuro"}),
    "a brown wall": Case(
        plain("#7a5c3a"), {"colour:brown", "shot:horizontal", "shot:blurred"}
    ),
    "a red door in a white wall": Case(
        parts("#f4f4f2", "#f4f4f2", "#f4f4f2", "#c01818"),
        {"colour:white", "colour:red", "colour:colourful", "light:bright", "shot:horizontal"},
    ),
    "three paints": Case(
        parts("#c01818", "#208030", "#1838c0"),
        {"colour:red", "colour:green", "colour:blue", "colour:colourful", *FAINT},
    ),
    "a beam of a twentieth counts where it is vivid": Case(
        parts(*["#808080"] * 19, "#e87818"), {"colour:grey", "colour:orange", *FAINT}
    ),
    "a beam of a twentieth does not where it is pale": Case(
        parts(*["#808080"] * 19, "#90b880"), {"colour:grey", *FAINT}
    ),
    # Frames.
    "upright": Case(chequered((400, 600)), {"colour:monochrome", "shot:vertical"}),
    "turned by EXIF": Case(
        chequered(), {*SHOT, "shot:vertical"} - {"shot:horizontal"},
        exif(None, None, None, orientation=6),
    ),
    "square": Case(chequered((500, 500)), {"colour:monochrome", "shot:square"}),
    "twice as wide": Case(chequered((900, 440)), {*GREY, "shot:panorama"}),
    "nearly twice as wide": Case(chequered((880, 460)), GREY),
    # The sun.
    "morning": Case(chequered(), {*DAY, "light:morning"}, at("10:00:00")),
    "noon": Case(chequered(), {*DAY, "light:noon"}, at("13:28:00")),
    "afternoon": Case(chequered(), {*DAY, "light:afternoon"}, at("17:00:00")),
    "under the sun at the equinox": Case(
        chequered(), {*DAY, "light:noon", "light:top-lit"}, at("13:25:00", day="2026:03:20")
    ),
    "sunset": Case(chequered(), LOW, at("19:10:00")),
    "into the sun": Case(chequered(), {*LOW, "light:backlit"}, at("19:10:00", 250)),
    "sun behind": Case(chequered(), {*LOW, "light:front-lit"}, at("19:10:00", 70)),
    "sun aside": Case(chequered(), {*LOW, "light:side-lit"}, at("19:10:00", 337)),
    "after sunset": Case(chequered(), {*SHOT, "light:golden-hour"}, at("19:30:00")),
    "blue hour": Case(chequered(), {*SHOT, "light:blue-hour"}, at("19:40:30")),
    "night": Case(chequered(), {*SHOT, "light:night"}, at("21:00:00", 250)),
    "no offset and no place, no claim": Case(
        chequered(), SHOT, exif("2026:01:13 13:28:00", None, None)
    ),
    # Origin.
    "generated": Case(
        chequered(), {*GREY, "origin:generated"}, name="lane.png",
        text={"parameters": "a lane\nSteps: 20, Sampler: Euler, Seed: 1"},
    ),
    "messenger": Case(chequered(), {*GREY, "origin:messenger"}, name="mmexport1762029360844.jpg"),
    "screenshot": Case(
        chequered(), {*GREY, "origin:screenshot"}, name="Screenshot_20260113-174205.png"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PhotoView]:
    """Import every case from a folder of its own, so that their names may be alike."""
    home = tmp_path_factory.mktemp("cases")
    for number, case in enumerate(CASES.values()):
        folder = home / "card" / f"{number:02}"
        folder.mkdir(parents=True)
        # A corner that differs, or equal pictures would be one photo.
        image = case.image.copy()
        image.putpixel((0, 0), (number, number, number))
        options = {} if case.exif is None else {"exif": case.exif}
        info = PngImagePlugin.PngInfo()
        for key, text in case.text.items():
            info.add_text(key, text)
        image.save(folder / case.name, **options, pnginfo=info, quality=95)
    list(import_photos(ImportRequest(home / "vault", (home / "card",), workers=0)))
    with Vault(home / "vault") as vault:
        views = photo_views(vault, photo_rows(vault))
    by_folder = {int(s.path.parent.name): view for view in views for s in view.sightings}
    return {name: by_folder[number] for number, name in enumerate(CASES)}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[PhotoView]:
    root = tmp_path_factory.mktemp("seeds") / "vault"
    list(import_photos(ImportRequest(root, (SEEDS,), workers=0)))
    with Vault(root) as vault:
        return list(photo_views(vault, photo_rows(vault)))


def computed(view: PhotoView) -> set[str]:
    return {t.tag.name for t in view.tags if t.source is TagSource.COMPUTED}


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_was_drawn(name: str, found: dict[str, PhotoView]) -> None:
    assert computed(found[name]) == CASES[name].expected


def elevation_of(capture: Capture) -> float:
    """Return the sun's elevation in degrees by the Almanac's low-precision formulas."""
    local = datetime.fromisoformat(str(capture.taken_local))
    moment = local - timedelta(minutes=capture.taken_offset or 0)
    days = (moment - datetime(2000, 1, 1, 12)) / timedelta(days=1)
    anomaly = radians(357.528 + 0.9856003 * days)
    longitude = radians(
        280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly)
    )
    tilt = radians(23.439 - 0.0000004 * days)
    declination = asin(sin(tilt) * sin(longitude))
    ascension = degrees(atan2(cos(tilt) * sin(longitude), cos(longitude)))
    sidereal = 15 * (18.697374558 + 24.06570982441908 * days)
    hour = radians(sidereal + (capture.longitude or 0) - ascension)
    latitude = radians(capture.latitude or 0)
    return degrees(
        asin(sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hour))
    )


def expected_light(elevation: float) -> set[str]:
    """Return what docs/dev/tags.md says of a sun at an elevation, but for the half of the day."""
    if elevation < -6:
        return {"light:night"}
    hours = {"light:golden-hour"} if -4 <= elevation <= 6 else set()
    hours |= {"light:blue-hour"} if -6 <= elevation < -4 else set()
    return hours | ({"light:daylight"} if elevation > -0.8 else set())


def test_light_of_the_seeds_is_the_almanacs(seeds: list[PhotoView]) -> None:
    hours = {f"light:{name}" for name in ("night", "golden-hour", "blue-hour", "daylight")}
    judged = 0
    for view in seeds:
        capture = view.capture
        if capture.taken_offset is None or capture.latitude is None:
            assert not computed(view) & hours
            continue
        elevation = elevation_of(capture)
        # Refraction lifts a low sun by up to half a degree, so nothing is said near a border.
        if min(abs(elevation - border) for border in (-6, -4, -0.8, 6)) > 0.6:
            judged += 1
            assert computed(view) & hours == expected_light(elevation), view.name
    assert judged >= 40


def test_seeds_are_colour_pictures_of_their_shape(seeds: list[PhotoView]) -> None:
    for view in seeds:
        shape = "vertical" if view.height > view.width else "horizontal"
        shots = {"shot:vertical", "shot:horizontal", "shot:square", "shot:panorama"}
        assert computed(view) & shots == {f"shot:{shape}"}, view.name
        with Image.open(view.preview) as preview:
            red, green, blue = np.asarray(preview.convert("RGB"), np.int16).reshape(-1, 3).T
        spread = np.maximum(abs(red - green), abs(green - blue))
        is_grey = bool(np.percentile(spread, 99) <= 12)
        assert ("colour:monochrome" in computed(view)) is is_grey, view.name
