"""How well two pictures agree once one is laid on the other.

One exposure agrees everywhere, whatever was done to its brightness or bytes. Another moment or
standpoint does not: things nearer and farther have moved against each other, by fractions of a
pixel in a burst. So the map is first refined (ECC, Evangelidis & Psarakis 2008), then what is
still out of place is measured block by block (Lucas & Kanade 1981).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from propvault.vision.local_features import EDGE, size_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from propvault.vision.geometry import Geometry

_LAID = 256
"""Longest edge in pixels that pictures are laid on each other at: noise and sharpness differ more
between copies the closer one looks."""
_BLUR = 1.0
"""Deviation in pixels of the blur before grey values are compared; of the pixels of the smaller
picture, where that is smaller than `_LAID`."""
_BLOCK = 16
"""Side in pixels of the blocks that are compared one by one."""
_WORST = 0.2
"""Share of blocks that may agree less: a caption, a logo."""
_FLAT = 4.0
"""Least deviation of grey values 0..255 in a block that says anything."""
_CLIPPED = (6, 249)
"""Values of the strongest channel up to and from which detail is lost."""
_LOST = 0.1
"""Share of a block's pixels that may be clipped in one picture only."""
_LEAST = 8
"""Blocks that say anything, below which two pictures cannot be told to be one."""
_PLAIN = 10.0
"""Deviation of grey values from which a block that disagrees counts as another content."""
_OTHER = 0.3
"""Correlation below which such a block shows something else."""
_COMPACT = 0.5
"""Least share of its bounding box that a caption or logo fills."""
_MARGIN = 3
"""Pixels at the rim of the overlap left out: there the blur mixes in what is outside."""
_TONE = 30.0
"""Grey values by which a block may be off once brightness and contrast are evened out."""
_CONTRAST = (0.4, 2.5)
"""How much less or more contrast a copy may have."""
_CHROMA, _CHROMA_SHARE = 8.0, 0.35
"""Chroma, 0..181, and share of its own strength by which a block may be off once cast and
saturation are evened out."""
_SATURATION = (0.4, 2.5)
"""How much paler or stronger the colours of a copy may be."""
_COLOURLESS = 2.5
"""Chroma that nineteen of twenty blocks of a grey picture stay below: it has none to compare."""


@dataclass(frozen=True)
class Overlay:
    """What two pictures have in common where they overlap."""

    agreement: float
    """Correlation of grey values, -1..1, that four of five blocks exceed; 0 when too few say
    anything."""
    shift: float
    """Pixels, at 256 px, by which the details of blocks are out of place; four of five stay
    below."""
    patches: int
    """Separate places where the two show something else; a caption or logo is one or two."""
    recoloured: float
    """Share of blocks, 0..1, whose tone or colour (BT.601) is off once a change of brightness,
    contrast, saturation and cast of the whole is evened out."""
    shares: tuple[float, float]
    """How much of the first and of the second picture lies on the other, 0..1."""


NO_OVERLAY = Overlay(0.0, 99.0, 0, 0.0, (0.0, 0.0))
"""No map lays one picture on the other."""


@dataclass(frozen=True)
class Planes:
    """A picture in the form that is laid on another."""

    edge: int
    """Longest edge of the picture itself, in pixels."""
    full: NDArray[np.float32]
    """[height, width, 4] luma, chroma (BT.601) and 255 where a channel is clipped, at a longest
    edge of 256 px."""


@dataclass(frozen=True)
class Frame:
    """The whole of a picture, small."""

    size: tuple[int, int]
    """Width and height of its form of `EDGE` px."""
    tiny: NDArray[np.float32]
    """[32, 32] luma of mean 0 and deviation 1."""


