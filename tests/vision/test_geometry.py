"""Same picture changed, another take, or only alike: on the sample library and on drawn tiles."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from propvault.grouping import relation
from propvault.vision.geometry import (
    NOTHING,
    Features,
    Geometry,
    agreement,
    compare,
    fit,
    local_features,
    mirror_features,
)

SEEDS = Path(__file__).parents[2] / "seeds" / "camera" / "DCIM" / "100PROPV"


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    with Image.open(SEEDS / "IMG_0005.JPG") as opened:
        preview = opened.convert("RGB")
    preview.thumbnail((512, 512))
    return preview


def related(one: Image.Image, other: Image.Image) -> str:
    fitted = compare(local_features(one), mirror_features(one), local_features(other))
    return relation(fitted.inliers, fitted.cover, agreement(one, other, fitted))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def cropped(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((width // 8, height // 8, width - width // 10, height - height // 8))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "quality 20": lambda image: jpeg(image, 20),
    "half size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "crop": cropped,
    "quarter turn": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "seven degrees": lambda image: image.rotate(7, Image.Resampling.BICUBIC),
    "mirror": ImageOps.mirror,
    "grey": lambda image: image.convert("L").convert("RGB"),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "border": lambda image: ImageOps.expand(image, 40, "white"),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_changed_copy_is_the_same(picture: Image.Image, change: str) -> None:
    changed = CHANGES[change](picture)
    assert related(picture, changed) == related(changed, picture) == "same"


def test_only_a_mirror_image_is_called_mirrored(picture: Image.Image) -> None:
    features, mirror = local_features(picture), mirror_features(picture)
    assert compare(features, mirror, mirror).mirrored
    assert not compare(features, mirror, features).mirrored


def test_other_places_are_different(picture: Image.Image) -> None:
    found = []
    for path in sorted(SEEDS.glob("IMG_00[01]*.JPG")):
        with Image.open(path) as opened:
            other = opened.convert("RGB")
        other.thumbnail((512, 512))
        if path.name != "IMG_0005.JPG":
            found.append(related(picture, other))
    assert len(found) >= 10 and set(found) == {"different"}


def test_tiles_of_two_walls_are_not_the_same() -> None:
    """Every tile fits every tile; that alone never makes a pair of walls one exposure."""
    walls = [_wall(seed) for seed in range(4)]
    for i, wall in enumerate(walls):
        for other in walls[i + 1 :]:
            assert related(wall, other) != "same"


def _wall(seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (512, 384), (120, 110, 100))
    draw = ImageDraw.Draw(image)
    for y in range(0, 384, 32):
        for x in range(0, 512, 32):
            if chance.random() < 0.8:
                draw.rectangle((x + 2, y + 2, x + 29, y + 29), (60, 130, 150))
                draw.ellipse((x + 8, y + 8, x + 23, y + 23), (220, 200, 150))
                draw.line((x + 2, y + 2, x + 29, y + 29), (30, 40, 60), 2)
    return image


def test_a_picture_without_detail_relates_to_nothing(picture: Image.Image) -> None:
    flat = Image.new("RGB", (400, 300), "grey")
    assert local_features(flat).points.shape == (0, 2)
    assert fit(local_features(flat), local_features(picture)) == NOTHING
    assert agreement(flat, picture, NOTHING) == 0.0
    assert related(flat, flat) == "different"


def test_features_are_bounded_unit_vectors(picture: Image.Image) -> None:
    found: Features = local_features(picture.resize((2048, 1536)))
    assert max(found.size) == 512 and 100 < len(found.points) <= 1001
    np.testing.assert_allclose((found.descriptors**2).sum(1), 1, atol=1e-4)


def test_the_same_pair_gives_the_same_answer(picture: Image.Image) -> None:
    one, other = local_features(picture), local_features(cropped(picture))
    answers = [fit(one, other) for _ in range(2)]
    assert isinstance(answers[0], Geometry)
    assert answers[0].inliers == answers[1].inliers and answers[0].cover == answers[1].cover
