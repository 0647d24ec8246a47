"""Same picture changed, another take, or only alike: on the sample library and on drawn walls."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from propvault.likeness import relation
from propvault.vision.comparison import Look, compare
from propvault.vision.geometry import NOTHING, fit
from propvault.vision.local_features import local_features, mirrored

CAMERA = Path(__file__).parents[2] / "seeds" / "camera"


def seed(name: str) -> Image.Image:
    with Image.open(CAMERA / name) as opened:
        preview = ImageOps.exif_transpose(opened).convert("RGB")
    preview.thumbnail((512, 512))
    return preview


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    return seed("DCIM/100PROPV/IMG_0005.JPG")


def related(one: Image.Image, other: Image.Image) -> str:
    return relation(compare(Look(one), Look(other)))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def cropped(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((width // 8, height // 8, width - width // 10, height - height // 8))


def captioned(image: Image.Image) -> Image.Image:
    signed = image.copy()
    drawn = ImageDraw.Draw(signed)
    drawn.text((20, image.height - 60), "prop 42", fill="white", font_size=36, stroke_width=2,
               stroke_fill="black")  # fmt: skip
    return signed


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "nothing": lambda image: image,
    "quality 20": lambda image: jpeg(image, 20),
    "a tenth": lambda image: image.resize((image.width // 10, image.height // 10)),
    "crop": cropped,
    "quarter turn": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "transposed": lambda image: image.transpose(Image.Transpose.TRANSPOSE),
    "seven degrees": lambda image: image.rotate(7, Image.Resampling.BICUBIC),
    "mirror": ImageOps.mirror,
    "squeezed": lambda image: image.resize((image.width * 4 // 5, image.height)),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "paler": lambda image: ImageEnhance.Color(image).enhance(0.6),
    "bordered": lambda image: ImageOps.expand(image, 40, "white"),
    "captioned": captioned,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_copy_is_the_same(
    picture: Image.Image, change: Callable[[Image.Image], Image.Image]
) -> None:
    assert related(picture, change(picture)) == "same"
    assert related(change(picture), picture) == "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DCIM/100PROPV/IMG_0001.JPG", "DCIM/100PROPV/IMG_0002.JPG"),
        ("DCIM/100PROPV/IMG_0010.JPG", "DCIM/100PROPV/IMG_0011.JPG"),
        ("DCIM/101PROPV/IMG_0029.JPG", "DCIM/101PROPV/IMG_0030.JPG"),
        ("手机/IMG_20251025_165811_100.jpg", "手机/IMG_20251025_165811_600.jpg"),
    ],
    ids=["a step aside", "burst", "burst indoors", "burst on water"],
)
def test_a_take_is_not_the_same(one: str, other: str) -> None:
    assert related(seed(one), seed(other)) == "take"


def test_another_subject_is_different(picture: Image.Image) -> None:
    for name in ("DCIM/100PROPV/IMG_0001.JPG", "DCIM/100PROPV/IMG_0020.JPG"):
        assert related(picture, seed(name)) == "different"


def painted(colour: str, tones: int = 0) -> Image.Image:
    """Return a chair on white, drawn; ``tones`` draws a pattern on it."""
    image = Image.new("RGB", (480, 480), "white")
    drawn = ImageDraw.Draw(image)
    drawn.rectangle((140, 80, 340, 270), fill=colour, outline="black", width=4)
    for leg in (150, 320):
        drawn.rectangle((leg, 270, leg + 12, 430), fill="#444444")
    for stripe in range(tones):
        drawn.line((150, 90 + 24 * stripe, 330, 90 + 24 * stripe), fill="#552211", width=6)
    return image


@pytest.mark.parametrize("other", [painted("#20a040", 7), painted("#2040c0", 7)])
def test_the_same_chair_in_another_colour_is_not_the_same(other: Image.Image) -> None:
    assert related(painted("#d06030", 7), other) != "same"


def test_an_empty_picture_is_like_nothing(picture: Image.Image) -> None:
    black = Image.new("RGB", (512, 384))
    assert related(black, picture) == "different"
    assert related(black, black) == "different"
    features = local_features(black)
    assert fit(features, features) == NOTHING


def test_mirrored_features_are_those_of_the_mirror(picture: Image.Image) -> None:
    found = fit(mirrored(local_features(picture)), local_features(ImageOps.mirror(picture)))
    assert not found.is_mirrored
    assert found.map is not None
    assert np.allclose(found.map, [[1, 0, 0], [0, 1, 0]], atol=0.5)


def wall(seed_of: int, columns: int = 12, jitter: int = 25) -> Image.Image:
    """Return a wall of equal tiles, a few of them missing."""
    random = np.random.default_rng(seed_of)
    image = Image.new("RGB", (480, 360), (150, 145, 140))
    drawn = ImageDraw.Draw(image)
    side = 480 // columns
    for row in range(360 // side):
        for column in range(columns):
            shade = int(200 + random.integers(-jitter, jitter + 1))
            if random.random() < 0.12:
                continue
            x, y = column * side, row * side
            drawn.rectangle((x + 2, y + 2, x + side - 3, y + side - 3), fill=(shade,) * 3)
    noise = random.normal(0, 4, (360, 480, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("columns", [8, 12, 20])
def test_walls_of_equal_tiles_are_not_the_same(columns: int) -> None:
    walls = [wall(number, columns) for number in range(4)]
    for first in range(4):
        for second in range(first):
            assert related(walls[first], walls[second]) != "same"


@pytest.mark.parametrize("columns", [8, 12, 20])
def test_a_wall_of_equal_tiles_is_its_own_copy(columns: int) -> None:
    tiles = wall(7, columns)
    assert related(tiles, jpeg(tiles, 40)) == "same"
    assert related(tiles.transpose(Image.Transpose.ROTATE_270), tiles) == "same"
