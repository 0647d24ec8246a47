"""Figures to choose settings by: pictures that the head had not seen, told by their names.

``data/tags`` and the development pictures are for reporting; whoever chooses by them flatters them.
Here each labelled picture of the pack has the vector of the member that did not learn from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from training.figures import TEMPLATES, class_vectors
from training.texts import everyday_names, products, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from training.data import Pack

    Encode = Callable[[Sequence[str]], NDArray[np.float32]]
    """Texts to unit vectors [n, 384] beside which pictures are put."""

SETS = ("caltech101", "facades_spb", "pacs")
"""Sets with one label a picture; products are told by all that people call them."""
LEAST = 5
"""Products that a name needs."""


def told_by_name(pack: Pack, unseen: NDArray[np.float32], encode: Encode) -> dict[str, float]:
    """Return mean-class zero-shot accuracy, 0 to 1, of each set.

    ``unseen`` [27158, 384] are unit vectors. A product is right by any of its everyday names.
    """
    found = {"products": _accuracy(_everyday(pack), unseen, encode)}
    for name in SETS:
        labels = {
            int(row): {shown(caption)}
            for row, source, caption in zip(
                pack.caption_picture, pack.caption_source, pack.captions, strict=True
            )
            if source == name
        }
        found[name] = _accuracy(labels, unseen, encode)
    return found


def _everyday(pack: Pack) -> dict[int, set[str]]:
    """Return the everyday names of each product, of those that are common enough."""
    named = [said for said in products(pack) if said.text in everyday_names()]
    often = Counter(said.text for said in named)
    labels: dict[int, set[str]] = defaultdict(set)
    for said in named:
        if often[said.text] >= LEAST:
            labels[said.row].add(said.text)
    return labels


def _accuracy(
    labels: Mapping[int, set[str]], vectors: NDArray[np.float32], encode: Encode
) -> float:
    rows = sorted(labels)
    names = sorted(set().union(*labels.values()))
    texts = [template.format(name) for name in names for template in TEMPLATES]
    classes = class_vectors(encode(texts).reshape(len(names), len(TEMPLATES), -1))
    told = (vectors[rows] @ classes.T).argmax(1)
    right = np.array([names[i] in labels[row] for i, row in zip(told, rows, strict=True)])
    own = np.array([[name in labels[row] for name in names] for row in rows])
    return float(np.mean([right[column].mean() for column in own.T]))
