"""Measure a model folder as shipped: retrieval, zero-shot tags, score, speed and size.

``python -m benchmarks.model_quality --data ../shared/data [--model FOLDER]``

Runs in the product's environment (no torch). The Flickr8k figure needs the package ``onnx``
(extra ``train``): its pictures are not at hand, only their features, so the shipped picture
tower is cut at ``features`` and its head run alone.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import subprocess
import sys
import time
import tomllib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image

from propvault.vision.model import Model, built_in_folder, model_input, read_info
from training.calibrate import LANGUAGES, best_hits, head_vectors
from training.data import DEVELOPMENT, Pack, read_pack
from training.figures import (
    TEMPLATES,
    TEMPLATES_ZH,
    class_vectors,
    deciles,
    mean_class_accuracy,
    recall_at,
    text_to_picture_ranks,
)
from training.texts import judged_texts

NAMES_ZH = Path(__file__).with_name("tag_names_zh.toml")
TAG_SETS = ("objects", "products", "rooms", "facades")
PREVIEW_EDGE, PREVIEW_QUALITY = 512, 80
"""As `propvault.vision.reader` makes previews."""


def main() -> None:
    """Print every figure that the data at hand allows."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--model", type=Path, default=built_in_folder())
    given = arguments.parse_args()
    info = read_info(given.model)
    model = Model(info)
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {load}"
    print(f"model {info.id} on {machine}, {time.strftime('%F')}")
    sizes_and_speed(model)
    if (given.data / "training").is_dir():
        flickr8k(model, read_pack(given.data / "training"), given.data / "training")
    else:
        print(f"Flickr8k: not measured, {given.data / 'training'} is not here")
    if (given.data / "tags").is_dir():
        zero_shot(model, given.data / "tags")
    else:
        print(f"tags: not measured, {given.data / 'tags'} is not here")


def sizes_and_speed(model: Model) -> None:
    """Print MB of each file, pictures/s, ms per query and the cold start of a search."""
    info = model.info
    for name in ("picture.onnx", "text.onnx", "tokenizer.json"):
        print(f"{name}: {(info.folder / name).stat().st_size / 1e6:.1f} MB")
    width, height = info.size
    batch = np.random.default_rng(0).integers(0, 256, (16, height, width, 3), dtype=np.uint8)
    print(f"pictures: {16 / best_of(5, lambda: model.encode_pictures(batch)):.1f}/s, 16 at a time")
    query = ["an old wooden window with peeling paint"]
    print(f"query: {1000 * best_of(20, lambda: model.encode_texts(query)):.1f} ms")
    code = (
        "import numpy, PIL.Image, time; a = time.perf_counter();"
        "from propvault.vision.model import *; from pathlib import Path; import sys;"
        "Model(read_info(Path(sys.argv[1]))).encode_texts(['a door']);"
        "print(1000 * (time.perf_counter() - a))"
    )
    runs = [
        float(subprocess.check_output([sys.executable, "-c", code, str(info.folder)]))
        for _ in range(5)
    ]
    print(f"first query of a new process, imports of the model included: {min(runs):.0f} ms")


def best_of(times: int, action: object) -> float:
    """Return the least of several run times in seconds, after one run to warm up."""
    assert callable(action)
    action()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken)


def flickr8k(model: Model, pack: Pack, folder: Path) -> None:
    """Print R@1/5/10 of the development pictures and the score's reliability by decile."""
    if find_spec("onnx") is None:
        print("Flickr8k: not measured, the package onnx is not installed (extra train)")
        return
    rows = np.flatnonzero(pack.part == DEVELOPMENT)
    pictures = head_vectors(model.info, pack.features[rows])
    recalls = []
    for language, judged in zip(LANGUAGES, judged_texts(pack, folder, DEVELOPMENT), strict=True):
        texts = model.encode_texts(judged.texts)
        right = np.searchsorted(rows, judged.rows)
        recalls.append(recall_at(text_to_picture_ranks(texts, pictures, right)))
        count = f"{len(rows)} pictures, {len(right)} sentences by people"
        print(
            f"Flickr8k development ({count}, {language}), text to picture R@1/5/10:",
            *rounded(recalls[-1]),
        )
        cosine, hits = best_hits(texts, pictures)
        score = model.score(cosine, language).ravel()
        print("score of the ten best hits against the share that is the sentence's own picture:")
        for stated, measured, number in deciles(score, (hits == right[:, None]).ravel()):
            print(f"  {stated:.3f} {measured:.3f} (of {number}) {'#' * round(measured * 100)}")
    print(f"R@10 in Chinese is {recalls[1][2] / recalls[0][2]:.0%} of that in English")


def zero_shot(model: Model, folder: Path) -> None:
    """Print mean-class accuracy of each set, from the originals and through the preview."""
    lines = (folder / "labels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    labels = [line.split("\t") for line in lines]
    chinese = tomllib.loads(NAMES_ZH.read_text(encoding="utf-8"))
    for name in TAG_SETS:
        rows = [(folder / file, label) for file, label in labels if file.startswith(f"{name}/")]
        classes = sorted({label for _, label in rows})
        truth = np.array([classes.index(label) for _, label in rows])
        print(f"{name}: {len(rows)} pictures, {len(classes)} classes, zero-shot")
        named = {"en": (classes, TEMPLATES), "zh": ([chinese[c] for c in classes], TEMPLATES_ZH)}
        for look in (original, preview):
            inputs = np.stack([model_input(look(path), model.info) for path, _ in rows])
            pictures = model.encode_pictures(inputs)
            for language, (names, templates) in named.items():
                prompts = [template.format(n) for n in names for template in templates]
                texts = model.encode_texts(prompts).reshape(len(names), len(templates), -1)
                accuracy = mean_class_accuracy(pictures, class_vectors(texts), truth)
                print(f"  {look.__name__}, names in {language}: {accuracy:.3f}")


def original(path: Path) -> Image.Image:
    """Open a picture as the training features were made: JPEG draft at 300 px or more."""
    image = Image.open(path)
    image.draft("RGB", (300, 300))
    return image.convert("RGB")


def preview(path: Path) -> Image.Image:
    """Open a picture as the product sees it: 512 px long edge, through WebP."""
    image = Image.open(path).convert("RGB")
    image.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=PREVIEW_QUALITY, method=2)
    return Image.open(buffer).convert("RGB")


def rounded(figures: list[float] | tuple[float, ...]) -> list[str]:
    """Word figures with three decimals."""
    return [f"{figure:.3f}" for figure in figures]


if __name__ == "__main__":
    main()
