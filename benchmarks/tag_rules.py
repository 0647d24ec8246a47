"""Which rule for thresholds of automatic tags keeps its promise and finds most.

``python -m benchmarks.tag_rules --data ../shared/data`` prints one row a rule: precision and recall
in all, how many of the tags that it applies kept the promise on the pictures it had not seen, and
which share of what it applies is of the others.
Everything that a rule chooses it chooses on four folds and on the training pack; the fifth fold
judges. The rules:

* *bound*: how sure the Wilson bounds are, one-sided;
* *near*: how far below the likeliest of its facet a tag may stand (`propvault.tagging.leaders`);
* *pack*: whether labelled pictures of the training pack may prove a threshold too;
* *unit*: what a cosine is measured in: one deviation for all tags, or from its own mean in its own;
* *words*: what stands for a concept: the mean of its English prompts, its Chinese ones, or both;
* *kinds*: whether a kind of a concept (a table lamp) speaks against it (a lamp).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.jobs.carry_thresholds import RIVALS
from propvault.language.concepts import Concept
from propvault.language.vocabulary import load_vocabulary
from propvault.tagging import PROMISE
from propvault.vision.model import Model, built_in_folder, read_info
from training.data import WORK
from training.labelled import SETS, read_labels, vectors_of
from training.tag_thresholds import (
    DRAWS,
    Labelled,
    judged_apart,
    labelled_pack,
    least_lines,
    unseen_vectors,
)

SHARPNESS = 2.0
"""Of the soft maximum over rivals, as `propvault.tagging` has it."""


@dataclass(frozen=True)
class Rule:
    """What a threshold is chosen by."""

    bound: float = 0.9
    near: float = 1.0
    has_pack: bool = True
    unit: str = "all"
    words: str = "en"
    kinds_rival: bool = True


RULES = (
    Rule(),
    *(Rule(bound=bound) for bound in (0.84, 0.95)),
    *(Rule(near=near) for near in (0.0, 0.5, 2.0, np.inf)),
    Rule(has_pack=False),
    Rule(bound=0.95, has_pack=False),
    Rule(unit="own"),
    Rule(unit="own", has_pack=False),
    Rule(words="zh"),
    Rule(words="both"),
    Rule(kinds_rival=False),
)


class Bench:
    """The labelled pictures, ready to be scored in several ways."""

    def __init__(self, data: Path, work: Path) -> None:
        self.data = data
        self.model = Model(read_info(built_in_folder()))
        vocabulary = load_vocabulary(Path("library/vocabulary"))
        self.concepts = [c for c in vocabulary.concepts.values() if c.prompts]
        self.common = unseen_vectors(work, self.model.info.id)
        self.labels = read_labels(data / "tags")
        self.vectors = vectors_of(self.model, data / "tags", list(self.labels))
        self._words: dict[str, NDArray[np.float32]] = {}

    def outcome(self, rule: Rule) -> NDArray[np.int64]:
        """Return ``[tags, 3]``: what was right, given, and there, over all draws of folds."""
        facets = [c.facet for c in self.concepts]
        common, scores = self._scores(rule, self.common), self._scores(rule, self.vectors)
        data = Labelled(self.labels, scores, facets, rule.near, least_lines(common))
        pack = labelled_pack(self.data, common, facets, rule.near)
        found = []
        for at, concept in enumerate(self.concepts):
            own = data.evidence(concept.tag, at)
            if own.sets & set(SETS):
                elsewhere = pack.evidence(concept.tag, at) if rule.has_pack else None
                taken = judged_apart(own, elsewhere, rule.bound)
                found.append(
                    [(taken & own.right).sum(), taken.sum(), DRAWS * own.right.sum()],
                )
        return np.array(found)

    def _scores(self, rule: Rule, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        means = self._means(rule.words)
        common = self.common @ means.T
        cosine, deviations = vectors @ means.T, common.std(0)
        scaled = (
            cosine / deviations.mean()
            if rule.unit == "all"
            else (cosine - common.mean(0)) / deviations
        )
        rivals = np.array([c.facet in RIVALS for c in self.concepts])
        against = np.tile(rivals, (len(rivals), 1))
        if not rule.kinds_rival:
            against &= ~_kinds(self.concepts)
        np.fill_diagonal(against, rivals)
        top = scaled[:, rivals].max(1, keepdims=True)
        weights = np.exp(SHARPNESS * (scaled - top))
        against_it = np.log(np.maximum(weights @ against.T, 1e-30)) / SHARPNESS + top
        return np.asarray(scaled - against_it, np.float32)

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
    arguments.add_argument("--work", type=Path, default=WORK, help="of training.build_mini")
    given = arguments.parse_args()
    bench = Bench(given.data, given.work)
    print("| bound | near | pack | unit | words | kinds | precision | recall | kept | others |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for rule in RULES:
        hits, taken, labels = bench.outcome(rule).T
        kept = (hits >= PROMISE * taken) & (taken > 0)
        cells = (
            f"{rule.bound:.2f}", f"{rule.near}", "yes" if rule.has_pack else "no", rule.unit,
            rule.words, "yes" if rule.kinds_rival else "no", f"{hits.sum() / taken.sum():.2f}",
            f"{hits.sum() / labels.sum():.2f}", f"{kept.sum()} of {(taken > 0).sum()}",
            f"{taken[~kept].sum() / taken.sum():.0%}",
        )  # fmt: skip
        print(f"| {' | '.join(cells)} |", flush=True)


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
