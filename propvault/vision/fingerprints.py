"""Perceptual hashes of a preview, by imagehash."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 32
"""Pixels a side that hashes are made from; what imagehash shrinks to for its 8 x 8 pHash."""
_BLANK = 3.0
"""Deviation of grey values 0..255 below which a picture has nothing to hash."""
_UNSURE = 0.03
"""Correlation with a ramp below which both signs are kept, for compressing may change it. With
it turned and mirrored copies keep a hash in common (``benchmarks.duplicates``, "candidates")."""


def fingerprints(preview: Image.Image) -> dict[str, bytes]:
    """Return 64-bit perceptual hashes by algorithm, big-endian, rows of the hash first.

    ``phash``: DCT hash (Zauner 2010); ``dhash``: horizontal gradient signs. Both on grey values.
    ``phash-turned`` and ``dhash-turned``: the same of the picture turned and mirrored to its
    canonical orientation, so that the eight orientations of a picture have one hash in common:
    one to eight hashes one after the other, several where the orientation is unsure, none for a
    blank picture.
    """
    # Imported here: imagehash pulls in scipy (0.3 s), which only a decoder process needs.
    import imagehash

    small = preview.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    turned = canonical(small)
    return {
        "phash": bytes.fromhex(str(imagehash.phash(preview))),
        "dhash": bytes.fromhex(str(imagehash.dhash(preview))),
        "phash-turned": b"".join(bytes.fromhex(str(imagehash.phash(t))) for t in turned),
        "dhash-turned": b"".join(bytes.fromhex(str(imagehash.dhash(t))) for t in turned),
    }


def canonical(small: Image.Image) -> list[Image.Image]:
    """Return the orientations of a square grey picture that may be its canonical one.

    Canonical is: brighter to the right, brighter to the bottom, and more so to the right.
    """
    grey = np.asarray(small, np.float64)
    if grey.std() < _BLANK:
        return []
    ramp = np.linspace(-1, 1, len(grey))
    ramp, flat = ramp / ramp.std(), (grey - grey.mean()) / grey.std()
    right, down = float((flat.mean(0) * ramp).mean()), float((flat.mean(1) * ramp).mean())
    choices = itertools.product(_either(right), _either(down), _either(abs(right) - abs(down)))
    return [
        Image.fromarray(np.asarray(_turned(grey, *choice)).round().astype(np.uint8))
        for choice in choices
    ]


def _either(value: float) -> tuple[bool, ...]:
    """Return whether a value is positive, or both answers when it is close."""
    return (True, False) if abs(value) < _UNSURE else (value > 0,)


def _turned(
    grey: NDArray[np.float64], to_right: bool, to_bottom: bool, is_wide: bool
) -> NDArray[np.float64]:
    grey = grey if to_right else grey[:, ::-1]
    grey = grey if to_bottom else grey[::-1]
    return grey if is_wide else grey.T
