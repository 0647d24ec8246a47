"""Prove that a model folder gives open_clip's vectors: tokens alike, cosines near one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from propvault.errors import ModelError
from propvault.vision.model import Model, model_input
from propvault.vision.openclip.load import Loaded
from propvault.vision.openclip.quiet import quiet

EXACT = 0.9999
"""Least cosine of the float32 export, where only rounding differs."""
CLOSE = {"int8": 0.99, "int8-part": 0.99, "f16": 0.999, "f32": EXACT}
"""Least cosine that a tower may have as stored."""
_BATCH = 8

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Reference:
    """What open_clip itself makes of the check set."""

    images: tuple[Image.Image, ...]
    """The pictures."""
    sentences: tuple[str, ...]
    """The texts."""
    pictures: Vectors
    """Unit vectors of the pictures [n, dim]."""
    texts: Vectors
    """Unit vectors of the texts [m, dim]."""
    tokens: NDArray[np.int64]
    """Token ids of the texts [m, context], padded."""


@dataclass(frozen=True)
class Figures:
    """Smallest cosines between a model folder and open_clip."""

    picture: float
    """Over the pictures, preprocessing included."""
    text: float
    """Over the texts, tokens included."""


def reference(loaded: Loaded, images: Sequence[Image.Image], sentences: Sequence[str]) -> Reference:
    """Return open_clip's own vectors and tokens of a check set."""
    with quiet(), torch.no_grad():
        tokens = loaded.tokenizer(list(sentences))
        pictures = [
            loaded.model.encode_image(torch.stack([loaded.transform(i) for i in part]), True)
            for part in _parts(images)
        ]
        texts = [loaded.model.encode_text(part, True) for part in tokens.split(_BATCH)]
        return Reference(
            tuple(images),
            tuple(sentences),
            torch.cat(pictures).float().numpy(),
            torch.cat(texts).float().numpy(),
            tokens.numpy().astype(np.int64),
        )


def picture_cosine(expected: Reference, model: Model) -> float:
    """Return the smallest cosine over the pictures, from the preview to the vector."""
    inputs = np.stack([model_input(image, model.info) for image in expected.images])
    return _smallest(expected.pictures, model.encode_pictures(inputs))


def text_cosine(expected: Reference, model: Model) -> float:
    """Return the smallest cosine over the texts, from the characters to the vector."""
    return _smallest(expected.texts, model.encode_texts(expected.sentences))


def check_tokens(expected: Reference, model: Model) -> None:
    """Compare the token ids of each text.

    Raises:
        ModelError: ``model.tokens_differ``, naming the first text whose ids are others.
    """
    found = np.full_like(expected.tokens, model.info.pad_id)
    for row, ids in enumerate(model.token_ids(expected.sentences)):
        found[row, : len(ids)] = ids
    wrong = np.flatnonzero((found != expected.tokens).any(1))
    if len(wrong):
        raise ModelError(
            "model.tokens_differ",
            name=model.info.name,
            text=expected.sentences[wrong[0]][:60],
            count=len(wrong),
        )


def starting_score(expected: Reference, scale: float, bias: float | None) -> tuple[float, float]:
    """Return scale and bias of the score where nobody calibrated the model.

    SigLIP learned both. CLIP learned a scale only and picks one text out of many: the logarithm
    of the sum that its softmax divides by, over the sentences of the check set, is the bias.
    """
    if bias is not None:
        return scale, bias
    logits = scale * (expected.pictures @ expected.texts.T)
    return scale, -float(np.logaddexp.reduce(logits, axis=1).mean())


def _smallest(expected: Vectors, found: Vectors) -> float:
    cosines = np.einsum("nd,nd->n", expected, found) / np.linalg.norm(found, axis=1)
    return float(np.nan_to_num(cosines, nan=-1.0).min())


def _parts(images: Sequence[Image.Image]) -> list[Sequence[Image.Image]]:
    return [images[start : start + _BATCH] for start in range(0, len(images), _BATCH)]
