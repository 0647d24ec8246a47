"""What a classifier finds that is taught the labels of the very set it is judged on.

``python -m benchmarks.tag_bounds --data ../shared/data``

Automatic tags know a thing by its name only. Here the same features of the picture tower get a
logistic regression taught with the labels of four folds, its thresholds are proven on these folds
by `propvault.tagging` (scores of inner folds), and the fifth judges. What that does not find,
labels as few as these cannot prove of these features. *Provable* is the share of labels whose kind
has the seven in four folds that prove a threshold at all.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from propvault.tagging import proven_threshold
from propvault.vision.model import Model, built_in_folder, read_info
from propvault.vision.reader import read_picture
from training.labelled import SETS, read_labels, set_of

OUTER, INNER, DRAWS = 5, 4, 2
PENALTY = 1e-3
"""Of squared weights."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    folder = arguments.parse_args().data / "tags"
    print(f"{'':10}{'labels':>8}{'provable':>9}{'accuracy':>10}{'precision':>11}{'recall':>8}")
    for name in SETS:
        labels = {f: min(tags) for f, tags in read_labels(folder).items() if set_of(f) == name}
        kinds = sorted(set(labels.values()))
        truth = np.array([kinds.index(kind) for kind in labels.values()])
        features = _features(folder, list(labels))
        right = given = best = 0
        for draw in range(DRAWS):
            given_here, best_here = _judged_apart(features, truth, np.random.default_rng(draw))
            right += int(given_here[np.arange(len(truth)), truth].sum())
            given += int(given_here.sum())
            best += int((best_here == truth).sum())
        every = DRAWS * len(truth)
        provable = sum(n for n in np.bincount(truth) if n * (OUTER - 1) // OUTER >= 7) / len(truth)
        print(
            f"{name:10}{len(truth):8}{provable:9.2f}{best / every:10.2f}"
            f"{right / max(given, 1):11.2f}{right / every:8.2f}"
        )


def _judged_apart(
    features: NDArray[np.float32], truth: NDArray[np.int64], random: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return the tags given ``[n, kinds]`` and the likeliest kind ``[n]``, by the other folds."""
    kinds = int(truth.max()) + 1
    given, best = np.zeros((len(truth), kinds), np.bool_), np.zeros(len(truth), np.int64)
    outer = _folds(truth, OUTER, random)
    for k in range(OUTER):
        held, seen = np.flatnonzero(outer == k), np.flatnonzero(outer != k)
        inner, scores = _folds(truth[seen], INNER, random), np.zeros((len(seen), kinds))
        for j in range(INNER):
            taught = seen[inner != j]
            scores[inner == j] = _taught(features[taught], truth[taught], kinds)(
                features[seen[inner == j]]
            )
        found = _taught(features[seen], truth[seen], kinds)(features[held])
        best[held] = found.argmax(1)
        for kind in range(kinds):
            own = np.asarray(scores[:, kind], np.float32)
            given[held, kind] = found[:, kind] >= proven_threshold(own, truth[seen] == kind)
    return given, best


def _taught(x: NDArray[np.float32], truth: NDArray[np.int64], kinds: int):
    """Return what gives log probabilities ``[n, kinds]``: a multinomial logistic regression."""
    target = np.eye(kinds)[truth]

    def loss(flat):
        weights = flat.reshape(kinds, -1)
        logits = log_softmax(x @ weights[:, 1:].T + weights[:, 0], axis=1)
        error = (np.exp(logits) - target) / len(x)
        slope = np.hstack([error.sum(0)[:, None], error.T @ x + 2 * PENALTY * weights[:, 1:]])
        value = -(logits * target).sum() / len(x) + PENALTY * (weights[:, 1:] ** 2).sum()
        return value, slope.ravel()

    start = np.zeros(kinds * (x.shape[1] + 1))
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100})
    weights = fitted.x.reshape(kinds, -1)
    return lambda new: log_softmax(new @ weights[:, 1:].T + weights[:, 0], axis=1)


def _folds(truth: NDArray[np.int64], count: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Deal each kind evenly over the folds."""
    fold = np.empty(len(truth), np.int64)
    for kind in np.unique(truth):
        members = random.permutation(np.flatnonzero(truth == kind))
        fold[members] = (np.arange(len(members)) + random.integers(count)) % count
    return fold


def _features(folder: Path, files: list[str]) -> NDArray[np.float32]:
    """Return standardised features ``[n, 1280]`` of pictures, through their previews."""
    model = Model(read_info(built_in_folder()))
    tower = onnx.load(model.info.folder / "picture.onnx")
    tower.graph.output.append(onnx.ValueInfoProto(name="features"))
    session = onnxruntime.InferenceSession(tower.SerializeToString())
    found = []
    for file in files:
        seen = read_picture(folder / file, info=model.info, max_decoded_mb=1000).model_input
        assert seen is not None, file
        found.append(session.run(["features"], {"pixels": model._normalised(seen[None])})[0][0])
    features = np.stack(found)
    return (features - features.mean(0)) / (features.std(0) + 1e-6) / features.shape[1] ** 0.5


if __name__ == "__main__":
    main()
