"""open_clip's own preprocessing, read off the transform it built: size, resize, filter, colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from open_clip import transform as openclip
from torchvision import transforms

from propvault.errors import ModelError

_FILTERS = ("bicubic", "bilinear", "lanczos")


@dataclass(frozen=True)
class Preprocessing:
    """What ``[picture]`` of a ``model.toml`` says."""

    size: tuple[int, int]
    """Width and height in pixels."""
    resize: str
    """``squash`` or ``crop``."""
    filter: str
    """Resampling filter."""
    mean: tuple[float, float, float]
    """Subtracted from channels scaled to 0..1."""
    std: tuple[float, float, float]
    """Divided by, after the mean."""


def read_transform(transform: Any) -> Preprocessing:
    """Return what an inference transform of open_clip does.

    Raises:
        ModelError: ``model.preprocessing`` when it has a step that ``model.toml`` cannot express.
    """
    same = (openclip.MaybeConvertMode, openclip.MaybeToTensor, transforms.ToTensor)
    steps = [step for step in transform.transforms if not isinstance(step, same)]
    match steps:
        case [transforms.Resize() as first, transforms.Normalize() as last]:
            return _made(_pair(first, first.size), "squash", first, last)
        case [
            transforms.Resize() | openclip.ResizeKeepRatio() as first,
            transforms.CenterCrop() as crop,
            transforms.Normalize() as last,
        ] if _covers(first, crop):
            return _made(_pair(crop, crop.size), "crop", first, last)
    raise ModelError("model.preprocessing", steps=" ".join(str(transform).split()))


def _covers(first: Any, crop: Any) -> bool:
    """Tell whether the resize fits the shorter edge to the crop, the way `model_input` does."""
    high, wide = crop.size
    if isinstance(first, transforms.Resize):
        return bool(first.size == high == wide and first.max_size is None)
    return bool(tuple(first.size) == (high, wide) and first.longest == 0 and high != wide)


def _pair(step: Any, size: Any) -> tuple[int, int]:
    if isinstance(size, int):
        raise ModelError("model.preprocessing", steps=str(step))
    high, wide = size
    return int(wide), int(high)


def _made(size: tuple[int, int], resize: str, first: Any, last: Any) -> Preprocessing:
    resampling = str(getattr(first.interpolation, "value", first.interpolation))
    if resampling not in _FILTERS:
        raise ModelError("model.preprocessing", steps=str(first))
    return Preprocessing(size, resize, resampling, _three(last.mean), _three(last.std))


def _three(values: Any) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue
