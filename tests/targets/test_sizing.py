"""Sizes: within the limits, never enlarged, and bytes that fit each way of delivery."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.targets.rules import Limits
from propvault.targets.sizing import byte_limit, plan_size, scaled, shared_limits

sides = st.integers(1, 12_000)


@given(sides, sides, st.sampled_from(["pad", "crop"]), st.one_of(st.none(), st.integers(64, 4096)))
def test_a_fitted_picture_is_within_aspect(width: int, height: int, fit: str, edge: int) -> None:
    limits = Limits(min_aspect=0.4, max_aspect=2.5)
    sizing = plan_size(limits, (width, height), long_edge=edge, fit=fit)
    if min(sizing.size) > 16:  # of a few pixels no whole number keeps a ratio
        assert 0.4 <= sizing.size[0] / sizing.size[1] <= 2.5
    assert edge is None or max(sizing.size) <= edge
    if fit == "crop":
        assert sizing.size[0] <= width and sizing.size[1] <= height
    assert not sizing.is_enlarged


@given(sides, sides, st.floats(0.01, 20))
def test_megapixels_are_kept(width: int, height: int, most: float) -> None:
    size = plan_size(
        Limits(max_megapixels=most), (width, height), long_edge=None, fit="refuse"
    ).size
    assert size[0] * size[1] <= most * 1e6 or min(size) <= 2 or size == (width, height)
    assert size[0] <= width and size[1] <= height


@pytest.mark.parametrize(
    ("size", "fit", "to", "how", "is_enlarged"),
    [
        ((1920, 1080), "refuse", (1280, 720), "scale", False),
        ((1280, 720), "refuse", (1280, 720), "scale", False),
        ((4000, 3000), "refuse", (1280, 720), "crop", False),
        ((3000, 4000), "pad", (720, 1280), "pad", False),
        ((640, 360), "crop", (1280, 720), "scale", True),
        ((1000, 1000), "pad", (1280, 720), "pad", False),
    ],
)
def test_exact_sizes(
    size: tuple[int, int], fit: str, to: tuple[int, int], how: str, is_enlarged: bool
) -> None:
    limits = Limits(exact_sizes=((1280, 720), (720, 1280)))
    sizing = plan_size(limits, size, long_edge=None, fit=fit)
    assert (sizing.size, sizing.fit, sizing.is_enlarged) == (to, how, is_enlarged)


@pytest.mark.parametrize(
    ("size", "edge", "result"),
    [((3000, 2000), 2048, (2048, 1365)), ((30, 20), 2048, (30, 20)), ((9000, 1), 90, (90, 1))],
)
def test_scaled(size: tuple[int, int], edge: int, result: tuple[int, int]) -> None:
    assert scaled(size, edge) == result


def test_bytes_fit_each_way_of_delivery() -> None:
    limits = Limits(max_mb=16, max_base64_mb=5)
    by_url = byte_limit(limits, ("url",), 3)
    both = byte_limit(limits, ("base64", "url"), 3)
    assert by_url == 15_999_999
    assert both is not None and both < by_url
    assert len(b"data:image/jpeg;base64," + base64.b64encode(bytes(both))) <= 5_000_000
    shared = byte_limit(Limits(total_mb=20), ("base64",), 7)
    assert shared is not None and 7 * len(base64.b64encode(bytes(shared))) < 20_000_000
    assert shared_limits(Limits(total_megapixels=9, max_megapixels=4), 3) == 3
    assert byte_limit(Limits(), ("file",), 1) is None
