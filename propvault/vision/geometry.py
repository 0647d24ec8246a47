"""Whether two pictures show one thing from one place: features matched, one map fitted.

Hashes and embeddings say that two pictures look alike; tiles and shutters all look alike. What
tells them apart is where the details are: matches by Lowe's ratio test (2004) must agree on one
affine map (RANSAC, Fischler & Bolles 1981).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from propvault.vision.local_features import Features, mirrored

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RATIO = 0.8
"""A match counts when the next best is this much farther (Lowe 2004, section 7.1)."""
_PIXELS = 4.0
"""How far from its mapped place, in pixels, a match still agrees."""
_STRETCH = 0.2
"""Least ratio of the two scales of an affine map: a photograph is not seen flatter than that."""
_TURNS = 2000
"""Most samples of RANSAC."""


@dataclass(frozen=True)
class Geometry:
    """How one picture fits on another."""

    inliers: int
    """Matches that agree on one map; 0 when there is none."""
    cover: float
    """Smaller of the shares 0..1 of the two pictures inside the hull of the agreeing points."""
    map: NDArray[np.float64] | None
    """[2, 3] affine map from the first picture's pixels (mirrored if so) to the second's."""
    is_mirrored: bool
    """Whether the first had to be mirrored left to right."""


NOTHING = Geometry(0, 0.0, None, is_mirrored=False)
"""No map fits."""


def fit(one: Features, other: Features) -> Geometry:
    """Return how a picture, or its mirror if that fits better, fits on another."""
    straight, turned = _fit(one, other, is_mirrored=False), _fit(mirrored(one), other, True)
    return turned if turned.inliers > straight.inliers else straight


def _fit(one: Features, other: Features, is_mirrored: bool) -> Geometry:
    import cv2

    if len(one.points) < 4 or len(other.points) < 4:
        return NOTHING
    left, right = _matches(one.descriptors, other.descriptors)
    # Repeated texture matches one point many times; each counts once, at either end.
    near, far = _distinct(one.points[left], other.points[right])
    if len(near) < 4:
        return NOTHING
    # OpenCV starts its random samples anew each time, so the same pair gives the same map.
    matrix, agreeing = cv2.estimateAffine2D(
        near, far, method=cv2.RANSAC, ransacReprojThreshold=_PIXELS, maxIters=_TURNS
    )
    if matrix is None or not _plausible(affine := np.asarray(matrix, np.float64)):
        return NOTHING
    kept = agreeing.ravel().astype(bool)
    cover = min(_hull_share(near[kept], one.size), _hull_share(far[kept], other.size))
    return Geometry(int(kept.sum()), cover, affine, is_mirrored)


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
