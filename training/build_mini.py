"""Build the built-in model: sentence vectors, head, ONNX files, calibration, ``model.toml``.

``python -m training.build_mini --pack ../shared/data/training --out propvault/vision/mini``

Each stage leaves its result in the work folder and is skipped when that is there, so a stopped
build goes on where it was; delete the folder to begin anew.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import torch

from training.data import DEVELOPMENT, HOLDOUT, WORK, Pack, read_pack
from training.export import (
    Facts,
    export_picture,
    export_text,
    store_in_8_bits,
    tokenizer_json,
    write_manifest,
)
from training.figures import logistic_fit, recall_at, text_to_picture_ranks
from training.heads import Fit, Options, PictureHead
from training.towers import class_names, picture_tower, sentence_vectors, text_tower

if TYPE_CHECKING:
    from numpy.typing import NDArray


def main() -> None:
    """Run all stages."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pack", type=Path, default=Path("../shared/data/training"))
    arguments.add_argument("--out", type=Path, default=Path("propvault/vision/mini"))
    arguments.add_argument("--work", type=Path, default=WORK)
    given = arguments.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(Options().seed)
    pack = read_pack(given.pack)
    sentences, names = _sentence_vectors(pack, given.work / "sentences.pt")
    head = _head(pack, sentences, names, given.work / "head.pt")
    precise = _figures(pack, head, sentences)
    print("float32, development R@1/5/10:", precise)
    _export(head, given.out, given.work)
    texts = _shipped_texts(pack, given.out)
    vectors = _shipped_pictures(pack, given.work / "picture_head.onnx")
    shipped = recall_at(*_ranks(pack, texts, vectors, DEVELOPMENT))
    print("int8, development R@1/5/10:", shipped)
    scale, bias = _calibrate(pack, texts, vectors)
    check = (
        "Flickr8k development text to picture R@1/5/10 "
        f"{_words(precise)} in float32, {_words(shipped)} as stored"
    )
    stored = "int8 weights per output channel in both towers, computed in float32"
    print(write_manifest(given.out, Facts(scale, bias, stored, check)), check)


def _sentence_vectors(pack: Pack, path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Return vectors [pairs, 384] of the captions and [1000, 384] of the class names."""
    if not path.exists():
        model, tokenizer, _ = text_tower()
        unique = list(dict.fromkeys(pack.captions))
        vectors = sentence_vectors(model, tokenizer, unique)
        row = {text: i for i, text in enumerate(unique)}
        captions = vectors[[row[text] for text in pack.captions]]
        prompts = [f"a photo of a {name}" for name in class_names()]
        torch.save((captions, sentence_vectors(model, tokenizer, prompts)), path)
    captions, names = torch.load(path)
    return captions, names


def _head(pack: Pack, sentences: torch.Tensor, names: torch.Tensor, path: Path) -> PictureHead:
    seen = torch.from_numpy(pack.features[(pack.part != DEVELOPMENT) & (pack.part != HOLDOUT)])
    torch.manual_seed(Options().seed)
    head = PictureHead(picture_tower().classifier, names, seen.mean(0), seen.std(0) + 1e-6)
    if not path.exists():
        torch.save(Fit(head, pack, sentences, Options()).run(), path)
    head.load_state_dict(torch.load(path))
    return head.eval().requires_grad_(False)


def _figures(pack: Pack, head: PictureHead, sentences: torch.Tensor) -> tuple[float, ...]:
    pairs = pack.pairs({DEVELOPMENT})
    texts = np.zeros((len(pack.captions), sentences.shape[1]), np.float32)
    texts[pairs] = head.text(sentences[torch.from_numpy(pairs)]).numpy()
    vectors = head(torch.from_numpy(pack.features)).numpy()
    return recall_at(*_ranks(pack, texts, vectors, DEVELOPMENT))


def _export(head: PictureHead, out: Path, work: Path) -> None:
    """Write the two towers and the tokenizer; and the head alone, to run on stored features."""
    import onnx.utils

    model, _, folder = text_tower()
    picture = store_in_8_bits(export_picture(picture_tower(), head))
    (out / "picture.onnx").write_bytes(picture.SerializeToString(deterministic=True))
    text = store_in_8_bits(export_text(model, head))
    (out / "text.onnx").write_bytes(text.SerializeToString(deterministic=True))
    (out / "tokenizer.json").write_bytes(tokenizer_json(folder).encode())
    onnx.utils.extract_model(
        str(out / "picture.onnx"), str(work / "picture_head.onnx"), ["features"], ["vector"]
    )


def _shipped_texts(pack: Pack, out: Path) -> NDArray[np.float32]:
    """Encode the development and holdout captions with the shipped text tower."""
    from tokenizers import Tokenizer

    session = onnxruntime.InferenceSession(out / "text.onnx")
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    vectors = np.zeros((len(pack.captions), 384), np.float32)
    pairs = pack.pairs({DEVELOPMENT, HOLDOUT})
    pairs = pairs[np.argsort([len(pack.captions[p]) for p in pairs], kind="stable")]
    for part in np.array_split(pairs, len(pairs) // 64 + 1):
        tokens = tokenizer.encode_batch([pack.captions[p] for p in part])
        feeds = {
            "input_ids": np.array([t.ids for t in tokens], np.int64),
            "attention_mask": np.array([t.attention_mask for t in tokens], np.int64),
        }
        vectors[part] = session.run(["vector"], feeds)[0]
    return vectors


def _shipped_pictures(pack: Pack, head: Path) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(head)
    return session.run(["vector"], {"features": pack.features})[0]


def _ranks(
    pack: Pack, texts: NDArray[np.float32], vectors: NDArray[np.float32], part: int
) -> tuple[NDArray[np.int64]]:
    rows, pairs = np.flatnonzero(pack.part == part), pack.pairs({part})
    right = np.searchsorted(rows, pack.caption_picture[pairs])
    return (text_to_picture_ranks(texts[pairs], vectors[rows], right),)


def _calibrate(
    pack: Pack, texts: NDArray[np.float32], vectors: NDArray[np.float32]
) -> tuple[float, float]:
    """Fit (scale, bias) so that the score is how often one of the ten best hits is right."""
    rows, pairs = np.flatnonzero(pack.part == HOLDOUT), pack.pairs({HOLDOUT})
    cosine = texts[pairs] @ vectors[rows].T
    hits = np.argsort(-cosine, 1, kind="stable")[:, :10]
    right = rows[hits] == pack.caption_picture[pairs][:, None]
    return logistic_fit(np.take_along_axis(cosine, hits, 1).ravel(), right.ravel())


def _words(figures: tuple[float, ...]) -> str:
    return "/".join(f"{figure:.3f}".lstrip("0") for figure in figures)


if __name__ == "__main__":
    main()
