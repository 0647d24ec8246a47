"""How well sentences alone tell the pictures of Flickr8k's development split apart.

``python -m benchmarks.caption_bounds --data ../shared/data``

No picture and no picture tower takes part: each sentence looks for its own picture by what the
picture's four other sentences say, among all 985. What the Chinese sentences that people wrote
find this way, against the English ones, is about what they can find of pictures: the rest is not
in them. Translations of the English sentences tell that it is the sentences, not the language.

Sentences are compared by the words they share (tf-idf of words and pairs of words, in Chinese of
characters and their pairs) and by the shipped text tower (the mean of the others' vectors).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import norm

from propvault.vision.model import Model, built_in_folder, read_info
from training.chinese import sentences
from training.data import DEVELOPMENT, part_of
from training.figures import recall_at, text_to_picture_ranks

KINDS = {
    "enc": "English, by people",
    "zhc": "Chinese, by people",
    "zhb": "Chinese, translated by machine",
    "zhg": "Chinese, translated by another",
}
EACH = 5
"""Sentences of a picture."""
Vectors = NDArray[np.float32] | sparse.csr_matrix


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    folder = arguments.parse_args().data / "training"
    model = Model(read_info(built_in_folder()))
    print(f"{'':34}{'length':>8}{'elsewhere':>11}{'by words':>10}{'':6}{'by ' + model.info.id}")
    first: tuple[float, float] | None = None
    for kind, name in KINDS.items():
        said = _by_picture(folder, kind)
        texts = [text for five in said.values() for text in five]
        found = [
            recall_at(_ranks(vectors))[-1] for vectors in (_tfidf(texts), model.encode_texts(texts))
        ]
        first = first or (found[0], found[1])
        shares = [f"{r:.3f} {r / of:4.0%}" for r, of in zip(found, first, strict=True)]
        length = np.mean([len(_units(text)) for text in texts])
        print(f"{name:34}{length:8.1f}{_elsewhere(said):11.1%}{shares[0]:>13}{shares[1]:>15}")


def _by_picture(folder: Path, kind: str) -> dict[str, list[str]]:
    """Return the sentences of each development picture that has all of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for (name, _), text in sentences(folder, kind).items():
        if part_of(name) == DEVELOPMENT:
            found[name].append(text)
    return {name: five for name, five in sorted(found.items()) if len(five) == EACH}


def _elsewhere(said: dict[str, list[str]]) -> float:
    """Return the share of sentences that stand word for word at another picture too."""
    pictures = Counter(text for five in said.values() for text in set(five))
    texts = [text for five in said.values() for text in five]
    return sum(pictures[text] > 1 for text in texts) / len(texts)


def _ranks(vectors: Vectors) -> NDArray[np.int64]:
    """Return the rank of each sentence's own picture, pictures known by their other sentences.

    Number i of a picture is compared with all pictures without their number i, so all are known
    by equally many. ``vectors`` [5 x pictures, dim] are unit ones.
    """
    ranks = []
    for left_out in range(EACH):
        kept = [i for i in range(EACH) if i != left_out]
        others = sum((vectors[i::EACH] for i in kept[1:]), vectors[kept[0] :: EACH])
        pictures, asked = _unit(others), vectors[left_out::EACH]
        cosine = asked @ pictures.T
        dense = np.asarray(cosine.todense() if sparse.issparse(cosine) else cosine, np.float32)
        own = np.arange(len(dense))
        ranks.append(text_to_picture_ranks(dense, np.eye(len(dense), dtype=np.float32), own))
    return np.concatenate(ranks)


def _tfidf(texts: list[str]) -> sparse.csr_matrix:
    """Return unit vectors ``[texts, terms]`` of words and pairs, weighted as Sparck Jones 1972."""
    terms: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        units = _units(text)
        for term in {*units, *map(" ".join, pairwise(units))}:
            rows.append(row)
            columns.append(terms.setdefault(term, len(terms)))
    shape = (len(texts), len(terms))
    matrix = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    rarity = np.log(len(texts) / np.asarray(matrix.sum(0)).ravel())
    return _unit(matrix @ sparse.diags(rarity))


def _unit(vectors: Vectors) -> Vectors:
    lengths = norm(vectors, axis=1) if sparse.issparse(vectors) else None
    if lengths is None:
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return sparse.diags(1 / np.maximum(lengths, 1e-9)) @ vectors


def _units(text: str) -> list[str]:
    """Return the words of an English sentence, the characters of a Chinese one."""
    return re.findall(r"[\u4e00-\u9fff]|[a-z0-9]+", text.lower())


if __name__ == "__main__":
    main()
