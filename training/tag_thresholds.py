"""Choose the score from which each tag is applied or suggested; writes ``library/thresholds``.

``python -m training.tag_thresholds --data ../shared/data`` after ``training.build_mini``, whose
work folder holds the head that turns the pack's features into background vectors.

A tag is applied only where its precision can be measured: in the sets of ``tags`` that have it as
a label (a picture's one main subject, so every other picture of the set is a wrong one), with 15
positives or more. The threshold is the lowest whose precision reaches `AIM`; the precision stated
is that of five-fold cross-validation (each picture judged by a threshold chosen without it), and
a tag that falls below `PROMISE` there is not applied at all. ``doors`` never counts: a label that
is missing there proves nothing. Every tag is suggested from its `SUGGESTED` background quantile.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from propvault.jobs.tagging_model import tag_vectors
from propvault.language.vocabulary import load_vocabulary
from propvault.tagging import Background, tag_scores
from propvault.vision.model import Model, built_in_folder, read_info
from propvault.vision.reader import read_picture
from training.data import WORK, read_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from propvault.language.vocabulary import Vocabulary

SETS = ("objects", "products", "rooms", "facades")
RIVALS = ("object", "structure", "setting")
"""Facets of things: one of them is usually what a photo shows."""
PROMISE, AIM = 0.8, 0.85
"""Precision promised, and asked of the pictures a threshold is chosen on."""
POSITIVES, FOLDS = 15, 5
LEAST_RECALL = 0.1
"""Below this a threshold hangs on two or three pictures."""
COMMONEST = 0.9
"""Applied only above this background quantile: the labelled sets are narrower than a vault."""
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
    head = onnxruntime.InferenceSession(given.work / "picture_head.onnx")
    features = read_pack(given.data / "training").features
    common = head.run(["vector"], {"features": features})[0]
    cosine = common @ concept_vectors.T
    rivals = np.array([c.facet in RIVALS for c in concepts])
    background = Background(cosine.mean(0), cosine.std(0), rivals)
    common_scores = tag_scores(common, concept_vectors, background)
    files, labels = _labelled(given.data / "tags", vocabulary)
    scores = tag_scores(_vectors(model, given.data / "tags", files), concept_vectors, background)
    rows = {}
    for i, concept in enumerate(concepts):
        row: dict[str, object] = {
            "mean": float(background.mean[i]),
            "std": float(background.std[i]),
        }
        suggested = float(np.quantile(common_scores[:, i], SUGGESTED))
        floor = float(np.quantile(common_scores[:, i], COMMONEST))
        row |= _measured(concept.tag, scores[:, i], files, labels, floor)
        row["suggested"] = min(suggested, float(row.get("applied", np.inf)))  # type: ignore[arg-type]
        rows[concept.tag] = row
        if "positives" in row:
            print(concept.tag, row)
    _write(given.out, model.info.id, rows)


def _labelled(folder: Path, vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """Return files of `SETS` and the tag of each one's label."""
    lines = (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    files, tags = [], []
    for line in lines:
        file, label = line.split("\t")
        if file.partition("/")[0] in SETS:
            files.append(file)
            tags.append(vocabulary.find(label)[0].tag)
    return files, tags


def _vectors(model: Model, folder: Path, files: Sequence[str]) -> NDArray[np.float32]:
    """Encode pictures exactly as an import does, through the stored preview."""
    vectors = []
    for start in range(0, len(files), 64):
        facts = [
            read_picture(folder / file, info=model.info, max_decoded_mb=1000).model_input
            for file in files[start : start + 64]
        ]
        vectors.append(model.encode_pictures(np.stack([f for f in facts if f is not None])))
    return np.concatenate(vectors)


def _measured(
    tag: str,
    scores: NDArray[np.float32],
    files: Sequence[str],
    labels: Sequence[str],
    floor: float,
) -> dict[str, object]:
    """Return threshold and figures of a tag, or only what was measured when that is too little."""
    sets = sorted({f.partition("/")[0] for f, t in zip(files, labels, strict=True) if t == tag})
    judged = np.array([f.partition("/")[0] in sets for f in files])
    right = np.array([t == tag for t in labels])[judged]
    if right.sum() < POSITIVES:
        return {}
    scores = scores[judged]
    taken = np.zeros(len(scores), np.bool_)
    fold = _folds(right)
    for k in range(FOLDS):
        seen = fold != k
        taken[~seen] = scores[~seen] >= max(_threshold(scores[seen], right[seen]), floor)
    precision = float(right[taken].mean()) if taken.any() else 0.0
    recall = float(taken[right].mean())
    row: dict[str, object] = {
        "precision": precision,
        "recall": recall,
        "positives": int(right.sum()),
        "measured_on": "+".join(sets),
    }
    threshold = max(_threshold(scores, right), floor)
    if precision >= PROMISE and recall >= LEAST_RECALL and np.isfinite(threshold):
        row["applied"] = threshold
    return row


def _threshold(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Return the lowest threshold whose precision reaches `AIM`, midway to the next score."""
    order = np.argsort(-scores, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero((precision >= AIM) & right[order])
    if not len(good):
        return float("inf")
    last = good[-1]
    below = scores[order[last + 1]] if last + 1 < len(order) else scores[order[last]]
    return float((scores[order[last]] + below) / 2)


def _folds(right: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Deal positives and negatives evenly over the folds, at random with a fixed seed."""
    fold = np.empty(len(right), np.int64)
    random = np.random.default_rng(SEED)
    for kind in (True, False):
        members = random.permutation(np.flatnonzero(right == kind))
        fold[members] = np.arange(len(members)) % FOLDS
    return fold


_KEYS = ("mean", "std", "suggested", "applied", "precision", "recall", "positives", "measured_on")


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
