"""Read the training pack: picture features, captions and the split. Numpy only, no torch.

The invariant: a development picture (crc32 of its file name divisible by 8) is never trained on,
and neither is a holdout picture (remainder 1), which chooses the step to stop at and calibrates
the score. Only Flickr8k has captions written by people, so only it is split.
"""

from __future__ import annotations

import csv
import gzip
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORK = Path(tempfile.gettempdir()) / "propvault-training"
"""Where stages leave their results unless told otherwise."""
PARTS = 8
DEVELOPMENT, HOLDOUT = 0, 1
WEIGHTS = {
    "flickr8k": 1.0,
    "ikea": 1.5,
    "imagenet_samples": 2.0,
    "doordetect": 2.0,
    "facades_spb": 2.0,
    "dtd10": 0.8,
    "caltech101": 0.5,
    "houses": 0.5,
    "clothing": 0.25,
    "pacs": 0.25,
    "intel_scenes": 0.15,
}
"""Sampling weight of one (picture, caption) pair by source set: the pack's recipe, doors and
façades doubled (zero-shot of façades .58 to .78 with it and half the weight of product names)."""


@dataclass(frozen=True)
class Pack:
    """The training pack in memory; row i of every picture array is the same picture."""

    features: NDArray[np.float32]
    """[27158, 1280] pooled EfficientNet-Lite2 features."""
    names: tuple[str, ...]
    """Source path of each picture, ``set/…``."""
    part: NDArray[np.int8]
    """[27158] 0..7 for Flickr8k (crc32 of the file name modulo 8), -1 for every other set."""
    captions: tuple[str, ...]
    """English caption of each pair."""
    caption_picture: NDArray[np.int64]
    """[61231] picture row of each pair."""
    caption_source: tuple[str, ...]
    """Source set of each pair."""

    def pairs(self, parts: set[int]) -> NDArray[np.int64]:
        """Return the pair numbers whose picture lies in one of ``parts``, ascending."""
        return np.flatnonzero(np.isin(self.part[self.caption_picture], list(parts)))

    def training_pairs(self, *, with_holdout: bool = False) -> NDArray[np.int64]:
        """Return the pairs that may be trained on; never a development picture."""
        kept = {-1, *range(PARTS)} - {DEVELOPMENT} - (set() if with_holdout else {HOLDOUT})
        return self.pairs(kept)


def read_pack(folder: Path) -> Pack:
    """Read the pack in ``folder`` (``shared/data/training``)."""
    stored = np.load(folder / "picture_features.npz")
    features = stored["features"].astype(np.float32) * stored["scale"]
    names = tuple(
        (folder / "pictures.txt").read_text(encoding="utf-8").split("\n")[: len(features)]
    )
    part = np.array([_part(name) for name in names], np.int8)
    with gzip.open(folder / "captions.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return Pack(
        features=features,
        names=names,
        part=part,
        captions=tuple(row[2] for row in rows),
        caption_picture=np.array([int(row[0]) for row in rows], np.int64),
        caption_source=tuple(row[1] for row in rows),
    )


def _part(name: str) -> int:
    source, _, rest = name.partition("/")
    return part_of(rest.rpartition("/")[2]) if source == "flickr8k" else -1


def part_of(name: str) -> int:
    """Return the part 0..7 of a Flickr8k picture by its file name."""
    return zlib.crc32(name.encode()) % PARTS
