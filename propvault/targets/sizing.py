"""How large a picture of a set becomes, and by what: scaled, cut or padded.

Invariant: nothing is enlarged unless the target takes exact sizes only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from propvault.targets.rules import Delivery, Fit, Limits

Size = tuple[int, int]
_DATA_URI_HEAD = 64
"""Characters before the encoded bytes: ``data:image/jpeg;base64,`` and some to spare."""
_TEXT_SHARE = 0.98
"""What the pictures may take of a request; the rest is left to prompt and field names."""


@dataclass(frozen=True)
class Sizing:
    """What becomes of a picture's size."""

    size: Size
    """Width and height it is written in, pixels."""
    fit: Literal["scale", "pad", "crop"]
    """How it comes to that shape."""
    is_enlarged: bool = False
    """Whether an exact size asks for more pixels than there are."""


def plan_size(limits: Limits, size: Size, *, long_edge: int | None, fit: Fit) -> Sizing:
    """Return the size a picture is written in; it may still break a limit that has no remedy.

    Args:
        limits: what the target accepts.
        size: width and height, pixels, upright.
        long_edge: the preset's wish, pixels.
        fit: what may be done to a picture too wide or too high.
    """
    if limits.exact_sizes:
        return _exact(limits.exact_sizes, size, fit)
    shaped = _shaped(limits, size, fit)
    edges = [e for e in (long_edge, limits.max_side) if e is not None]
    if limits.max_megapixels is not None:
        edges.append(_edge_for(shaped, limits.max_megapixels))
    small = scaled(shaped, min(edges, default=None))
    if _is_within(limits, shaped):  # rounding must not push it over the edge
        small = _nudged(limits, small)
    if limits.multiple_of:
        step = limits.multiple_of
        small = (max(step, small[0] // step * step), max(step, small[1] // step * step))
    return Sizing(small, "scale" if shaped == size or fit == "refuse" else fit)


def scaled(size: Size, long_edge: int | None) -> Size:
    """Return ``size`` reduced to a long edge, never enlarged, at least one pixel a side."""
    factor = min(1.0, long_edge / max(size)) if long_edge else 1.0
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def byte_limit(limits: Limits, delivery: Sequence[Delivery], count: int) -> int | None:
    """Return the most bytes of one picture among ``count``, so that each way of delivery works."""
    most = []
    if limits.max_mb is not None:
        most.append(int(limits.max_mb * 1e6) - 1)
    if limits.max_base64_mb is not None and "base64" in delivery:
        most.append((int(limits.max_base64_mb * 1e6) - _DATA_URI_HEAD) // 4 * 3 - 1)
    if limits.total_mb is not None:
        most.append(int(limits.total_mb * 1e6 * _TEXT_SHARE / max(1, count)) // 4 * 3)
    return min(most, default=None)


def shared_limits(limits: Limits, count: int) -> float | None:
    """Return the megapixels one picture among ``count`` may have."""
    shares = [limits.max_megapixels, limits.total_megapixels and limits.total_megapixels / count]
    return min((s for s in shares if s), default=None)


def _exact(sizes: Sequence[tuple[int, ...]], size: Size, fit: Fit) -> Sizing:
    def stretch(to: tuple[int, ...]) -> float:
        return abs(math.log((size[0] / size[1]) / (to[0] / to[1])))

    width, height = min(sizes, key=stretch)
    needed = (width / size[0], height / size[1])
    factor = min(needed) if fit == "pad" else max(needed)
    is_same_shape = abs(size[0] * height - size[1] * width) < max(size)
    how: Literal["scale", "pad", "crop"] = "pad" if fit == "pad" else "crop"
    return Sizing((width, height), "scale" if is_same_shape else how, factor > 1.0)


def _shaped(limits: Limits, size: Size, fit: Fit) -> Size:
    width, height = size
    low, high = limits.min_aspect, limits.max_aspect
    if fit == "refuse" or _is_within(limits, size):
        return size
    if high is not None and width / height > high:
        return (int(height * high), height) if fit == "crop" else (width, math.ceil(width / high))
    assert low is not None
    return (width, int(width / low)) if fit == "crop" else (math.ceil(height * low), height)


def _is_within(limits: Limits, size: Size) -> bool:
    aspect = size[0] / size[1]
    return (limits.min_aspect or 0.0) <= aspect <= (limits.max_aspect or math.inf)


def _nudged(limits: Limits, size: Size) -> Size:
    width, height = size
    if limits.max_aspect is not None and width / height > limits.max_aspect:
        width = int(height * limits.max_aspect)
    if limits.min_aspect is not None and width / height < limits.min_aspect:
        height = int(width / limits.min_aspect)
    return max(1, width), max(1, height)


def _edge_for(size: Size, megapixels: float) -> int:
    factor = min(1.0, math.sqrt(megapixels * 1e6 / (size[0] * size[1])))
    edge = max(1, math.floor(max(size) * factor))
    # Rounding the other side up may take a row too many.
    while edge > 1 and math.prod(scaled(size, edge)) > megapixels * 1e6:
        edge -= 1
    return edge
