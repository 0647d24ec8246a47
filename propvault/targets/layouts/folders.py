"""In which folder of a set its pictures stand, and which archive they go into."""

from __future__ import annotations

import re

from propvault.targets.rules import LayoutRule

ARCHIVES = {"zip": "set.zip", "webdataset": "000000.tar"}
"""Archive by layout; the pictures then stand in it alone."""

_IMAGES = "images/"
_BESIDE = ("plain", "contact-sheet", "prop-sheet")


def picture_folder(rule: LayoutRule, trigger: str, slug: str) -> str:
    """Return the folder of the pictures, empty or with a final slash.

    Trainers take everything in it for training data, so sheets and manifests stand one level up.
    """
    if rule.kind in (*_BESIDE, *ARCHIVES):
        return ""
    if rule.kind == "kohya":
        # A leading number is read by sd-scripts without a dataset file and ignored with one.
        word = re.sub(r"[^A-Za-z0-9_]+", "_", trigger).strip("_") or "set"
        return f"train/{rule.repeats}_{word}/"
    if rule.kind == "imagefolder" or rule.kind == "diffusers":
        return "train/"
    if rule.kind == "comfyui":
        return f"input/propvault-{slug}/"
    return _IMAGES
