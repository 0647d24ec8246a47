"""Fixtures: an isolated home, small real pictures, and vaults made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from PIL import ExifTags, Image

# Machines are shared: how long an example takes says nothing, and must not decide a test.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

PictureMaker = Callable[..., Path]


@pytest.fixture(autouse=True)
def _home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Give each test its own config, data and cache, and English messages."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "USERPROFILE", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    # One cache for all: vaults have ids of their own, and tag vectors take seconds to make.
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("PROPVAULT_CACHE", str(cache))
    monkeypatch.setenv("PROPVAULT_LANG", "en")
    monkeypatch.delenv("PROPVAULT_VAULT", raising=False)
    yield


def picture(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Return a picture with large shapes, different for each seed."""
    random = np.random.default_rng(seed)
    blocks = random.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC)


def exif(
    taken: str | None = "2026:01:13 17:42:05",
    offset: str | None = "+08:00",
    gps: tuple[float, float] | None = (5.41, 100.33),
    orientation: int = 1,
) -> Image.Exif:
    """Return EXIF as a camera writes it."""
    data = Image.Exif()
    data[ExifTags.Base.Make], data[ExifTags.Base.Model] = "Canon", "Canon EOS R6"
    data[ExifTags.Base.Orientation] = orientation
    details = data.get_ifd(ExifTags.IFD.Exif)
    if taken:
        details[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    details[ExifTags.Base.FNumber] = 2.8
    details[ExifTags.Base.ISOSpeedRatings] = 400
    if gps:
        place = data.get_ifd(ExifTags.IFD.GPSInfo)
        for tag, ref, value, names in (
            (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, gps[0], "NS"),
            (ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, gps[1], "EW"),
        ):
            degrees = abs(value)
            minutes = degrees % 1 * 60
            place[tag] = (float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4))
            place[ref] = names[value < 0]
    return data


@pytest.fixture
def make_picture(tmp_path: Path) -> PictureMaker:
    """Return a function that writes a picture below the test's ``card`` folder."""

    def make(name: str, seed: int = 0, **options: object) -> Path:
        path = tmp_path / "card" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(seed).save(path, **({"exif": exif()} | options))
        return path

    return make
