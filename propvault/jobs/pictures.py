"""Pictures to look at: the stored preview, a larger one made on demand, and every pixel."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from propvault.errors import PictureError
from propvault.settings import cache_folder
from propvault.values import PhotoView
from propvault.vault.folder import VaultFolder
from propvault.vision.on_screen import Raster
from propvault.vision.pixels import flatten, open_upright
from propvault.vision.reader import decode_preview, encode_preview

LARGE_EDGE = 1600
"""Long edge of the larger preview, pixels: enough for a screen, 0.2 to 0.4 MB."""
_KEPT = 1000
"""Larger previews kept in the cache, at most some 400 MB."""


def preview_of(root: Path, photo_id: str) -> Raster | None:
    """Return a photo's 512 px preview; None when it is missing or damaged."""
    try:
        file = VaultFolder(root).preview(photo_id.removeprefix("sha256:"))
        return Raster(decode_preview(file.read_bytes()))
    except (OSError, PictureError):  # `propvault doctor` names it and makes it again
        return None


def large_of(root: Path, photo: PhotoView) -> Raster | None:
    """Return a 1600 px picture, from the cache or made now; the preview when no disk has it."""
    cached = _large_file(root, photo.id)
    with contextlib.suppress(OSError, PictureError):
        return Raster(decode_preview(cached.read_bytes()))
    whole = _opened(photo, LARGE_EDGE)
    if whole is None:
        return preview_of(root, photo.id)
    if max(photo.width, photo.height) > LARGE_EDGE // 2:
        _keep(cached, encode_preview(whole.image))
    return whole


def full_of(photo: PhotoView) -> Raster | None:
    """Return a picture with every pixel it has; None when no disk has it."""
    return _opened(photo, None)


def _opened(photo: PhotoView, edge: int | None) -> Raster | None:
    path = photo.path
    if path is None:
        return None
    try:
        return Raster(flatten(open_upright(path, long_edge=edge)))
    except PictureError:
        return None


def _large_file(root: Path, photo_id: str) -> Path:
    digits = photo_id.removeprefix("sha256:")
    identity = VaultFolder(root).identity()
    return cache_folder() / identity / "large" / f"{digits}.webp"


def _keep(file: Path, data: bytes) -> None:
    with contextlib.suppress(OSError):  # a cache that cannot be written only costs time
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(data)
        part.replace(file)
        kept = sorted(file.parent.glob("*.webp"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-_KEPT]:
            old.unlink()
