"""Choose the score from which each tag is applied or suggested; writes ``library/thresholds``.

``python -m training.tag_thresholds --data ../shared/data`` after ``training.build_mini``, whose
work folder holds the vectors of the pack's pictures by heads that did not learn from them.

A tag is applied only where labelled pictures prove it: the threshold is the lowest whose precision
is `propvault.tagging.PROMISE` by the lower Wilson bound at 90 %, on ``data/tags`` or on the pack,
and which ``data/tags`` does not disprove by the upper one. `training.labelled.judges` says which
pictures judge a tag. ``data/tags`` shows few kinds of things, so it alone proves no threshold that
more than a twentieth of the pack's pictures reach.

The figures stated are of five-fold cross-validation, on ``data/tags`` where it has the tag, else on
the pack: each picture is judged by a threshold chosen without it. A tag that breaks the promise
there is not applied. Every tag is suggested from its `SUGGESTED` quantile on the pack.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from propvault.jobs.carry_thresholds import RIVALS
from propvault.jobs.tagging_model import tag_vectors
from propvault.language.vocabulary import load_vocabulary
from propvault.tagging import (
    NEAR,
    PROMISE,
    SURE,
    Scale,
    deviation_of,
    is_disproven,
    leaders,
    proven_threshold,
    tag_scores,
)
from propvault.vision.model import Model, built_in_folder, read_info
from training.data import WORK, read_pack
from training.labelled import judges, read_labels, read_pack_labels, set_of, vectors_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FOLDS, DRAWS = 5, 5
"""Folds, and how often they are drawn anew: where labels are few, one draw is luck."""
SUGGESTED = 0.98
"""Quantile from which a tag is suggested: about ten suggestions for a photo."""
BROADEST = 0.95
"""Quantile under which ``data/tags`` alone proves nothing: it shows few kinds of things."""
SEED = 20260113


@dataclass(frozen=True)
class Evidence:
    """One tag on the pictures ``[n]`` that judge it."""

    scores: NDArray[np.float32]
    """Minus infinity where it is not among the likeliest of its facet."""
    right: NDArray[np.bool_]
    """Whether the picture shows it."""
    sets: frozenset[str]
    """Where it is a label."""
    least: float = -np.inf
    """Lowest threshold that these pictures may prove, being few and of few kinds."""

    def of(self, chosen: NDArray[np.bool_]) -> Evidence:
        """Return the same of some of the pictures."""
        return replace(self, scores=self.scores[chosen], right=self.right[chosen])


class Labelled:
    """Labelled pictures with the score of every concept."""

    def __init__(
        self,
        labels: Mapping[str, frozenset[str]],
        scores: NDArray[np.float32],
        facets: list[str],
        near: float = NEAR,
        least: NDArray[np.float32] | None = None,
    ) -> None:
        self.labels = labels
        self._least = least
        self._scores = np.where(leaders(scores, facets, near), scores, -np.inf).astype(np.float32)

    def evidence(self, tag: str, column: int) -> Evidence:
        """Return what the pictures say of a tag; ``column`` is its place among the concepts."""
        right = np.array([tag in tags for tags in self.labels.values()])
        at = judges(tag, self.labels) & right.any()
        sets = {set_of(file) for file, tags in self.labels.items() if tag in tags}
        least = -np.inf if self._least is None else float(self._least[column])
        return Evidence(self._scores[at, column], right[at], frozenset(sets), least)


def main() -> None:
    """Measure, choose and write."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--work", type=Path, default=WORK)
    arguments.add_argument("--out", type=Path, default=Path("library/thresholds/mini.toml"))
    given = arguments.parse_args()
    model = Model(read_info(built_in_folder()))
    vocabulary = load_vocabulary(Path("library/vocabulary"))
    concepts = [c for c in vocabulary.concepts.values() if c.prompts]
    meant = tag_vectors(model, concepts)
    unseen = unseen_vectors(given.work, model.info.id)
    scale = Scale(deviation_of(unseen @ meant.T), np.array([c.facet in RIVALS for c in concepts]))
    common = tag_scores(unseen, meant, scale)
    facets = [c.facet for c in concepts]
    of_pack = labelled_pack(given.data, common, facets)
    labels = read_labels(given.data / "tags")
    vectors = vectors_of(model, given.data / "tags", list(labels))
    lines = np.quantile(common, SUGGESTED, axis=0)
    of_data = Labelled(labels, tag_scores(vectors, meant, scale), facets, least=least_lines(common))
    rows = {}
    for i, concept in enumerate(concepts):
        row = measured(of_data.evidence(concept.tag, i), of_pack.evidence(concept.tag, i))
        rows[concept.tag] = row | {"suggested": min(float(lines[i]), row.get("applied", np.inf))}
        if row:
            print(concept.tag, row)
    _write(given.out, model.info.id, scale.deviation, rows)


