"""Root-SIFT features of a picture: where its details are and what each looks like.

SIFT by Lowe (2004), the root of its descriptors by Arandjelović & Zisserman (2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGE = 384
"""Longest edge in pixels that features are taken from: at 512 a picture takes twice as long, and
no more copies are found."""
_MOST = 700
"""Features kept of a picture, strongest first."""
_MIRROR = np.arange(128).reshape(4, 4, 8)[::-1][:, :, -np.arange(8) % 8].ravel()
"""Where each of a descriptor's 4 x 4 cells of 8 directions comes from when the picture is
mirrored: along the feature's own direction nothing changes, across it everything is reversed."""


@dataclass(frozen=True)
class Features:
    """Local features of one picture."""

    size: tuple[int, int]
    """Width and height in pixels of what they were taken from."""
    points: NDArray[np.float32]
    """[n, 2] x and y in pixels."""
    descriptors: NDArray[np.float32]
    """[n, 128] root-SIFT: the square root of the descriptor scaled to sum 1, so of length 1."""


def local_features(preview: Image.Image) -> Features:
    """Return the features of a picture, brought to a longest edge of `EDGE`."""
    grey = at_edge(preview.convert("L"))
    keypoints, found = _sift().detectAndCompute(np.asarray(grey), None)
    if found is None:
        return Features(grey.size, np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    points = np.array([k.pt for k in keypoints], np.float32)
    roots: NDArray[np.float32] = np.sqrt(found / np.maximum(found.sum(1, keepdims=True), 1e-12))
    return Features(grey.size, points, roots.astype(np.float32))


def mirrored(features: Features) -> Features:
    """Return the features of the picture mirrored left to right, without looking at it again."""
    width = features.size[0]
    points = np.column_stack([width - 1 - features.points[:, 0], features.points[:, 1]])
    return Features(features.size, points, features.descriptors[:, _MIRROR])


def at_edge(preview: Image.Image) -> Image.Image:
    """Return a picture whose longest edge is `EDGE`: small copies are enlarged to be compared."""
    return preview.resize(size_at(preview, EDGE), Image.Resampling.LANCZOS)


def size_at(preview: Image.Image, edge: int) -> tuple[int, int]:
    """Return width and height in pixels of a picture whose longest edge becomes ``edge``."""
    scale = edge / max(preview.size)
    return max(1, round(preview.width * scale)), max(1, round(preview.height * scale))


@cache
def _sift() -> Any:
    import cv2

    cv2.setNumThreads(1)  # several processes compare at once
    return cv2.SIFT.create(nfeatures=_MOST, enable_precise_upscale=True)
