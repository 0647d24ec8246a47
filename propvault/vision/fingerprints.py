"""Perceptual hashes of a preview, by imagehash."""

from __future__ import annotations

from PIL import Image


def fingerprints(preview: Image.Image) -> dict[str, bytes]:
    """Return 64-bit perceptual hashes by algorithm, big-endian, rows of the hash first.

    ``phash``: DCT hash (Zauner 2010); ``dhash``: horizontal gradient signs. Both on grey values.
    """
    # Imported here: imagehash pulls in scipy (0.3 s), which only a decoder process needs.
    import imagehash

    return {
        "phash": bytes.fromhex(str(imagehash.phash(preview))),
        "dhash": bytes.fromhex(str(imagehash.dhash(preview))),
    }
