"""Which rule for thresholds of automatic tags keeps its promise and finds most.

``python -m benchmarks.tag_rules --data ../shared/data`` prints one row a rule: precision and recall
in all, how many of the tags that it applies kept the promise on the pictures it had not seen, and
which share of what it applies is of the others.
Everything that a rule chooses it chooses on four folds; the fifth judges. The rules:

* *bound*: how sure the lower Wilson bound is, one-sided;
* *near*: how far below the likeliest of its facet a tag may stand (`propvault.tagging.leaders`);
* *borrowed*: evidence of the other tags is added to a tag's own, as many pictures of it as a
  beta-binomial fit says that one tag tells of another (empirical Bayes);
* *words*: what stands for a concept: the mean of its English prompts, its Chinese ones, or both;
* *kinds*: whether a kind of a concept (a table lamp) speaks against it (a lamp).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.special import betaln

from propvault.language.concepts import Concept
from propvault.language.vocabulary import load_vocabulary
from propvault.tagging import PROMISE
from propvault.vision.model import Model, built_in_folder, read_info
from training.data import WORK, read_pack
from training.labelled import SETS, judges, read_labels, set_of, vectors_of
from training.tag_thresholds import DRAWS, FOLDS, RIVALS, background_head, folds

SHARPNESS = 2.0
GRID = np.linspace(-4, 0, 81)
"""Scores at which the evidence of other tags is read."""
WORTH = np.array([0.5, 1, 2, 4, 8, 16, 32, 64])
"""Pictures that the evidence of others may be worth."""


@dataclass(frozen=True)
class Rule:
    """What a threshold is chosen by."""

    bound: float = 0.9
    near: float = 1.0
    is_borrowing: bool = False
    words: str = "en"
    kinds_rival: bool = True


@dataclass(frozen=True)
class Judged:
    """A tag on the pictures ``[n]`` that judge it."""

    scores: NDArray[np.float64]
    """Minus infinity where it is not among the likeliest of its facet."""
    right: NDArray[np.bool_]


RULES = (
    Rule(),
    *(Rule(bound=bound) for bound in (0.84, 0.95)),
    *(Rule(near=near) for near in (0.0, 0.5, 2.0, np.inf)),
    Rule(is_borrowing=True),
    Rule(bound=0.95, is_borrowing=True),
    Rule(words="zh"),
    Rule(words="both"),
    Rule(kinds_rival=False),
    Rule(bound=0.95, kinds_rival=False),
)


class Bench:
    """The labelled pictures, ready to be scored in several ways."""

    def __init__(self, data: Path, work: Path) -> None:
        self.model = Model(read_info(built_in_folder()))
        vocabulary = load_vocabulary(Path("library/vocabulary"))
        self.concepts = [c for c in vocabulary.concepts.values() if c.prompts]
        network = onnxruntime.InferenceSession(background_head(work))
        self.common = network.run(["vector"], {"features": read_pack(data / "training").features})[
            0
        ]
        self.labels = read_labels(data / "tags")
        self.vectors = vectors_of(self.model, data / "tags", list(self.labels))
        self._words: dict[str, NDArray[np.float32]] = {}

    def judged(self, rule: Rule) -> list[Judged]:
        """Return each labelled tag with its scores under a rule."""
        scores = self._scores(rule)
        facets = np.array([c.facet for c in self.concepts])
        sets = np.array([set_of(file) in SETS for file in self.labels])
        found = []
        for at, concept in enumerate(self.concepts):
            right = np.array([concept.tag in tags for tags in self.labels.values()])
            where = judges(concept.tag, self.labels)
            if (right & sets).any():
                best = scores[:, facets == concept.facet].max(1)
                own = np.where(scores[:, at] >= best - rule.near, scores[:, at], -np.inf)
                found.append(Judged(own[where], right[where]))
        return found

    def _scores(self, rule: Rule) -> NDArray[np.float64]:
        means = self._means(rule.words)
        common = self.common @ means.T
        z = (self.vectors @ means.T - common.mean(0)) / common.std(0)
        rivals = np.array([c.facet in RIVALS for c in self.concepts])
        against = np.tile(rivals, (len(rivals), 1))
        if not rule.kinds_rival:
            against &= ~_kinds(self.concepts)
        np.fill_diagonal(against, rivals)
        weights = np.exp(SHARPNESS * z.astype(np.float64))
        scores: NDArray[np.float64] = z - np.log(weights @ against.T) / SHARPNESS
        return scores

    def _means(self, words: str) -> NDArray[np.float32]:
        if words not in self._words:
            en, zh = (
                _unit(np.stack([self.model.encode_texts(list(texts)).mean(0) for texts in said]))
                for said in (
                    [c.prompts for c in self.concepts],
                    [c.prompts_zh for c in self.concepts],
                )
            )
            self._words |= {"en": en, "zh": zh, "both": _unit(en + zh)}
        return self._words[words]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--work", type=Path, default=WORK)
    given = arguments.parse_args()
    bench = Bench(given.data, given.work)
    print("| bound | near | borrowed | words | kinds rival | precision | recall | kept | others |")
    print("|---|---|---|---|---|---|---|---|---|")
    for rule in RULES:
        hits, taken, labels = outcome(bench.judged(rule), rule)
        kept = (hits >= PROMISE * taken) & (taken > 0)
        cells = (
            f"{rule.bound:.2f}", f"{rule.near}", "yes" if rule.is_borrowing else "no", rule.words,
            "yes" if rule.kinds_rival else "no", f"{hits.sum() / taken.sum():.2f}",
            f"{hits.sum() / labels.sum():.2f}", f"{kept.sum()} of {(taken > 0).sum()}",
            f"{taken[~kept].sum() / taken.sum():.0%}",
        )  # fmt: skip
        print(f"| {' | '.join(cells)} |")


def outcome(
    tags: Sequence[Judged], rule: Rule
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return by tag what was right, what was given and what there was, over all draws."""
    hits, taken = np.zeros((2, len(tags)), np.int64)
    for draw in range(DRAWS):
        dealt = [folds(tag.right, draw) for tag in tags]
        for k in range(FOLDS):
            seen = [
                Judged(tag.scores[f != k], tag.right[f != k])
                for tag, f in zip(tags, dealt, strict=True)
            ]
            for at, threshold in enumerate(_thresholds(seen, rule)):
                held = dealt[at] == k
                given = tags[at].scores[held] >= threshold
                hits[at] += (given & tags[at].right[held]).sum()
                taken[at] += given.sum()
    return hits, taken, np.array([DRAWS * tag.right.sum() for tag in tags])