def overlay(one: Planes, other: Planes, fitted: Geometry) -> Overlay:
    """Lay ``one`` on ``other`` by a map between their forms of `EDGE` px, refined first."""
    import cv2

    if fitted.map is None:
        return NO_OVERLAY
    left = one.full[:, ::-1] if fitted.is_mirrored else one.full
    left, right = np.ascontiguousarray(left), other.full
    blur = _BLUR * max(1.0, _LAID / min(one.edge, other.edge))
    laying = _scaled(fitted.map, _LAID / EDGE)
    # The one that shows less is laid on the one that shows more: what only the latter has, a
    # border or what a crop cut off, then stays out of the comparison at either end.
    first, second = _shares(left, right, laying)
    if first < second:
        back = np.asarray(cv2.invertAffineTransform(laying), np.float64)
        found = _laid(right, left, back, blur)
        return replace(found, shares=(found.shares[1], found.shares[0]))
    return _laid(left, right, laying, blur)


def frame_map(one: Frame, other: Frame) -> tuple[NDArray[np.float64], bool, float]:
    """Return the map that lays the whole of ``one`` on the whole of ``other``.

    Of the eight orientations that whose 32 x 32 grey values correlate best; for surfaces that
    repeat, where features match anywhere.

    Returns:
        The [2, 3] map between their forms of `EDGE` px, whether ``one`` is mirrored first, and the
        correlation, -1..1.
    """
    best, chosen = -2.0, (0, False)
    for is_mirrored in (False, True):
        tiny = one.tiny[:, ::-1] if is_mirrored else one.tiny
        for turns in range(4):
            found = float((np.rot90(tiny, turns) * other.tiny).mean())
            if found > best:
                best, chosen = found, (turns, is_mirrored)
    turns, is_mirrored = chosen
    return _turned_frame(one.size, other.size, turns), is_mirrored, best


def _turned_frame(
    size: tuple[int, int], target: tuple[int, int], turns: int
) -> NDArray[np.float64]:
    """Return the map of a frame, turned counterclockwise by quarters, onto another frame."""
    import cv2

    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)
    # A quarter turn counterclockwise takes the upper left corner to the lower left one.
    places = corners[(np.arange(4) - turns) % 4]
    # Pixel centres lie at whole numbers, so the frame's corner is half a pixel before 0.
    source = (corners * size - 0.5).astype(np.float32)[:3]
    return np.asarray(
        cv2.getAffineTransform(source, (places * target - 0.5).astype(np.float32)[:3]), np.float64
    )


def planes(image: Image.Image) -> Planes:
    """Return a picture ready to be laid on others."""
    small = image.convert("RGB").resize(size_at(image, _LAID), Image.Resampling.LANCZOS)
    strongest = np.asarray(small).max(-1)
    low, high = _CLIPPED
    clipped = np.where((strongest <= low) | (strongest >= high), np.float32(255), np.float32(0))
    full = np.dstack([np.asarray(small.convert("YCbCr"), np.float32), clipped])
    return Planes(max(image.size), full)


def frame(image: Image.Image) -> Frame:
    """Return the whole of a picture, to be laid on the whole of others."""
    tiny = image.convert("L").resize((32, 32), Image.Resampling.BOX)
    grey = np.asarray(tiny, np.float32)
    even = np.asarray((grey - grey.mean()) / max(float(grey.std()), 1e-6), np.float32)
    return Frame(size_at(image, EDGE), even)


