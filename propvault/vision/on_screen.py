"""A decoded picture, made as small as a screen needs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True)
class Raster:
    """An upright picture in sRGB."""

    image: Image.Image
    """Mode ``RGB``."""

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self.image.size

    def scaled(self, width: int, height: int) -> Raster:
        """Return the picture at exactly this size."""
        # A gap of 2 reads a large picture once instead of filtering each of its pixels.
        size = (max(1, width), max(1, height))
        return Raster(self.image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))

    def grey(self) -> Raster:
        """Return the picture without its colours."""
        return Raster(self.image.convert("L").convert("RGB"))

    def part(self, centre: tuple[float, float], width: int, height: int) -> Raster:
        """Return a part in its own pixels, around a centre given as shares of width and height."""
        wide, high = self.size
        width, height = min(width, wide), min(height, high)
        left = round(min(max(0.0, centre[0] * wide - width / 2), wide - width))
        top = round(min(max(0.0, centre[1] * high - height / 2), high - height))
        return Raster(self.image.crop((left, top, left + width, top + height)))

    def pixels(self) -> NDArray[np.uint8]:
        """Return the pixels ``[height, width, 3]``."""
        return np.asarray(self.image.convert("RGB"))

    def bands(self, height: int) -> list[Image.Image]:
        """Return horizontal bands of ``height`` pixels, the last one may be lower.

        Mode ``P``, 256 colours chosen from the whole picture, so that bands do not show as stripes.
        """
        wide, high = self.size
        few = self.image.quantize(256, Image.Quantize.MEDIANCUT)
        return [few.crop((0, y, wide, min(y + height, high))) for y in range(0, high, height)]
