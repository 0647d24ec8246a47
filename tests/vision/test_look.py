"""Pixels of hand-made pictures measured exactly, and the same picture always alike."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from propvault.colours import hex_of, ruling
from propvault.vision.look import measure
from tests.conftest import picture


def plain(colour: str, size: tuple[int, int] = (512, 384)) -> Image.Image:
    return Image.new("RGB", size, colour)


def test_a_plain_colour_is_one_swatch() -> None:
    look = measure(plain("#7a5c3a"))
    assert [hex_of(s.lab) for s in look.swatches] == ["#7a5c3a"]
    assert look.swatches[0].share == 1
    assert look.contrast == 0 and look.sharpness == 0
    assert not look.is_grey


def test_shares_are_those_of_the_picture() -> None:
    image = plain("#f4f4f2")
    image.paste("#c01818", (0, 0, 128, 384))
    look = measure(image)
    assert [hex_of(s.lab) for s in look.swatches] == ["#f4f4f2", "#c01818"]
    assert [s.share for s in look.swatches] == pytest.approx([0.75, 0.25], abs=0.01)
    assert list(ruling(look.swatches)) == ["white", "red"]


@pytest.mark.parametrize(
    ("colour", "grey"),
    [("#808080", True), ("#000000", True), ("#ffffff", True), ("#808890", False)],
)
def test_black_and_white(colour: str, grey: bool) -> None:
    assert measure(plain(colour)).is_grey is grey


def test_a_spot_of_colour_is_not_black_and_white() -> None:
    image = picture(3, (512, 384)).convert("L").convert("RGB")
    assert measure(image).is_grey
    image.paste("#c01818", (0, 0, 60, 60))
    assert not measure(image).is_grey


@pytest.mark.parametrize(
    ("colour", "brightness"), [("#000000", 0), ("#777777", 50), ("#ffffff", 100)]
)
def test_brightness(colour: str, brightness: float) -> None:
    assert measure(plain(colour)).brightness == pytest.approx(brightness, abs=0.5)


def test_contrast_of_half_black_half_white() -> None:
    image = plain("#000000")
    image.paste("#ffffff", (0, 0, 512, 192))
    assert measure(image).contrast == pytest.approx(100, abs=0.5)


def test_blur_takes_sharpness_and_a_sharp_corner_is_enough() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (384, 512, 3), dtype=np.uint8)
    sharp = Image.fromarray(noise)
    soft = sharp.filter(ImageFilter.GaussianBlur(6))
    assert measure(soft).sharpness < 6 < measure(sharp).sharpness
    soft.paste(sharp.crop((0, 0, 170, 128)), (0, 0))
    assert measure(soft).sharpness > 6


def test_a_picture_is_measured_alike_each_time() -> None:
    assert measure(picture(7, (512, 341))) == measure(picture(7, (512, 341)))


@pytest.mark.parametrize("size", [(1, 1), (512, 1), (2, 3), (10, 512)])
def test_odd_sizes(size: tuple[int, int]) -> None:
    assert sum(s.share for s in measure(picture(1, size)).swatches) == pytest.approx(1, abs=0.07)