def _thresholds(tags: Sequence[Judged], rule: Rule) -> Iterator[float]:
    if not rule.is_borrowing:
        yield from (_threshold(tag, rule.bound) for tag in tags)
        return
    counts = np.array([_counts(tag) for tag in tags])  # [tags, right and given, grid]
    worth = _worth(counts, _mean_share(counts))
    for at, tag in enumerate(tags):
        share = _mean_share(np.delete(counts, at, 0))
        yield _threshold(tag, rule.bound, worth * np.interp(tag.scores, GRID, share), worth)


def _threshold(
    tag: Judged, bound: float, lent_hits: NDArray[np.float64] | float = 0.0, lent: float = 0.0
) -> float:
    """Return the lowest score that the bound proves, infinite when there is none.

    Args:
        tag: what it is chosen on.
        bound: how sure the lower Wilson bound is, one-sided.
        lent_hits: right ones among the pictures that other tags lend, at each score.
        lent: pictures that other tags lend.
    """
    order = np.argsort(-tag.scores, kind="stable")
    hits = np.cumsum(tag.right[order]) + np.broadcast_to(lent_hits, order.shape)[order]
    count = np.arange(1, len(order) + 1) + lent
    z, share = NormalDist().inv_cdf(bound), hits / count
    spread = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    lower = (share + z * z / (2 * count) - spread) / (1 + z * z / count)
    falling = tag.scores[order]
    is_last = np.append(falling[1:] < falling[:-1], True)
    proven = (lower >= PROMISE) & tag.right[order] & np.isfinite(falling) & is_last
    if not proven.any():
        return float("inf")
    last = int(np.flatnonzero(proven)[-1])
    below = falling[min(last + 1, len(falling) - 1)]
    return float((falling[last] + below) / 2 if np.isfinite(below) else falling[last])


def _counts(tag: Judged) -> NDArray[np.int64]:
    """Return right ones and given ones from each score of the grid on."""
    every, right = np.sort(tag.scores), np.sort(tag.scores[tag.right])
    return np.stack([len(x) - np.searchsorted(x, GRID) for x in (right, every)])


def _mean_share(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean precision of the tags given from each score of the grid on."""
    given = np.maximum(counts[:, 1], 1)
    share: NDArray[np.float64] = (counts[:, 0] / given).sum(0) / np.maximum(
        (counts[:, 1] > 0).sum(0), 1
    )
    return share


def _worth(counts: NDArray[np.int64], share: NDArray[np.float64]) -> float:
    """Return the likeliest strength of a beta prior with mean ``share`` over all tags."""
    some = slice(20, 76, 5)  # of the grid: neighbours say the same
    right, given = counts[:, 0, some], counts[:, 1, some]
    mean = np.clip(share[some], 0.02, 0.98)
    likely = [
        (betaln(right + w * mean, given - right + w * (1 - mean))
         - betaln(w * mean, w * (1 - mean))).sum()
        for w in WORTH
    ]  # fmt: skip
    return float(WORTH[int(np.argmax(likely))])


def _kinds(concepts: Sequence[Concept]) -> NDArray[np.bool_]:
    """Return ``[concepts, concepts]``: whether the second is a kind of the first."""
    parents = {c.tag: c.parents for c in concepts}
    column = {c.tag: at for at, c in enumerate(concepts)}
    kinds = np.zeros((len(concepts), len(concepts)), np.bool_)
    for tag, above in parents.items():
        waiting = list(above)
        while waiting:
            one = waiting.pop()
            waiting += parents.get(one, ())
            if one in column:
                kinds[column[one], column[tag]] = True
    return kinds


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


if __name__ == "__main__":
    main()
