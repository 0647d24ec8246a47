"""Pictures told by name: what settings are chosen by."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.training.test_labelled import pack_of
from training.unseen import SETS, told_by_name

KINDS = ("dog", "cat", "rug", "vase")


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return a vector of each text that points where the kind it names does."""
    return np.array([[kind in text for kind in KINDS] for text in texts], np.float32)


def test_each_class_counts_once_and_any_everyday_name_is_right() -> None:
    animals = [f"{name}/{i}" for name in SETS for i in range(4)]
    said = [(name, "a photo of a cat." if name[-1] == "3" else "a dog.") for name in animals]
    rugs = [(f"ikea/objects/{i}", "rug, red.") for i in range(5)]
    pack = pack_of(*said, *rugs)
    seen_as = ["dog", "dog", "cat", "cat"] * len(SETS) + ["rug"] * 5
    vectors = encode(seen_as)
    found = told_by_name(pack, vectors, lambda texts: encode(texts) + 0.01)
    assert found == {"products": 1.0} | dict.fromkeys(SETS, np.mean([2 / 3, 1.0]))
