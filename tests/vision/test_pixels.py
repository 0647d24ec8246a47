"""Every format upright and in sRGB; limits checked before a pixel is decoded; digests of pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from propvault.errors import PictureError
from propvault.vision.digest import coded_digest
from propvault.vision.pixels import flatten, open_upright
from propvault.vision.reader import read_picture
from tests.conftest import exif, picture


def difference(one: Image.Image, other: Image.Image) -> float:
    a, b = (np.asarray(flatten(i).resize((32, 24)), np.float32) for i in (one, other))
    return float(np.abs(a - b).mean())


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif", "bmp", "gif", "avif", "jp2"])
def test_each_format(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    picture(3).save(path)
    assert difference(open_upright(path), picture(3)) < 6
    small = open_upright(path, long_edge=100)
    assert small.size == (100, 75) and difference(small, picture(3)) < 8
    facts = read_picture(path, info=None, max_decoded_mb=512)
    assert (facts.width, facts.height) == (320, 240)
    lengths = {name: len(value) for name, value in facts.fingerprints.items()}
    assert lengths["phash"] == lengths["dhash"] == 8
    turned = lengths["phash-turned"]
    assert turned == lengths["dhash-turned"] and turned in (8, 16, 32, 64)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation(orientation: int, tmp_path: Path) -> None:
    upright = picture(4)
    for turn in (None, *Image.Transpose):
        turned = upright if turn is None else upright.transpose(turn)
        turned.getexif()[0x0112] = orientation
        if difference(ImageOps.exif_transpose(turned), upright) == 0:
            break
    turned.save(tmp_path / "a.jpg", exif=exif(orientation=orientation), quality=95)
    assert difference(open_upright(tmp_path / "a.jpg"), upright) < 4
    facts = read_picture(tmp_path / "a.jpg", info=None, max_decoded_mb=512)
    assert (facts.width, facts.height) == upright.size


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("L", "png"), ("LA", "png"), ("P", "png"), ("RGBA", "png"), ("1", "png"), ("I;16", "png"),
     ("F", "tif"), ("CMYK", "tif"), ("CMYK", "jpg")],
)  # fmt: skip
def test_each_mode_becomes_rgb(mode: str, suffix: str, tmp_path: Path) -> None:
    grey = picture(5).convert("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    elif mode == "F":
        image = Image.fromarray(np.asarray(grey).astype(np.float32) * 0.01)
    else:
        image = picture(5).convert(mode)
    image.save(tmp_path / f"a.{suffix}")
    opened = flatten(open_upright(tmp_path / f"a.{suffix}", long_edge=64))
    assert opened.mode == "RGB"
    limit = 60 if mode in ("1", "CMYK", "F") else 8
    reference = picture(5) if mode in ("P", "RGBA", "CMYK") else grey.convert("RGB")
    assert difference(opened, reference) < limit


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (200, 0, 0, 0)).save(tmp_path / "a.png")
    assert flatten(open_upright(tmp_path / "a.png")).getpixel((5, 5)) == (255, 255, 255)


def test_a_profile_is_taken_to_srgb(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The same profile with red and blue exchanged, under another name.
    profile = profile.replace(b"rXYZ", b"tmp_").replace(b"bXYZ", b"rXYZ").replace(b"tmp_", b"bXYZ")
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    picture(6).save(tmp_path / "a.jpg", icc_profile=profile, quality=95)
    red, green, blue = picture(6).split()
    swapped = Image.merge("RGB", (blue, green, red))
    assert (
        difference(open_upright(tmp_path / "a.jpg"), swapped) < 6 < difference(swapped, picture(6))
    )
    picture(6).save(tmp_path / "b.jpg", icc_profile=b"no profile at all", quality=95)
    assert difference(open_upright(tmp_path / "b.jpg"), picture(6)) < 4


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(0, 3000), flip=st.integers(0, 3000), value=st.integers(0, 255))
def test_damage_is_one_error_or_a_picture(
    cut: int, flip: int, value: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("damage") / "a.jpg"
    picture(7).save(path, exif=exif())
    data = bytearray(path.read_bytes())
    data[flip % len(data)] = value
    path.write_bytes(data[: len(data) - cut])
    try:
        facts = read_picture(path, info=None, max_decoded_mb=64)
    except PictureError as error:
        assert str(error)
    else:
        assert facts.preview


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_metadata_does_not_change_the_coded_digest(suffix: str, tmp_path: Path) -> None:
    one, other, third = (tmp_path / f"{n}.{suffix}" for n in "abc")
    picture(8).save(one)
    picture(8).save(other, exif=exif(), xmp=b"<x/>")
    picture(9).save(third)
    kind = {"jpg": "jpeg"}.get(suffix, suffix)
    assert one.read_bytes() != other.read_bytes()
    assert coded_digest(one, kind) == coded_digest(other, kind) != coded_digest(third, kind)
