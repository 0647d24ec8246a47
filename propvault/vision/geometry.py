"""Whether two pictures show one thing from one place: local features, matched and fitted.

Hashes and embeddings say that two pictures look alike; tiles and shutters all look alike. What
tells them apart is where the details are: root-SIFT features (Lowe 2004; Arandjelović & Zisserman
2012) of both previews, matched by Lowe's ratio test, must agree on one affine map (RANSAC, Fischler
& Bolles 1981). How many agree and how much of the picture they cover is what `relate` decides on.
Only candidates are compared: features take about 30 ms a picture, a pair 6 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGE = 512
"""Longest edge in pixels that features are taken from: the preview as it is stored."""
_MOST = 1000
"""Features kept of a picture, strongest first."""
_RATIO = 0.8
"""A match counts when the next best is this much farther (Lowe 2004, section 7.1)."""
_PIXELS = 4.0
"""How far from its mapped place, in pixels, a match still agrees."""
_STRETCH = 0.2
"""Least ratio of the two scales of an affine map: a photograph is not seen flatter than that."""
_TURNS = 2000
"""Most samples of RANSAC."""


@dataclass(frozen=True)
class Features:
    """Local features of one picture."""

    size: tuple[int, int]
    """Width and height in pixels of what they were taken from."""
    points: NDArray[np.float32]
    """[n, 2] x and y in pixels."""
    descriptors: NDArray[np.float32]
    """[n, 128] root-SIFT: the square root of the descriptor scaled to sum 1, so of length 1."""


@dataclass(frozen=True)
class Geometry:
    """How two pictures fit on each other."""

    inliers: int
    """Matches that agree on one map; 0 when there is none."""
    cover: float
    """Smaller of the shares 0..1 of the two pictures inside the hull of the agreeing points."""
    map: NDArray[np.float64] | None
    """[2, 3] affine map from the first picture's pixels (mirrored if so) to the second's."""
    mirrored: bool
    """Whether the first had to be mirrored left to right."""


_LAID = 256
"""Longest edge in pixels that pictures are laid on each other at: noise and sharpness differ more
between copies the closer one looks."""
_BLUR = 1.0
"""Deviation in pixels of the blur before grey values are correlated."""
_WORST = 0.2
"""Share of blocks that may agree less: a caption, a logo."""
_SHARED = 0.6
"""Least share of the smaller picture that lies on the other."""
_BLOCK = 16
"""Side in pixels of the blocks that `agreement` correlates."""
_FLAT = 4.0
"""Least deviation of grey values 0..255 in a block that says anything."""
NOTHING = Geometry(0, 0.0, None, mirrored=False)
"""No map fits."""


def local_features(preview: Image.Image) -> Features:
    """Return the features of a picture, of its 512 px form when it is larger."""
    grey = preview.convert("L")
    grey.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    keypoints, found = _sift().detectAndCompute(np.asarray(grey), None)
    if found is None:
        return Features(grey.size, np.empty((0, 2), np.float32), np.empty((0, 128), np.float32))
    points = np.array([k.pt for k in keypoints], np.float32)
    roots: NDArray[np.float32] = np.sqrt(found / np.maximum(found.sum(1, keepdims=True), 1e-12))
    return Features(grey.size, points, roots.astype(np.float32))


def mirror_features(preview: Image.Image) -> Features:
    """Return the features of the picture mirrored left to right; SIFT is not the same mirrored."""
    return local_features(ImageOps.mirror(preview))


def fit(one: Features, other: Features, *, mirrored: bool = False) -> Geometry:
    """Return how ``one`` fits on ``other``; ``mirrored`` says that ``one`` is of the mirror."""
    import cv2

    if len(one.points) < 4 or len(other.points) < 4:
        return NOTHING
    left, right = _matches(one.descriptors, other.descriptors)
    # Repeated texture matches one point many times; each counts once, at either end.
    near, far = _distinct(one.points[left], other.points[right])
    if len(near) < 4:
        return NOTHING
    cv2.setRNGSeed(0)
    matrix, agreeing = cv2.estimateAffine2D(
        near, far, method=cv2.RANSAC, ransacReprojThreshold=_PIXELS, maxIters=_TURNS
    )
    if matrix is None or not _plausible(affine := np.asarray(matrix, np.float64)):
        return NOTHING
    kept = agreeing.ravel().astype(bool)
    cover = min(_hull_share(near[kept], one.size), _hull_share(far[kept], other.size))
    return Geometry(int(kept.sum()), cover, affine, mirrored)


def compare(one: Features, mirror: Features, other: Features) -> Geometry:
    """Return the better of fitting a picture, or its ``mirror``, on ``other``."""
    straight, turned = fit(one, other), fit(mirror, other, mirrored=True)
    return turned if turned.inliers > straight.inliers else straight


@cache
def _sift() -> Any:
    import cv2

    cv2.setNumThreads(1)  # decoder processes are the parallel part
    return cv2.SIFT.create(nfeatures=_MOST, enable_precise_upscale=True)


def _matches(
    one: NDArray[np.float32], other: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    cosine = one @ other.T
    rows = np.arange(len(one))
    best = cosine.argmax(1)
    nearest = cosine[rows, best]
    cosine[rows, best] = -1
    # Unit vectors: squared distance is 2 - 2 cos, and the ratio is of distances.
    good = (2 - 2 * nearest) < _RATIO**2 * (2 - 2 * cosine.max(1))
    return rows[good], best[good]


def _distinct(
    left: NDArray[np.float32], right: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    for side in (0, 1):
        _, first = np.unique((left, right)[side].round().astype(int), axis=0, return_index=True)
        first.sort()
        left, right = left[first], right[first]
    return left, right


def _plausible(matrix: NDArray[np.float64]) -> bool:
    """Tell whether an affine map could come from a camera: not mirrored, not flattened."""
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return bool(np.linalg.det(matrix[:, :2]) > 0 and small > _STRETCH * large)


def _hull_share(points: NDArray[np.float32], size: tuple[int, int]) -> float:
    import cv2

    return float(cv2.contourArea(cv2.convexHull(points)) / (size[0] * size[1]))


def agreement(one: Image.Image, other: Image.Image, fitted: Geometry) -> float:
    """Return how alike two pictures are where they overlap once laid on each other, -1..1.

    The correlation of grey values (Lewis 1995, normalised cross-correlation) that four of five
    blocks exceed: changed brightness, contrast or compression leaves it near 1; another moment or
    standpoint does not, for somewhere edges no longer fall on each other. 0 without a map, or
    when neither picture lies mostly on the other, as a copy would: then only parts are alike.
    """
    import cv2

    if fitted.map is None:
        return 0.0
    first = ImageOps.mirror(one) if fitted.mirrored else one
    (left, shrunk), (right, shrunk_other) = _small_grey(first), _small_grey(other)
    height, width = right.shape
    scale = np.diag([shrunk_other / shrunk] * 2)
    turn, shift = fitted.map[:, :2] @ scale, fitted.map[:, 2]
    # Pixel centres lie at whole numbers: their place in a smaller picture is (x + 0.5) r - 0.5.
    shift = (fitted.map[:, :2] @ np.full(2, 0.5 / shrunk - 0.5) + shift + 0.5) * shrunk_other - 0.5
    laying = np.column_stack([turn, shift])
    laid = cv2.warpAffine(left, laying, (width, height), flags=cv2.INTER_AREA)
    inside = cv2.warpAffine(np.ones_like(left), laying, (width, height), flags=cv2.INTER_NEAREST)
    shared = float(inside.sum())
    if shared < _SHARED * min(right.size, left.size * abs(np.linalg.det(turn))):
        return 0.0
    laid, right = _blurred(laid), _blurred(right)
    found = [
        _correlation(laid[y : y + _BLOCK, x : x + _BLOCK], right[y : y + _BLOCK, x : x + _BLOCK])
        for y in range(0, height - _BLOCK + 1, _BLOCK)
        for x in range(0, width - _BLOCK + 1, _BLOCK)
        if inside[y : y + _BLOCK, x : x + _BLOCK].all()
    ]
    found = [value for value in found if not np.isnan(value)]
    return float(np.quantile(found, _WORST)) if found else 0.0


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the correlation of two blocks; nan when neither shows anything, 0 when one does."""
    deviations = float(one.std()), float(other.std())
    if max(deviations) < _FLAT:
        return float("nan")
    if min(deviations) < _FLAT / 4:
        return 0.0
    return float(((one - one.mean()) * (other - other.mean())).mean() / np.prod(deviations))


def _small_grey(image: Image.Image) -> tuple[NDArray[np.float32], float]:
    """Return grey values at no more than `_LAID` pixels, and by what they shrank from `EDGE`."""
    grey = image.convert("L")
    grey.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    edge = max(grey.size)
    grey.thumbnail((_LAID, _LAID), Image.Resampling.LANCZOS)
    return np.asarray(grey, np.float32), max(grey.size) / edge


def _blurred(grey: Any) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR), np.float32)
