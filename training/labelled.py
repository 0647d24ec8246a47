"""The labelled photographs of ``data/tags``: what they show, and which of them judge a tag."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from propvault.vision.reader import read_picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from propvault.vision.model import Model

LABELS = Path("benchmarks/tag_labels.toml")
"""Which tag each label stands for."""
SETS = ("objects", "products", "rooms", "facades")
"""Sets whose one label is the picture's main subject: other labels of the set are wrong there."""


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


def set_of(file: str) -> str:
    """Return the set that a file belongs to."""
    return file.partition("/")[0]


def judges(tag: str, labels: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
    """Return which of the files tell whether a tag is right on them.

    Those of the `SETS` that have it as a label. In ``doors`` a missing label proves nothing, so a
    tag that stands there alone is judged on its labelled pictures and on all of the `SETS`, whose
    main subject is another.
    """
    sets = {set_of(file) for file, tags in labels.items() if tag in tags} & set(SETS)
    return np.array(
        [
            set_of(file) in sets if sets else set_of(file) in SETS or tag in tags
            for file, tags in labels.items()
        ],
        np.bool_,
    )


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
