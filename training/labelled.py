"""Labelled photographs, of ``data/tags`` and of the pack: what they show, which judge a tag."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from propvault.vision.reader import read_picture
from training.texts import product_names, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from propvault.vision.model import Model
    from training.data import Pack

LABELS = Path("benchmarks/tag_labels.toml")
"""Which tag each label of ``data/tags`` stands for."""
PACK_LABELS = Path("benchmarks/pack_labels.toml")
"""The same for the training pack."""
SETS = ("objects", "products", "rooms", "facades")
"""Sets of ``data/tags`` whose one label is the picture's main subject: others are wrong there."""
PACK_SETS = (
    *("caltech101", "clothing", "dtd10", "facades_spb", "houses", "ikea", "intel_scenes", "pacs"),
)
"""The same of the pack. In the others (``doors``, ``doordetect``) a missing label is no proof."""
_ROOM = re.compile("an? ")
"""What the caption of a room begins with, which shows more than one thing."""


def read_labels(folder: Path) -> dict[str, frozenset[str]]:
    """Return the tags of each file whose labels our vocabulary can express, by path."""
    tags = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    found: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        file, label = line.split("\t")
        tag = tags[set_of(file)].get(label)
        if tag:
            found[file].add(tag)
    return {file: frozenset(found[file]) for file in sorted(found)}


def read_pack_labels(pack: Pack) -> dict[str, frozenset[str]]:
    """Return the tags of each picture of the pack that is labelled, by its name in the pack.

    A picture whose label the vocabulary cannot express has none: it speaks against every tag.
    """
    tags = tomllib.loads(PACK_LABELS.read_text(encoding="utf-8"))
    found: dict[str, set[str]] = defaultdict(set)
    unclear = set()
    for caption, row in zip(pack.captions, pack.caption_picture, strict=True):
        file = pack.names[row]
        named = tags.get(set_of(file))
        if named is None:
            continue
        if set_of(file) == "ikea" and _ROOM.match(caption):
            unclear.add(file)
        labels = _labels(set_of(file), caption, named)
        found[file].update(tag for label in labels for tag in named[label])
    return {file: frozenset(found[file]) for file in sorted(found.keys() - unclear)}


def _labels(source: str, caption: str, named: Collection[str]) -> list[str]:
    """Return which of the labels ``named`` a caption of the pack states."""
    said = caption.rstrip(".").lower()
    if source == "doordetect":
        return re.findall("|".join(sorted(named, key=len, reverse=True)), said)
    if source != "ikea":
        label = shown(said)
        return [label] if label in named else []
    names = product_names(said)
    product = max((name for name in names if name.endswith(names[-1])), key=len)
    ends = [label for label in named if f" {product}".endswith(f" {label}")]
    return [max(ends, key=len)] if ends else []


def set_of(file: str) -> str:
    """Return the set that a file belongs to."""
    return file.partition("/")[0]


def judges(tag: str, labels: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """Return which of the files tell whether a tag is right on them.

    In ``data/tags`` those of the `SETS` that have it as a label. A tag that stands in ``doors``
    alone is judged on its labelled pictures and on all of the `SETS`, whose main subject is
    another. So is every tag in the pack on all of the `PACK_SETS`: some of them know one kind of
    thing only, and among clothes it is easy to tell clothes.
    """
    sets = {set_of(file) for file, tags in labels.items() if tag in tags}
    if own := sets & set(SETS):
        return np.array([set_of(file) in own for file in labels], np.bool_)
    others = {*SETS, *PACK_SETS}
    return np.array([set_of(file) in others or tag in labels[file] for file in labels], np.bool_)


def vectors_of(model: Model, folder: Path, files: Sequence[str]) -> NDArray[np.float32]:
    """Encode pictures exactly as an import does, through the stored preview."""
    vectors = []
    for start in range(0, len(files), 64):
        facts = [
            read_picture(folder / file, info=model.info, max_decoded_mb=1000).model_input
            for file in files[start : start + 64]
        ]
        vectors.append(model.encode_pictures(np.stack([f for f in facts if f is not None])))
    return np.concatenate(vectors)
