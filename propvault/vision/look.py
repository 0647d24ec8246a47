"""Measure a preview's pixels: main colours, brightness, contrast, sharpness, colourfulness.

Always made from the stored preview, so it can be made again with every disk offline.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from propvault.values import Look, Swatch

LOOK_VERSION = 1
"""Raised when a measure changes, so that old vaults are measured again."""
_EDGE = 72
"""Long edge of what colours are counted on: k-means over 4,000 pixels takes some 4 ms."""
_COLOURS, _ATTEMPTS, _ROUNDS = 6, 2, 12
_ONE_COLOUR = 6.0
"""Centres nearer than this in CIELAB are one colour to the eye."""
_SMALLEST = 0.01
_GREY_CHROMA = 4.0
"""Chroma that 99 of 100 pixels of a black and white picture stay under; WebP adds up to 3."""


def measure(preview: Image.Image) -> Look:
    """Measure an ``RGB`` picture; the same pixels always give the same numbers."""
    import cv2

    small = preview.copy()
    small.thumbnail((_EDGE, _EDGE), Image.Resampling.BOX, reducing_gap=None)
    rgb = np.asarray(small, np.float32)
    lab = np.asarray(cv2.cvtColor(rgb / np.float32(255), cv2.COLOR_RGB2Lab), np.float32)
    lab = lab.reshape(-1, 3)
    low, high = np.percentile(lab[:, 0], (5, 95))
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    return Look(
        swatches=_palette(lab),
        brightness=float(lab[:, 0].mean()),
        contrast=float(high - low),
        sharpness=_sharpness(preview),
        colourfulness=_colourfulness(rgb.reshape(-1, 3)),
        is_grey=bool(np.percentile(chroma, 99) < _GREY_CHROMA),
    )


def _palette(lab: NDArray[np.float32]) -> tuple[Swatch, ...]:
    import cv2

    # k-means needs as many different points as centres.
    codes = np.round(lab).astype(np.int64) @ np.array([1_000_000, 1000, 1])
    count = min(_COLOURS, len(np.unique(codes)))
    if len(lab) == 1:  # OpenCV takes one row for a column
        lab = np.repeat(lab, 2, axis=0)
    cv2.setRNGSeed(20260113)
    rule = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, _ROUNDS, 0.5)
    _, labels, centres = cv2.kmeans(lab, count, None, rule, _ATTEMPTS, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    shares = np.bincount(labels.ravel(), minlength=count) / len(lab)
    merged = _merged(centres.astype(np.float64), shares)
    return tuple(
        Swatch(lightness, a, b, round(share, 4))
        for (lightness, a, b), share in sorted(
            ((np.round(centre, 2).tolist(), share) for centre, share in merged),
            key=lambda item: -item[1],
        )
        if share >= _SMALLEST
    )


def _merged(
    centres: NDArray[np.float64], shares: NDArray[np.float64]
) -> list[tuple[NDArray[np.float64], float]]:
    """Join colours that the eye does not tell apart, at their weighted mean."""
    kept: list[tuple[NDArray[np.float64], float]] = []
    for index in np.argsort(-shares, kind="stable"):
        centre, share = centres[index], float(shares[index])
        for at, (other, weight) in enumerate(kept):
            if np.linalg.norm(centre - other) < _ONE_COLOUR:
                whole = weight + share
                kept[at] = ((other * weight + centre * share) / whole, whole)
                break
        else:
            kept.append((centre, share))
    return kept


def _sharpness(preview: Image.Image) -> float:
    """Return the Laplacian's deviation in the sharpest ninth: a sharp subject is enough."""
    import cv2

    grey = np.asarray(preview.convert("L"), np.float32)
    edges = cv2.Laplacian(grey, cv2.CV_32F)
    parts = [part for row in np.array_split(edges, 3) for part in np.array_split(row, 3, axis=1)]
    return float(max(part.std() for part in parts if part.size))


def _colourfulness(rgb: NDArray[np.float32]) -> float:
    red, green, blue = rgb.T
    first, second = red - green, (red + green) / 2 - blue
    spread = np.hypot(first.std(), second.std())
    return float(spread + 0.3 * np.hypot(first.mean(), second.mean()))