def _scaled(matrix: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Return a map for pictures shrunk by ``scale``; the centre of a pixel x is at x + 0.5."""
    half = 0.5 / scale - 0.5
    offset = matrix[:, :2] @ (half, half) + matrix[:, 2] + 0.5
    return np.column_stack([matrix[:, :2], offset * scale - 0.5])


def _shares(
    left: NDArray[np.float32], right: NDArray[np.float32], laying: NDArray[np.float64]
) -> tuple[float, float]:
    """Return how much of each picture lies on the other."""
    shared = float(_inside(left, right, laying).sum())
    area = left.shape[0] * left.shape[1] * abs(float(np.linalg.det(laying[:, :2])))
    return min(1.0, shared / max(area, 1e-9)), shared / (right.shape[0] * right.shape[1])


def _inside(
    left: NDArray[np.float32], right: NDArray[np.float32], laying: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Return 1 where the laid picture covers a pixel of the other, else 0."""
    import cv2

    height, width = right.shape[:2]
    ones = np.ones(left.shape[:2], np.uint8)
    covered = cv2.warpAffine(ones, laying, (width, height), flags=cv2.INTER_NEAREST)
    return np.asarray(covered, np.uint8)


def _laid(
    left: NDArray[np.float32], right: NDArray[np.float32], laying: NDArray[np.float64], blur: float
) -> Overlay:
    """Lay ``left`` on ``right``, the map made exact first, and compare them."""
    import cv2

    laying = _refined(left[..., 0], right[..., 0], laying)
    height, width = right.shape[:2]
    laid = cv2.warpAffine(left, laying, (width, height), flags=cv2.INTER_LINEAR)
    rim = np.ones((2 * _MARGIN + 1, 2 * _MARGIN + 1), np.uint8)
    inside = _inside(left, right, laying)
    whole = cv2.erode(inside, rim, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    shares = _shares(left, right, laying)
    return _compared(_soft(laid, blur), _soft(right, blur), np.asarray(whole, np.uint8), shares)


def _refined(
    left: NDArray[np.float32], right: NDArray[np.float32], laying: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a map made exact to a few hundredths of a pixel, or as it is where that fails."""
    import cv2

    back = cv2.invertAffineTransform(laying).astype(np.float32)
    enough = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-5)
    try:
        _, found = cv2.findTransformECC(right, left, back, cv2.MOTION_AFFINE, enough)
    except cv2.error:  # it did not converge: these are not the same, or nothing is to be seen
        return laying
    return np.asarray(cv2.invertAffineTransform(found.astype(np.float64)), np.float64)


def _soft(planes: Any, blur: float) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.GaussianBlur(planes, (0, 0), blur), np.float32)


def _blocks(plane: NDArray[Any]) -> NDArray[Any]:
    """Return [rows, columns, `_BLOCK` squared] of a plane, its remainder cut off."""
    rows, columns = plane.shape[0] // _BLOCK, plane.shape[1] // _BLOCK
    cut = plane[: rows * _BLOCK, : columns * _BLOCK]
    parts = cut.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2)
    return parts.reshape(rows, columns, _BLOCK * _BLOCK)


def _compared(
    laid: NDArray[np.float32],
    right: NDArray[np.float32],
    inside: NDArray[np.uint8],
    shares: tuple[float, float],
) -> Overlay:
    import cv2

    whole = _blocks(inside).min(-1) > 0
    one, other = _blocks(laid[..., 0]), _blocks(right[..., 0])
    one, other = one - one.mean(-1, keepdims=True), other - other.mean(-1, keepdims=True)
    first, second = one.std(-1), other.std(-1)
    strong, weak = np.maximum(first, second), np.minimum(first, second)
    # Where only one picture is burnt out or black, its edges and colours are lost.
    lost = np.abs(_blocks(laid[..., 3]) - _blocks(right[..., 3])).mean(-1) > _LOST * 255
    says = whole & ~lost & (strong >= _FLAT)
    if says.sum() < _LEAST:
        return replace(NO_OVERLAY, shares=shares)
    # A block with detail on one side only disagrees.
    found = (one * other).mean(-1) / np.maximum(first * second, 1e-9)
    found = np.where(weak < _FLAT / 4, 0.0, found)
    apart = (says & (strong >= _PLAIN) & (found < _OTHER)).astype(np.uint8)
    # The letters of a caption are one place even where a block lies between them.
    near = np.asarray(cv2.dilate(apart, np.ones((3, 3), np.uint8)), np.uint8)
    return Overlay(
        agreement=float(np.quantile(found[says], _WORST)),
        shift=_shift(laid[..., 0], right[..., 0], says & (near == 0)),
        patches=_patches(apart, near),
        recoloured=_recoloured(laid, right, whole & ~lost & (near == 0)),
        shares=shares,
    )


def _patches(apart: NDArray[np.uint8], near: NDArray[np.uint8]) -> int:
    """Return how many places ``apart`` blocks are in; loosely strewn ones are many."""
    import cv2

    count, labels = cv2.connectedComponents(near, connectivity=8)
    for label in range(1, count):
        rows, columns = np.nonzero((labels == label) & (apart > 0))
        box = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
        if len(rows) < _COMPACT * box:
            return len(rows)
    return int(count) - 1


def _shift(
    laid: NDArray[np.float32], right: NDArray[np.float32], chosen: NDArray[np.bool_]
) -> float:
    """Return how far details are out of place.

    Least squares in each block, along its strongest gradient, where a shift can be seen.
    """
    import cv2

    def slopes(plane: NDArray[np.float32], x: int, y: int) -> NDArray[np.float32]:
        return np.asarray(_blocks(cv2.Sobel(plane, cv2.CV_32F, x, y, scale=1 / 8))[chosen])

    one, other = _blocks(laid)[chosen], _blocks(right)[chosen]
    one, other = one - one.mean(-1, keepdims=True), other - other.mean(-1, keepdims=True)
    gain = (one * other).sum(-1) / np.maximum((one * one).sum(-1), 1e-6)
    gain = np.clip(gain, 0.2, 5.0)[:, None]
    x = (slopes(laid, 1, 0) * gain + slopes(right, 1, 0)) / 2
    y = (slopes(laid, 0, 1) * gain + slopes(right, 0, 1)) / 2
    products = np.stack([(x * x).mean(-1), (x * y).mean(-1), (y * y).mean(-1)], -1)
    values, vectors = np.linalg.eigh(products[:, [0, 1, 1, 2]].reshape(-1, 2, 2))
    change = one * gain - other
    along = np.stack([(x * change).mean(-1), (y * change).mean(-1)], -1)
    seen = values[:, 1] > 1.0
    if seen.sum() < _LEAST:
        return NO_OVERLAY.shift
    moved = np.abs((along * vectors[..., 1]).sum(-1) / np.maximum(values[:, 1], 1e-6))
    return float(np.quantile(moved[seen], 1 - _WORST))


def _recoloured(
    laid: NDArray[np.float32], right: NDArray[np.float32], whole: NDArray[np.bool_]
) -> float:
    """Return the share of blocks whose tone or colour no change of the whole explains."""
    one, other = (
        np.stack([_blocks(plane[..., c]).mean(-1)[whole] for c in range(3)], -1)
        for plane in (laid, right)
    )
    if len(one) < _LEAST:
        return 0.0
    tone = np.abs(_fitted(one[:, :1], other[:, :1], _CONTRAST)) > _TONE
    chroma = one[:, 1:] - 128, other[:, 1:] - 128
    strength = [np.hypot(*side.T) for side in chroma]
    if min(np.quantile(side, 0.95) for side in strength) < _COLOURLESS:
        return float(tone.mean())
    apart = np.hypot(*_fitted(*chroma, _SATURATION).T)
    colour = apart > np.maximum(_CHROMA, _CHROMA_SHARE * np.maximum(*strength))
    return float((tone[:, 0] | colour).mean())


def _fitted(
    one: NDArray[np.float32], other: NDArray[np.float32], gains: tuple[float, float]
) -> NDArray[np.float32]:
    """Return what is left of ``other`` after one gain and an offset per channel on ``one``."""
    kept = np.ones(len(one), bool)
    left = other
    for _ in range(3):
        centre, target = np.median(one[kept], axis=0), np.median(other[kept], axis=0)
        moved, aim = one - centre, other - target
        power = float((moved[kept] ** 2).sum())
        gain = float((moved[kept] * aim[kept]).sum()) / power if power > 0 else 1.0
        left = moved * np.float32(np.clip(gain, *gains)) - aim
        size = np.abs(left).sum(-1)
        kept = size <= np.quantile(size, 1 - _WORST)
    return np.asarray(left, np.float32)