def least_lines(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the lowest thresholds ``[concepts]`` that ``data/tags`` alone may prove."""
    return np.asarray(np.quantile(scores, BROADEST, axis=0), np.float32)


def labelled_pack(
    data: Path, scores: NDArray[np.float32], facets: list[str], near: float = NEAR
) -> Labelled:
    """Return the labelled pictures of the pack, from the scores of all ``[27158, concepts]``."""
    pack = read_pack(data / "training")
    row_of = {name: row for row, name in enumerate(pack.names)}
    labels = read_pack_labels(pack)
    return Labelled(labels, scores[[row_of[name] for name in labels]], facets, near)


def measured(data: Evidence, pack: Evidence) -> dict[str, Any]:
    """Return figures of a tag where it is labelled, and the threshold if there is one."""
    judged = data if data.sets else pack
    if not judged.sets:
        return {}
    row: dict[str, Any] = {
        "positives": int(judged.right.sum()),
        "measured_on": "+".join(sorted(judged.sets)),
    }
    taken = judged_apart(judged, pack if data.sets else None)
    if not taken.any():
        return row
    precision = float((taken & judged.right).sum() / taken.sum())
    row |= {
        "precision": precision,
        "recall": float(taken[:, judged.right].mean()),
        "chosen": round(taken.sum() / DRAWS),
    }
    threshold = chosen_threshold(judged, pack)
    if np.isfinite(threshold) and precision >= PROMISE:
        row["applied"] = threshold
    return row


def chosen_threshold(judged: Evidence, elsewhere: Evidence | None, sure: float = SURE) -> float:
    """Return the lowest threshold proven here or elsewhere that is not disproven here."""
    proven = [
        max(proven_threshold(found.scores[likely], found.right[likely], sure), found.least)
        for found in (judged, elsewhere)
        if found is not None
        for likely in [np.isfinite(found.scores)]
    ]
    return min(
        threshold
        for threshold in (*proven, np.inf)
        if not is_disproven(threshold, judged.scores, judged.right, sure)
    )


def judged_apart(
    judged: Evidence, elsewhere: Evidence | None, sure: float = SURE
) -> NDArray[np.bool_]:
    """Return ``[DRAWS, n]``: which pictures get a tag by a threshold chosen without them.

    Args:
        judged: the tag on these pictures.
        elsewhere: on pictures none of which is among them.
        sure: of the Wilson bounds.
    """
    taken = np.zeros((DRAWS, len(judged.scores)), np.bool_)
    for draw in range(DRAWS):
        fold = folds(judged.right, SEED + draw)
        for k in range(FOLDS):
            threshold = chosen_threshold(judged.of(fold != k), elsewhere, sure)
            taken[draw, fold == k] = judged.scores[fold == k] >= threshold
    return taken


def unseen_vectors(work: Path, model_id: str) -> NDArray[np.float32]:
    """Return the vectors ``[27158, dim]`` of the pack's pictures that ``build_mini`` left.

    Each is of a member of the head that did not learn from the picture.
    """
    return np.load(work / f"unseen-{model_id}.npy").astype(np.float32)


def folds(right: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """Deal positives and negatives evenly over the folds, at random with a fixed seed."""
    fold = np.empty(len(right), np.int64)
    random = np.random.default_rng(seed)
    for kind in (True, False):
        members = random.permutation(np.flatnonzero(right == kind))
        fold[members] = np.arange(len(members)) % FOLDS
    return fold


_KEYS = ("suggested", "applied", "precision", "recall", "chosen", "positives", "measured_on")


def _write(path: Path, model: str, deviation: float, rows: Mapping[str, Mapping[str, Any]]) -> None:
    lines = [
        "# Written by training/tag_thresholds.py; what the numbers mean is said there and in",
        "# propvault/tagging.py. Without `applied` a tag is only ever suggested.",
        f'model = "{model}"',
        f"deviation = {deviation:.4f}",
        f"rivals = [{', '.join(_toml(facet) for facet in RIVALS)}]",
        f"precision_promised = {PROMISE}",
        "",
        "[tags]",
    ]
    for tag, row in rows.items():
        pairs = ", ".join(f"{key} = {_toml(row[key])}" for key in _KEYS if key in row)
        lines.append(f'"{tag}" = {{ {pairs} }}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _toml(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    main()
