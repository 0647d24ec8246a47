"""Hashes of a picture, whichever way up it is; what tells originals from copies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from propvault.vision.fingerprints import fingerprints
from propvault.vision.quality import coarseness, sharpness
from tests.conftest import picture

ORIENTATIONS = [None, *Image.Transpose]


def values(hashes: bytes) -> set[int]:
    return {int(value) for value in np.frombuffer(hashes, ">u8")}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("algorithm", ["phash-turned", "dhash-turned"])
def test_the_eight_orientations_have_a_hash_in_common(seed: int, algorithm: str) -> None:
    upright = picture(seed, (320, 320))
    found = values(fingerprints(upright)[algorithm])
    for orientation in ORIENTATIONS:
        turned = upright if orientation is None else upright.transpose(orientation)
        near = min(
            (one ^ other).bit_count()
            for one in found
            for other in values(fingerprints(turned)[algorithm])
        )
        assert near <= 1


def test_a_symmetric_picture_has_several_orientations() -> None:
    ring = np.hypot(*np.mgrid[-16:16, -16:16] + 0.5)
    hashes = fingerprints(Image.fromarray((ring * 10).astype(np.uint8)))
    assert len(hashes["phash-turned"]) == 8 * 8


def test_a_blank_picture_has_none() -> None:
    hashes = fingerprints(Image.new("RGB", (300, 200), "grey"))
    assert hashes["phash-turned"] == hashes["dhash-turned"] == b""
    assert len(hashes["phash"]) == 8


def test_a_re_encode_is_coarser(tmp_path: Path) -> None:
    for quality in (95, 60):
        picture(1).save(tmp_path / f"{quality}.jpg", quality=quality)
    fine, coarse = (coarseness(tmp_path / f"{quality}.jpg") for quality in (95, 60))
    assert fine is not None and coarse is not None and 1 <= fine < coarse <= 255
    picture(1).save(tmp_path / "lossless.png")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no")
    for name in ("lossless.png", "broken.jpg", "absent.jpg"):
        assert coarseness(tmp_path / name) is None


def test_a_blurred_picture_is_less_sharp() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 300), dtype=np.uint8)
    sharp = Image.fromarray(noise)
    assert sharpness(sharp) > 2 * sharpness(sharp.filter(ImageFilter.GaussianBlur(2)))
