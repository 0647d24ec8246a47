"""Compare two previews: the one question the machine asks of a pair that may be a repeat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from propvault.likeness import COVER, INLIERS, SAME_AGREEMENT, SAME_SHIFT, Likeness
from propvault.vision.geometry import Geometry, fit
from propvault.vision.local_features import Features, local_features
from propvault.vision.overlay import NO_OVERLAY, Overlay, Planes, frame_map, overlay, planes

COMPARER = 1
"""Raised whenever pairs have to be looked at again because this file's answers changed."""
_FRAME = 0.8
"""Least correlation of 32 x 32 grey values at which whole frames are laid on each other."""


@dataclass(frozen=True)
class Look:
    """One picture ready to be compared, any number of times; keeps 2 MB once it has been."""

    preview: Image.Image
    """RGB, upright."""

    @cached_property
    def features(self) -> Features:
        """Return its local features: some 30 ms, so only when they are needed."""
        return local_features(self.preview)

    @cached_property
    def planes(self) -> Planes:
        """Return it ready to be laid on another."""
        return planes(self.preview)


def compare(one: Look, other: Look) -> Likeness:
    """Return how alike two pictures are.

    Give them in a fixed order, for a map and its inverse may differ by a few inliers.
    """
    fitted = fit(one.features, other.features)
    fits = fitted.inliers >= INLIERS and fitted.cover >= COVER
    found = overlay(one.planes, other.planes, fitted) if fits else NO_OVERLAY
    if found.agreement < SAME_AGREEMENT or found.shift > SAME_SHIFT:
        matrix, is_mirrored, correlation = frame_map(one.planes, other.planes)
        if correlation >= _FRAME:
            frame = Geometry(0, 0.0, matrix, is_mirrored)
            found = max(found, overlay(one.planes, other.planes, frame), key=_agreement)
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
