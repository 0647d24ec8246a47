"""Choose the score from which each tag is applied or suggested; writes ``library/thresholds``.

``python -m training.tag_thresholds --data ../shared/data`` after ``training.build_mini``, whose
work folder holds the head that turns the pack's features into background vectors.

A tag is applied only where its precision can be measured: in the sets of ``tags`` that have it as
a label (a picture's one main subject, so every other picture of the set is a wrong one). The
threshold is the lowest whose precision is `propvault.tagging.PROMISE` by the lower Wilson bound, if
five-fold cross-validation (each picture judged by a threshold chosen without it) keeps the promise
too. The figures stated are those of a further five folds, each judged by the whole of that.
``doors`` never counts: a label that is missing there proves nothing. Every tag is suggested from
its `SUGGESTED` background quantile.
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
from propvault.vision.reader import read_picture
from training.data import WORK, read_pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from propvault.language.vocabulary import Vocabulary

SETS = ("objects", "products", "rooms", "facades")
RIVALS = ("object", "structure", "setting")
"""Facets of things: one of them is usually what a photo shows."""
POSITIVES, FOLDS = 15, 5
"""With fewer positives five folds agree by luck: bench (7) and box (13) came out under a third
right. Four folds of five hold four fifths of them."""
LEAST_RECALL = 0.25
"""Below this a threshold hangs on two or three pictures, and its precision is luck."""
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
    head = onnxruntime.InferenceSession(_head(given.work))
    features = read_pack(given.data / "training").features
    common = head.run(["vector"], {"features": features})[0]
    cosine = common @ concept_vectors.T
    rivals = np.array([c.facet in RIVALS for c in concepts])
    background = Background(cosine.mean(0), cosine.std(0), rivals)
    common_scores = tag_scores(common, concept_vectors, background)
    files, labels = labelled(given.data / "tags", vocabulary)
    scores = tag_scores(vectors_of(model, given.data / "tags", files), concept_vectors, background)
    leading = leaders(scores, [c.facet for c in concepts])
    rows = {}
    for i, concept in enumerate(concepts):
        row: dict[str, object] = {
            "mean": float(background.mean[i]),
            "std": float(background.std[i]),
        }
        suggested = float(np.quantile(common_scores[:, i], SUGGESTED))
        floor = float(np.quantile(common_scores[:, i], COMMONEST))
        columns = (scores[:, i], leading[:, i])
        row |= _measured(concept.tag, columns, files, labels, floor)
        row["suggested"] = min(suggested, float(row.get("applied", np.inf)))  # type: ignore[arg-type]
        rows[concept.tag] = row
        if "positives" in row:
            print(concept.tag, row)
    _write(given.out, model.info.id, rows)


def labelled(folder: Path, vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """Return files of `SETS` and the tag of each one's label."""
    lines = (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    files, tags = [], []
    for line in lines:
        file, label = line.split("\t")
        if file.partition("/")[0] in SETS:
            files.append(file)
            tags.append(vocabulary.find(label)[0].tag)
    return files, tags


def vectors_of(model: Model, folder: Path, files: Sequence[str]) -> NDArray[np.float32]:
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
    columns: tuple[NDArray[np.float32], NDArray[np.bool_]],
    files: Sequence[str],
    labels: Sequence[str],
    floor: float,
) -> dict[str, object]:
    """Return threshold and figures of a tag, or only what was measured when that is too little.

    ``columns`` are the tag's scores and whether it is among the likeliest of its facet.
    """
    sets = sorted({f.partition("/")[0] for f, t in zip(files, labels, strict=True) if t == tag})
    judged = np.array([f.partition("/")[0] in sets for f in files])
    right = np.array([t == tag for t in labels])[judged]
    if right.sum() < POSITIVES:
        return {}
    scores, leading = (column[judged] for column in columns)
    taken = judged_apart(scores, leading, right, floor)
    precision = float(right[taken].mean()) if taken.any() else 0.0
    row: dict[str, object] = {
        "precision": precision,
        "recall": float(taken[right].mean()),
        "chosen": int(taken.sum()),
        "positives": int(right.sum()),
        "measured_on": "+".join(sets),
        "floor": floor,
    }
    threshold = _chosen(scores, leading, right, floor)
    if precision >= PROMISE and np.isfinite(threshold):
        row["applied"] = threshold
    return row


def judged_apart(
    scores: NDArray[np.float32],
    leading: NDArray[np.bool_],
    right: NDArray[np.bool_],
    floor: float,
) -> NDArray[np.bool_]:
    """Return which pictures ``[n]`` get a tag, each judged by a threshold chosen without it."""
    taken = np.zeros(len(scores), np.bool_)
    fold = _folds(right, SEED)
    for k in range(FOLDS):
        seen = fold != k
        threshold = _chosen(scores[seen], leading[seen], right[seen], floor)
        taken[~seen] = scores[~seen] >= threshold
    return taken & leading


def _chosen(
    scores: NDArray[np.float32],
    leading: NDArray[np.bool_],
    right: NDArray[np.bool_],
    floor: float,
) -> float:
    """Return a tag's threshold, infinite where none is proven or the promise does not hold."""
    if right.sum() < POSITIVES * (FOLDS - 1) // FOLDS:
        return float("inf")
    taken = np.zeros(len(scores), np.bool_)
    fold = _folds(right, SEED + 1)
    for k in range(FOLDS):
        seen = (fold != k) & leading
        threshold = max(proven_threshold(scores[seen], right[seen]), floor)
        taken[fold == k] = scores[fold == k] >= threshold
    taken &= leading
    if not taken.any() or right[taken].mean() < PROMISE or taken[right].mean() < LEAST_RECALL:
        return float("inf")
    return max(proven_threshold(scores[leading], right[leading]), floor)


def _head(work: Path) -> Path:
    """Return the network from the pack's features to vectors, cut out of the built-in model."""
    path = work / "picture_head.onnx"
    if not path.is_file():
        import onnx

        path.parent.mkdir(parents=True, exist_ok=True)
        whole = str(built_in_folder() / "picture.onnx")
        onnx.utils.extract_model(whole, str(path), ["features"], ["vector"])
    return path


def _folds(right: NDArray[np.bool_], seed: int) -> NDArray[np.int64]:
    """Deal positives and negatives evenly over the folds, at random with a fixed seed."""
    fold = np.empty(len(right), np.int64)
    random = np.random.default_rng(seed)
    for kind in (True, False):
        members = random.permutation(np.flatnonzero(right == kind))
        fold[members] = np.arange(len(members)) % FOLDS
    return fold


_KEYS = (
    *("mean", "std", "suggested", "applied", "precision", "recall", "chosen", "positives"),
    *("measured_on", "floor"),
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
