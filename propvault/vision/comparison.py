"""Compare two previews: the one question the machine asks of a pair that may be a repeat."""

from __future__ import annotations

from PIL import Image

from propvault.likeness import COVER, INLIERS, SAME_AGREEMENT, SAME_SHIFT, Likeness
from propvault.vision.geometry import Geometry, fit
from propvault.vision.local_features import Features, local_features
from propvault.vision.overlay import (
    NO_OVERLAY,
    Frame,
    Overlay,
    Planes,
    frame,
    frame_map,
    overlay,
    planes,
)

COMPARER = 1
"""Raised whenever pairs have to be looked at again because this file's answers changed."""
_FRAME = 0.8
"""Least correlation of 32 x 32 grey values at which whole frames are laid on each other."""


class Look:
    """One picture ready to be compared, any number of times; keeps 2 MB once it has been.

    What it keeps is made when first asked for. Not by `functools.cached_property`: until Python
    3.12 that holds one lock for all instances, so that threads wait for each other.
    """

    def __init__(self, preview: Image.Image) -> None:
        self.preview = preview
        """RGB, upright."""
        self._features: Features | None = None
        self._planes: Planes | None = None
        self._frame: Frame | None = None

    @property
    def features(self) -> Features:
        """Return its local features: some 30 ms."""
        if self._features is None:
            self._features = local_features(self.preview)
        return self._features

    @property
    def planes(self) -> Planes:
        """Return it ready to be laid on another: 4 ms, and few pairs come that far."""
        if self._planes is None:
            self._planes = planes(self.preview)
        return self._planes

    @property
    def frame(self) -> Frame:
        """Return the whole of it, small."""
        if self._frame is None:
            self._frame = frame(self.preview)
        return self._frame


def compare(one: Look, other: Look) -> Likeness:
    """Return how alike two pictures are.

    Give them in a fixed order, for a map and its inverse may differ by a few inliers.
    """
    fitted = fit(one.features, other.features)
    fits = fitted.inliers >= INLIERS and fitted.cover >= COVER
    found = overlay(one.planes, other.planes, fitted) if fits else NO_OVERLAY
    if found.agreement < SAME_AGREEMENT or found.shift > SAME_SHIFT:
        matrix, is_mirrored, correlation = frame_map(one.frame, other.frame)
        if correlation >= _FRAME:
            framed = Geometry(0, 0.0, matrix, is_mirrored)
            found = max(found, overlay(one.planes, other.planes, framed), key=_agreement)
    return Likeness(
        fitted.inliers,
        fitted.cover,
        found.agreement,
        found.shift,
        found.patches,
        found.recoloured,
        found.shares,
    )


def _agreement(found: Overlay) -> float:
    return found.agreement
