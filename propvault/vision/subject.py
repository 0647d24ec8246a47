"""Where the subject of a picture is, for a cut that keeps it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_EDGE = 128
"""Long edge at which the picture is looked at, pixels."""
_CENTRE = 0.35
"""How much nearness to the middle counts beside standing out."""


def crop_box(image: Image.Image, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the window of ``size`` that keeps most of the subject.

    What differs from the mean colour stands out (frequency-tuned saliency, Achanta et al. 2009);
    ``size`` fits into the picture.
    """
    map_, scale = _saliency(image)
    height, width = map_.shape
    window = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    sums = np.pad(map_.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    columns = np.arange(width - min(window[0], width) + 1)
    rows = np.arange(height - min(window[1], height) + 1)
    right, bottom = columns + min(window[0], width), rows + min(window[1], height)
    inside = (
        sums[np.ix_(bottom, right)]
        - sums[np.ix_(rows, right)]
        - sums[np.ix_(bottom, columns)]
        + sums[np.ix_(rows, columns)]
    )
    top, left = np.unravel_index(int(inside.argmax()), inside.shape)
    x = min(image.width - size[0], max(0, round(float(columns[left]) / scale)))
    y = min(image.height - size[1], max(0, round(float(rows[top]) / scale)))
    return x, y, x + size[0], y + size[1]


def border_colour(image: Image.Image) -> tuple[int, int, int]:
    """Return the median colour of a picture's rim, for bars that do not shout."""
    small = np.asarray(image.convert("RGB").resize((32, 32), Image.Resampling.BOX))
    rim = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    red, green, blue = np.median(rim, axis=0).astype(int).tolist()
    return red, green, blue


def _saliency(image: Image.Image) -> tuple[NDArray[np.float64], float]:
    scale = min(1.0, _EDGE / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    lab = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX).convert("LAB"), float)
    lab[..., 1:] = (lab[..., 1:] + 128) % 256  # Pillow stores a and b as signed bytes
    apart = np.sqrt(((lab - lab.mean((0, 1))) ** 2).sum(2))
    apart /= apart.max() or 1.0
    rows, columns = np.indices(apart.shape)
    y, x = (rows / max(1, size[1] - 1) - 0.5), (columns / max(1, size[0] - 1) - 0.5)
    return apart + _CENTRE * np.exp(-6.0 * (x**2 + y**2)), scale
