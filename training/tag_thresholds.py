"""Choose the score from which each tag is applied or suggested; writes ``library/thresholds``.

``python -m training.tag_thresholds --data ../shared/data`` after ``training.build_mini``, whose
work folder holds the head that turns the pack's features into background vectors.

A tag is applied only where its precision can be measured: in the sets of ``tags`` that have it as
a label (a picture's one main subject, so every other picture of the set is a wrong one). The
threshold is the lowest whose precision is `propvault.tagging.PROMISE` by the lower Wilson bound at
90 %. The figures stated are of five-fold cross-validation: each picture is judged by a threshold
chosen without it. A tag that breaks the promise there is not applied. In ``doors`` a label that is
missing proves nothing, so a tag that only ``doors`` has is judged on its labelled pictures there
and on all pictures of the other sets. Every tag is suggested from its `SUGGESTED` background
quantile.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from propvault.jobs.tagging_model import tag_vectors
from propvault.language.vocabulary import load_vocabulary
from propvault.tagging import PROMISE, Background, leaders, proven_threshold, tag_scores
from propvault.vision.model import Model, built_in_folder, read_info
from training.data import WORK, read_pack
from training.labelled import judges, read_labels, set_of, vectors_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

RIVALS = ("object", "structure", "setting")
"""Facets of things: one of them is usually what a photo shows."""
FOLDS, DRAWS = 5, 5
"""Folds, and how often they are drawn anew: one draw moves recall in products from .06 to .08."""
SUGGESTED = 0.98
"""Background quantile from which a tag is suggested: about ten suggestions for a photo."""
SEED = 20260113


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
    concept_vectors = tag_vectors(model, concepts)
    head = onnxruntime.InferenceSession(background_head(given.work))
    features = read_pack(given.data / "training").features
    common = head.run(["vector"], {"features": features})[0]
    cosine = common @ concept_vectors.T
    rivals = np.array([c.facet in RIVALS for c in concepts])
    background = Background(cosine.mean(0), cosine.std(0), rivals)
    common_scores = tag_scores(common, concept_vectors, background)
    labels = read_labels(given.data / "tags")
    vectors = vectors_of(model, given.data / "tags", list(labels))
    scores = tag_scores(vectors, concept_vectors, background)
    leading = leaders(scores, [c.facet for c in concepts])
    rows = {}
    for i, concept in enumerate(concepts):
        row: dict[str, object] = {
            "mean": float(background.mean[i]),
            "std": float(background.std[i]),
        }
        right = np.array([concept.tag in tags for tags in labels.values()])
        if right.any():
            at = judges(concept.tag, labels)
            row |= _measured(scores[at, i], leading[at, i], right[at])
            row["measured_on"] = "+".join(
                sorted({set_of(f) for f, shows in zip(labels, right & at, strict=True) if shows})
            )
            print(concept.tag, row)
        suggested = float(np.quantile(common_scores[:, i], SUGGESTED))
        row["suggested"] = min(suggested, float(row.get("applied", np.inf)))  # type: ignore[arg-type]
        rows[concept.tag] = row
    _write(given.out, model.info.id, rows)


def _measured(
    scores: NDArray[np.float32], leading: NDArray[np.bool_], right: NDArray[np.bool_]
) -> dict[str, object]:
    """Return figures of a tag on the pictures ``[n]`` that judge it, and the threshold if any."""
    taken = judged_apart(scores, leading, right)
    row: dict[str, object] = {"positives": int(right.sum())}
    if not taken.any():
        return row
    precision = float((taken & right).sum() / taken.sum())
    row |= {
        "precision": precision,
        "recall": float(taken[:, right].mean()),
        "chosen": round(taken.sum() / DRAWS),
    }
    threshold = proven_threshold(scores[leading], right[leading])
    if np.isfinite(threshold) and precision >= PROMISE:
        row["applied"] = threshold
    return row


def judged_apart(
    scores: NDArray[np.float32], leading: NDArray[np.bool_], right: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return ``[DRAWS, n]``: which pictures get a tag by a threshold chosen without them.

    Args:
        scores: of the tag on each picture.
        leading: whether the tag is among the likeliest of its facet there.
        right: whether the picture shows it.
    """
    taken = np.zeros((DRAWS, len(scores)), np.bool_)
    for draw in range(DRAWS):
        fold = folds(right, SEED + draw)
        for k in range(FOLDS):
            seen = (fold != k) & leading
            threshold = proven_threshold(scores[seen], right[seen])
            taken[draw, fold == k] = scores[fold == k] >= threshold
    return taken & leading


def background_head(work: Path) -> Path:
    """Return the network from the pack's features to vectors, cut out of the built-in model.

    Kept under the model's id: another model's head would give another background.
    """
    path = work / f"picture_head-{read_info(built_in_folder()).id}.onnx"
    if not path.is_file():
        import onnx

        path.parent.mkdir(parents=True, exist_ok=True)
        whole = str(built_in_folder() / "picture.onnx")
        onnx.utils.extract_model(whole, str(path), ["features"], ["vector"])
    return path


def folds(right: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """Deal positives and negatives evenly over the folds, at random with a fixed seed."""
    fold = np.empty(len(right), np.int64)
    random = np.random.default_rng(seed)
    for kind in (True, False):
        members = random.permutation(np.flatnonzero(right == kind))
        fold[members] = np.arange(len(members)) % FOLDS
    return fold


_KEYS = (
    *("mean", "std", "suggested", "applied", "precision", "recall", "chosen", "positives"),
    "measured_on",
)


def _write(path: Path, model: str, rows: Mapping[str, Mapping[str, object]]) -> None:
    lines = [
        "# Written by training/tag_thresholds.py; what the numbers mean is said there and in",
        "# propvault/tagging.py. Without `applied` a tag is only ever suggested.",
        f'model = "{model}"',
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
