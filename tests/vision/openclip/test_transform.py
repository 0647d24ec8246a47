"""Preprocessing is read off open_clip's transform, and refused where a folder cannot say it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from torchvision import transforms

from propvault.errors import ModelError
from propvault.vision.model import built_in_folder, model_input, read_info
from propvault.vision.openclip.check_set import pictures
from propvault.vision.openclip.transform import read_transform

HALF = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"size": 224}, ((224, 224), "crop", "bicubic")),
        ({"size": (256, 256), "interpolation": "bilinear"}, ((256, 256), "crop", "bilinear")),
        ({"size": 384, "resize_mode": "squash", **HALF}, ((384, 384), "squash", "bicubic")),
        ({"size": (96, 160), "resize_mode": "squash"}, ((160, 96), "squash", "bicubic")),
        ({"size": (96, 160)}, ((160, 96), "crop", "bicubic")),
        ({"size": (161, 77)}, ((77, 161), "crop", "bicubic")),
    ],
)
def test_sizes_and_pixels(settings: dict[str, Any], expected: tuple[Any, ...]) -> None:
    transform = image_transform_v2(PreprocessCfg(**settings), is_train=False)
    look = read_transform(transform)
    assert (look.size, look.resize, look.filter) == expected
    info = replace(read_info(built_in_folder()), **asdict(look))
    mean, std = np.array(look.mean, np.float32), np.array(look.std, np.float32)
    for image in pictures():
        found = (model_input(image, info).astype(np.float32) / 255 - mean) / std
        expected_pixels = transform(image).numpy().transpose(1, 2, 0)
        np.testing.assert_allclose(found, expected_pixels, atol=1e-5)


@pytest.mark.parametrize(
    "transform",
    [
        image_transform_v2(PreprocessCfg(size=224, resize_mode="longest"), is_train=False),
        image_transform_v2(PreprocessCfg(size=224), is_train=True),
        transforms.Compose([transforms.Resize(224), transforms.Normalize((0,) * 3, (1,) * 3)]),
        transforms.Compose(
            [
                transforms.Resize(256),  # larger than the crop
                transforms.CenterCrop(224),
                transforms.Normalize((0,) * 3, (1,) * 3),
            ]
        ),
    ],
)
def test_what_a_folder_cannot_say_is_refused(transform: Any) -> None:
    with pytest.raises(ModelError) as caught:
        read_transform(transform)
    assert caught.value.reason.code == "model.preprocessing"
    assert "\n" not in str(caught.value)


def test_the_check_pictures_have_odd_shapes() -> None:
    shapes = {image.size for image in pictures()}
    assert len(shapes) >= 10
    assert all(isinstance(image, Image.Image) and max(image.size) <= 512 for image in pictures())
