"""What is said of each picture: texts to learn from in both languages, and texts to judge by.

The invariant: nothing to learn from belongs to a development or holdout picture.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training.chinese import may_be_learned, sentences
from training.data import WEIGHTS, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data import Pack

CHINESE = {"zhc": 0.8}
"""Sampling weight of a Chinese sentence by people."""
SENTENCES = 3
"""Of the five sentences of a Flickr8k picture and kind, unless a course asks for all."""


@dataclass(frozen=True)
class Emphasis:
    """Sampling weights that differ between courses."""

    product_names: float = 0.5
    """Of a product's bare name. Captions of products name colour and size as well, so without it
    the head learns "white" and "80x200" before it learns "wardrobe"."""
    product_captions: float = 1.0
    """Factor for these captions."""
    facades: float = 1.0
    """Factor for doors and façades."""


_EVEN = Emphasis()


class Said(NamedTuple):
    """One text about one picture."""

    row: int
    """Picture."""
    text: str
    """What is said; equal texts are positives of each other."""
    weight: float
    """Sampling weight."""


class Judged(NamedTuple):
    """Sentences whose right picture is known."""

    texts: list[str]
    """The sentences."""
    rows: NDArray[np.int64]
    """Picture row of each."""


def training_texts(
    pack: Pack, folder: Path, emphasis: Emphasis = _EVEN, sentences: int = SENTENCES
) -> list[Said]:
    """Return everything the head may learn from, in a fixed order.

    With more ``sentences`` of a Flickr8k picture each is drawn less often, all of them as often.
    """
    chinese = _chinese(pack, folder, sentences)
    captions = _captions(pack, emphasis, sentences)
    return [*captions, *chinese, *_products(pack, emphasis.product_names)]


def labelled_texts(pack: Pack, emphasis: Emphasis) -> list[Said]:
    """Return the texts of all sets but Flickr8k: captions, labels and product names."""
    said = [*_captions(pack, emphasis), *_products(pack, emphasis.product_names)]
    return [s for s in said if pack.part[s.row] < 0]


def shown(source: str, caption: str) -> list[str]:
    """Return the names of the thing that a caption of another set than Flickr8k is about."""
    if source == "ikea":
        return product_names(caption)
    return [re.sub(r"^(a photo of an?|an?|the) ", "", caption.rstrip(".").lower())]


def _captions(pack: Pack, emphasis: Emphasis, most: int = SENTENCES) -> Iterator[Said]:
    factors = dict.fromkeys(("doordetect", "facades_spb"), emphasis.facades)
    factors["ikea"] = emphasis.product_captions
    seen: Counter[int] = Counter()
    for pair in pack.training_pairs().tolist():
        row = int(pack.caption_picture[pair])
        seen[row] += 1
        if pack.part[row] >= 0 and seen[row] > most:
            continue
        source = pack.caption_source[pair]
        weight = WEIGHTS[source] * factors.get(source, 1.0)
        if pack.part[row] >= 0:
            weight *= SENTENCES / most
        yield Said(row, pack.captions[pair], weight)


def _chinese(pack: Pack, folder: Path, most: int) -> Iterator[Said]:
    allowed = may_be_learned(folder)
    rows = flickr8k_rows(pack)
    for kind, weight in CHINESE.items():
        for (name, number), text in sentences(folder, kind).items():
            if name in allowed and name in rows and int(number) < most:
                yield Said(rows[name], text, weight * SENTENCES / most)


def _products(pack: Pack, weight: float) -> Iterator[Said]:
    products = (i for i, source in enumerate(pack.caption_source) if source == "ikea")
    named = {
        (int(pack.caption_picture[i]), name): None
        for i in products
        for name in product_names(pack.captions[i])
    }
    for row, name in named:
        yield Said(row, f"a photo of a {name}", weight)
        yield Said(row, name, weight)


def product_names(caption: str) -> list[str]:
    """Return the names a product text begins with, from the longest to the noun alone.

    "two-seat sofa with cover, white." gives "two-seat sofa with cover", "two-seat sofa", "sofa".
    """
    full = re.split(r"[,:]", caption)[0].rstrip(".").strip()
    short = re.split(r" with | w | for | and | \d", full)[0].strip() or full
    short = re.sub(r"^an? ", "", short)
    return list(dict.fromkeys([full, short, short.split()[-1]]))


def flickr8k_rows(pack: Pack) -> dict[str, int]:
    """Return the picture row of each Flickr8k file name."""
    return {
        name.rpartition("/")[2]: row for row, name in enumerate(pack.names) if pack.part[row] >= 0
    }


def judged_texts(pack: Pack, folder: Path, part: int) -> tuple[Judged, Judged]:
    """Return the English and the Chinese sentences that people wrote of a part's pictures."""
    pairs = pack.pairs({part})
    english = Judged([pack.captions[i] for i in pairs], pack.caption_picture[pairs])
    rows = flickr8k_rows(pack)
    written = [
        (text, rows[name])
        for (name, _), text in sentences(folder, "zhc").items()
        if name in rows and part_of(name) == part
    ]
    return english, Judged([text for text, _ in written], np.array([row for _, row in written]))
