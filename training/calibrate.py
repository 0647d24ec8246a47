"""Fit what turns a cosine into a score: a line for each language, and one for both.

``python -m training.calibrate --pack ../shared/data/training [--model FOLDER]``

The score states how often one of the ten best hits is the picture that a sentence was written
for, measured on the holdout pictures with the shipped files. Only ``model.toml`` changes, so the
model keeps its id and every vector.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from propvault.vision.model import Model, ModelInfo, built_in_folder, read_info
from propvault.vision.model_folder import ScoreLine, write_info
from training.data import HOLDOUT, Pack, read_pack
from training.figures import logistic_fit
from training.texts import judged_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANGUAGES = ("en", "zh")
"""In the order of `judged_texts`."""
BEST = 10
"""Hits of a sentence that are looked at."""


def main() -> None:
    """Fit the lines of a built model folder and write them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pack", type=Path, default=Path("../shared/data/training"))
    arguments.add_argument("--model", type=Path, default=built_in_folder())
    given = arguments.parse_args()
    info = calibrated(read_info(given.model), read_pack(given.pack), given.pack)
    write_info(info)
    print(info.scale, info.bias, info.lines)


def calibrated(info: ModelInfo, pack: Pack, folder: Path) -> ModelInfo:
    """Return ``info`` with the lines fitted on the holdout pictures."""
    model, rows = Model(info), np.flatnonzero(pack.part == HOLDOUT)
    pictures = head_vectors(info, pack.features[rows])
    found = {}
    for language, judged in zip(LANGUAGES, judged_texts(pack, folder, HOLDOUT), strict=True):
        cosine, hits = best_hits(model.encode_texts(judged.texts), pictures)
        found[language] = cosine.ravel(), (rows[hits] == judged.rows[:, None]).ravel()
    both = [np.concatenate(part) for part in zip(*found.values(), strict=True)]
    scale, bias = _rounded(logistic_fit(*both))
    lines = tuple(
        ScoreLine(language, *_rounded(logistic_fit(*one))) for language, one in found.items()
    )
    return replace(info, scale=scale, bias=bias, lines=lines)


def best_hits(
    texts: NDArray[np.float32], pictures: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return cosine and row of each text's ten nearest pictures, ``[n, 10]``, nearest first."""
    cosine = texts @ pictures.T
    hits = np.argsort(-cosine, 1, kind="stable")[:, :BEST]
    return np.take_along_axis(cosine, hits, 1), hits


def head_vectors(info: ModelInfo, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run the part of the shipped picture tower after its pooled features."""
    import onnx.utils
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "head.onnx")
        onnx.utils.extract_model(str(info.folder / "picture.onnx"), path, ["features"], ["vector"])
        session = onnxruntime.InferenceSession(path)
        vectors: NDArray[np.float32] = session.run(["vector"], {"features": features})[0]
    return vectors


def _rounded(line: tuple[float, float]) -> tuple[float, float]:
    return round(line[0], 4), round(line[1], 4)


if __name__ == "__main__":
    main()
