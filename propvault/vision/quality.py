"""What tells an original from its copies: JPEG tables and sharpness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError


def coarseness(path: Path) -> float | None:
    """Return the mean step of a JPEG's first quantisation table, 1 to 255.

    None for other files and for those that cannot be read.
    """
    try:
        with Image.open(path) as opened:
            tables = getattr(opened, "quantization", None)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError):
        return None
    return float(np.mean(tables[min(tables)])) if tables else None


def sharpness(preview: Image.Image) -> float:
    """Return the deviation of the Laplacian of grey values (Pertuz et al. 2013, LAPV's root)."""
    import cv2

    grey = np.asarray(preview.convert("L"), np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F).std())
