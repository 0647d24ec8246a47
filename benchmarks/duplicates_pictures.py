"""Pictures as the duplicate benchmarks see them: a preview and its hashes."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import imagehash
from PIL import Image, ImageOps, UnidentifiedImageError

from propvault.likeness import Likeness
from propvault.vision.comparison import Look
from propvault.vision.fingerprints import fingerprints


class Seen(NamedTuple):
    """One picture, ready to be compared."""

    look: Look
    hashes: dict[str, bytes]


def see(path: Path) -> Seen | None:
    """Read one picture as a preview; None for the broken ones that the sets contain."""
    try:
        with Image.open(path) as opened:
            return seen(ImageOps.exif_transpose(opened).convert("RGB"))
    except (UnidentifiedImageError, OSError):
        return None


def seen(picture: Image.Image) -> Seen:
    """Return a picture as its 512 px preview with its hashes."""
    preview = picture.copy()
    preview.thumbnail((512, 512), Image.Resampling.LANCZOS)
    others = {"ahash": imagehash.average_hash(preview), "whash": imagehash.whash(preview)}
    hashes = {name: bytes.fromhex(str(value)) for name, value in others.items()}
    return Seen(Look(preview), fingerprints(preview) | hashes)


def distance(one: Seen, other: Seen, algorithm: str) -> int:
    """Return in how many bits two hashes differ."""
    bits = int.from_bytes(one.hashes[algorithm]) ^ int.from_bytes(other.hashes[algorithm])
    return bits.bit_count()


def side_by_side(work: Callable[[int], Likeness], count: int) -> list[Likeness]:
    """Run comparisons on all cores."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(work, range(count)))
