"""What a pair of photos is to each other, from how alike they were found. Pure.

Thresholds and the curves they were read from: ``docs/dev/near-duplicates.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from propvault.values import Capture

Kind = Literal["same", "take", "different"]
"""One exposure, changed; another exposure of the subject; neither."""

INLIERS, COVER = 8, 0.1
"""Least agreeing features, and least share of both pictures they span, of one subject."""
FEW_INLIERS, TAKE_AGREEMENT = 5, 0.9
"""Fewer features are enough where the whole frames agree like this: a smooth door, twice."""
SAME_AGREEMENT = 0.75
"""Least agreement, once laid on each other, of two copies of one exposure."""
SAME_SHIFT = 0.2
"""Most that their details may be out of place, in pixels at 256 px."""
FRAME_AGREEMENT, FRAME_SHIFT = 0.95, 0.1
"""The same two where no features agree and only the frames were laid on each other."""
SAME_PATCHES = 1
"""Most separate places where they may show something else: a caption."""
SAME_RECOLOURED = 0.05
"""Most of their blocks that may have another tone or colour."""
_SHARED = 0.6
"""Least share of the smaller picture that lies on the other, of a copy and its original."""


@dataclass(frozen=True)
class Likeness:
    """How alike two pictures were found; ``vision.overlay`` says how each is measured."""

    inliers: int
    """Features that agree on one affine map."""
    cover: float
    """Smaller of the shares 0..1 of the two pictures that these span."""
    agreement: float
    """Correlation of grey values, -1..1, that four of five blocks exceed."""
    shift: float
    """Pixels, at 256 px, by which details are out of place."""
    patches: int
    """Separate places where the two show something else."""
    recoloured: float
    """Share of blocks, 0..1, of another tone or colour."""
    shares: tuple[float, float]
    """How much of the first and of the second lies on the other, 0..1."""


def relation(found: Likeness) -> Kind:
    """Return what a pair is by its pixels."""
    fits = found.inliers >= INLIERS and found.cover >= COVER
    least, most = (SAME_AGREEMENT, SAME_SHIFT) if fits else (FRAME_AGREEMENT, FRAME_SHIFT)
    if (
        found.agreement >= least
        and found.shift <= most
        and found.patches <= SAME_PATCHES
        and found.recoloured <= SAME_RECOLOURED
        and max(found.shares) >= _SHARED
    ):
        return "same"
    agrees = found.inliers >= FEW_INLIERS and found.agreement >= TAKE_AGREEMENT
    return "take" if fits or agrees else "different"


def relation_of(found: Likeness, one: Capture, other: Capture) -> Kind:
    """Return what a pair is: pixels first, then what the camera wrote.

    Two moments, or two cameras, are two exposures however alike the pictures are.
    """
    kind = relation(found)
    if kind == "same" and (_moments_differ(one, other) or _cameras_differ(one, other)):
        return "take"
    return kind


def _moments_differ(one: Capture, other: Capture) -> bool:
    first, second = one.taken_local, other.taken_local
    if not first or not second or not one.camera or not other.camera:
        return False
    # Some programs drop the fraction of a second: then only whole seconds can differ.
    length = min(len(first), len(second))
    return first[:length] != second[:length]


def _cameras_differ(one: Capture, other: Capture) -> bool:
    return bool(one.camera and other.camera and one.camera != other.camera)
