"""CIEDE2000 against its authors' test data, hex colours, and the names of plain colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from propvault.colours import difference, hex_of, lab_of, name_of, read_hex, ruling
from propvault.values import Swatch

BYTES = st.integers(0, 255)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Sharma, Wu, Dalal (2005), table 1: hue discontinuities, neutrals, large and small ones.
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 3.1571, -77.2803), (50, 0, -82.7485), 2.8615),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((63.0109, -31.0961, -5.8663), (62.8187, -29.7946, -4.0864), 1.2630),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_ciede2000(one: tuple[float, ...], other: tuple[float, ...], expected: float) -> None:
    pair = np.array(one, np.float64), np.array(other, np.float64)
    assert difference(*pair) == pytest.approx(expected, abs=5e-5)
    assert difference(*reversed(pair)) == pytest.approx(expected, abs=5e-5)


@given(st.tuples(BYTES, BYTES, BYTES))
def test_a_colour_comes_back_from_cielab(rgb: tuple[int, int, int]) -> None:
    written = "#" + "".join(f"{value:02x}" for value in rgb)
    assert hex_of(lab_of(rgb)) == written
    assert read_hex(written.upper()) == pytest.approx(lab_of(rgb))


@pytest.mark.parametrize("text", ["", "#12", "#12345", "blue", "#gggggg", "#1234567"])
def test_what_is_no_colour(text: str) -> None:
    assert read_hex(text) is None


def test_a_short_hex_is_doubled() -> None:
    assert read_hex("#7a5") == read_hex("77aa55")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("#ff0000", "red"), ("#b03020", "red"), ("#ff8c00", "orange"), ("#ffd700", "yellow"),
        ("#228b22", "green"), ("#00ced1", "cyan"), ("#1e50d0", "blue"), ("#87b4e6", "blue"),
        ("#6a0dad", "purple"), ("#ff69b4", "pink"), ("#7a5c3a", "brown"), ("#e8d8b8", "beige"),
        ("#fcfcfc", "white"), ("#808080", "grey"), ("#080808", "black"),
    ],
)  # fmt: skip
def test_names_of_plain_colours(written: str, name: str) -> None:
    lab = read_hex(written)
    assert lab is not None
    assert name_of(lab) == name


def swatch(written: str, share: float) -> Swatch:
    lab = read_hex(written)
    assert lab is not None
    return Swatch(*lab, share)


def test_a_wall_needs_more_room_than_a_lantern() -> None:
    found = ruling([swatch("#808080", 0.65), swatch("#228b22", 0.09), swatch("#e01818", 0.05)])
    assert list(found) == ["grey", "green", "red"]
    assert "black" not in ruling([swatch("#808080", 0.8), swatch("#000000", 0.2)])
    assert ruling([swatch("#808080", 0.97), swatch("#e01818", 0.03)]) == {"grey": 0.97}
