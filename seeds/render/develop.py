"""From raw frame to camera picture: lens softness, vignette, sensor noise, enlargement."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter


def develop(path: Path, long_edge: int) -> Image.Image:
    """Give a clean render the faults of a small camera; the same file gives the same picture."""
    picture = Image.open(path).convert("RGB")
    if max(picture.size) < long_edge:
        scale = long_edge / max(picture.size)
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        picture = picture.filter(ImageFilter.UnsharpMask(1.6, 90, 1))
    else:
        picture = picture.filter(ImageFilter.GaussianBlur(0.45))
    pixels = np.asarray(picture, dtype=np.float32) / 255
    pixels = _noise(pixels * _vignette(picture.size), zlib.crc32(path.stem.encode()))
    return Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))


def _vignette(size: tuple[int, int]) -> np.ndarray:
    """Corners a third of a stop darker than the middle."""
    x = np.linspace(-1, 1, size[0], dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, size[1], dtype=np.float32)[:, None]
    return (1 - 0.11 * (x**2 + y**2) ** 1.3)[..., None]


def _noise(pixels: np.ndarray, seed: int) -> np.ndarray:
    """Noise as a sensor makes it: strongest in the shadows, blotchy rather than per pixel."""
    rng = np.random.default_rng(seed)
    shape = pixels.shape[:2]
    luma = rng.normal(0, 1, (*shape, 1)).astype(np.float32)
    luma = (luma + np.roll(luma, 1, 0) + np.roll(luma, 1, 1)) / 1.8
    chroma = np.repeat(
        np.repeat(rng.normal(0, 1, (shape[0] // 2 + 1, shape[1] // 2 + 1, 3)), 2, 0), 2, 1
    )
    chroma = chroma[: shape[0], : shape[1]].astype(np.float32)
    strength = 0.006 + 0.010 * (1 - pixels.mean(axis=2, keepdims=True))
    return pixels + strength * (luma + 0.5 * chroma)
