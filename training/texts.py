"""What is said of each picture: texts to learn from in both languages, and texts to judge by.

The invariant: nothing to learn from belongs to a development or holdout picture.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from training.chinese import may_be_learned, sentences
from training.data import WEIGHTS, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from training.data import Pack

CHINESE = {"zhc": 0.8}
"""Sampling weight of a Chinese sentence by people."""
PRODUCT_NAMES = Path(__file__).with_name("product_names.toml")
"""What people call the shop's products."""
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


def shown(caption: str) -> str:
    """Return the label in a caption that was made from one."""
    return re.sub(r"^(a photo of an?|an?|the) ", "", caption.rstrip(".").lower())


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
    for said in products(pack, weight):
        yield said._replace(text=f"a photo of a {said.text}")
        yield said


def products(pack: Pack, weight: float = 1.0) -> list[Said]:
    """Return every name of the products of the shop's pictures; ``weight`` is the mean of weights.

    A name of many products is drawn less often for each of them, by the square root of their
    number. Scenes of rooms are left out, whose texts are slogans.
    """
    captions = [
        (int(row), caption)
        for row, caption, source in zip(
            pack.caption_picture, pack.captions, pack.caption_source, strict=True
        )
        if source == "ikea" and "/room_scenes/" not in pack.names[row]
    ]
    nouns = {product_names(caption)[0] for _, caption in captions}
    named = {(row, name): None for row, caption in captions for name in _called(caption, nouns)}
    often = Counter(name for _, name in named)
    shares = np.array([often[name] ** -0.5 for _, name in named])
    shares *= weight / shares.mean()
    return [Said(row, name, float(w)) for (row, name), w in zip(named, shares, strict=True)]


def product_names(caption: str) -> list[str]:
    """Return the names a product text begins with, from the longest to the noun alone.

    "two-seat sofa with cover, white." gives "two-seat sofa with cover", "two-seat sofa", "sofa".
    """
    full = re.split(r", |:", caption)[0].rstrip(".").strip()
    full = re.sub(r"^chest of \d+ drawers", "chest of drawers", full)
    short = re.split(r" with | w | for | and | \d", full)[0].strip() or full
    short = re.sub(r"^an? ", "", short)
    return list(dict.fromkeys([full, short, short.split()[-1]]))


def _called(caption: str, nouns: AbstractSet[str]) -> list[str]:
    """Return the shop's names of a product and what people call it, or else the noun alone.

    Only ``nouns`` stand alone: "combination" and "set" name nothing that can be seen.
    """
    names, everyday = product_names(caption), _everyday_names()
    full = re.sub(r"\W+set of \d+$", "", names[0])
    for name in (full, *names[1:2]):
        endings = [end for end in everyday if re.search(rf"(^|[ ,]){re.escape(end)}$", name)]
        if endings:
            return list(dict.fromkeys([*(names[:-1] or names), *everyday[max(endings, key=len)]]))
    return [*names[:-1], *nouns.intersection(names[-1:])]


def everyday_names() -> set[str]:
    """Return all that people call the shop's products."""
    return {name for names in _everyday_names().values() for name in names}


@cache
def _everyday_names() -> dict[str, list[str]]:
    """Return the everyday names of products by the ending of the shop's name."""
    table = tomllib.loads(PRODUCT_NAMES.read_text(encoding="utf-8"))
    found: dict[str, list[str]] = defaultdict(list)
    for everyday, endings in table.items():
        for end in endings:
            found[end] += [everyday] if everyday else []
    return found


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
