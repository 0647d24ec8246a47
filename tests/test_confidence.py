"""The line between a match and chance."""

from __future__ import annotations

import tomllib

import pytest

from propvault.confidence import ConfidenceLine, is_confident
from propvault.resources import library_folder

LINE = ConfidenceLine(line=0.3, photos=1000, per_doubling=0.02, measured_from=64, measured_to=2000)


@pytest.mark.parametrize(
    ("photos", "least"), [(1000, 0.3), (2000, 0.32), (500, 0.28), (250, 0.26), (10**6, 0.32)]
)
def test_the_line_follows_the_number_of_photos(photos: int, least: float) -> None:
    assert LINE.at(photos) == pytest.approx(least)
    assert LINE.at(0) == LINE.at(1) == LINE.at(64) < LINE.at(65)


@pytest.mark.parametrize(
    ("cosines", "sure"),
    [([], False), ([0.29], False), ([0.31], True), ([0.5, 0.1, 0.1, 0.1], False),
     ([0.5, 0.3, 0.2, 0.0], True)],
)  # fmt: skip
def test_the_mean_of_the_best_three_decides(cosines: list[float], sure: bool) -> None:
    assert is_confident(cosines, 1000, LINE) is sure


def test_the_shipped_line_is_of_the_shipped_model() -> None:
    stated = tomllib.loads((library_folder() / "confidence.toml").read_text(encoding="utf-8"))
    thresholds = tomllib.loads((library_folder() / "thresholds" / "mini.toml").read_text())
    assert list(stated) == [thresholds["model"]]
    ConfidenceLine(**stated[thresholds["model"]])
