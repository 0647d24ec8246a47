"""Make a model folder out of a chosen model: load, export, prove, shrink, prove again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnxruntime
import open_clip

from propvault.errors import ModelError
from propvault.reasons import Reason
from propvault.vision.model import Model
from propvault.vision.model_folder import PICTURE, TEXT, TOKENIZER, ModelInfo, write_info
from propvault.vision.openclip import proof, quantise
from propvault.vision.openclip.check_set import SENTENCES, pictures
from propvault.vision.openclip.choice import Choice
from propvault.vision.openclip.files import Files
from propvault.vision.openclip.languages import languages
from propvault.vision.openclip.load import load
from propvault.vision.openclip.tokens import Tokens, read_tokenizer
from propvault.vision.openclip.towers import export_picture, export_text
from propvault.vision.openclip.transform import Preprocessing, read_transform
from propvault.vision.providers import CPU, wanted_provider

_FALL_BACK = {
    "int8": ("int8", "int8-part", "f16", "f32"),
    "f16": ("f16", "f32"),
    "f32": ("f32",),
}
"""What is tried for each precision asked for, until one is close enough."""
_WORDS = {
    "int8": "int8 products", "int8-part": "int8 products but each block's last",
    "f16": "float16", "f32": "float32",
}  # fmt: skip


class Stages:
    """The stages of one install; run them once, then read what they made."""

    info: ModelInfo
    """The finished folder; its id is still to be named after its content."""
    exact: proof.Figures
    """Cosines of the float32 export."""
    stored: proof.Figures
    """Cosines of the folder as it is kept."""

    def __init__(self, choice: Choice, files: Files, folder: Path, precision: str) -> None:
        """Prepare to fill ``folder``; ``precision`` is ``auto``, ``int8``, ``f16`` or ``f32``."""
        self._choice, self._files = choice, files
        self._asked = precision
        self._exact_folder, self._kept_folder = folder / "exact", folder / "kept"

    def run(self) -> Iterator[Reason]:
        """Do the work, saying each stage before it begins.

        Raises:
            ModelError: a file is wrong, or the result is not open_clip's.
        """
        for kept in (self._exact_folder, self._kept_folder):
            kept.mkdir()
        yield Reason.of("model.loading", name=self._choice.name, path=str(self._files.weights))
        loaded = load(self._choice, self._files)
        look, tokens = read_transform(loaded.transform), read_tokenizer(loaded.tokenizer)
        expected = proof.reference(loaded, pictures(), SENTENCES)
        yield Reason.of("model.exporting", name=self._choice.name)
        export_picture(loaded.model, look.size, self._exact_folder / PICTURE)
        pad = export_text(loaded.model, tokens.context_length, self._exact_folder / TEXT)
        scale, bias = proof.starting_score(expected, *_learned(loaded.model))
        del loaded
        stored = tokens.json.encode()
        for kept in (self._exact_folder, self._kept_folder):
            (kept / TOKENIZER).write_bytes(stored)
        info = replace(self._info(look, tokens, expected), pad=pad, scale=scale, bias=bias)
        yield Reason.of("model.proving", count=len(expected.images) + len(expected.sentences))
        self.exact = self._prove_exact(info, expected)
        yield from self._shrink(info, expected)

    def _prove_exact(self, info: ModelInfo, expected: proof.Reference) -> proof.Figures:
        info = replace(info, folder=self._exact_folder)
        model = Model(info)
        proof.check_tokens(expected, model)
        figures = proof.Figures(
            proof.picture_cosine(expected, model), proof.text_cosine(expected, model)
        )
        if min(figures.picture, figures.text) < proof.EXACT:
            raise ModelError(
                "model.differs",
                name=info.name,
                picture=f"{figures.picture:.5f}",
                text=f"{figures.text:.5f}",
            )
        return figures

    def _shrink(self, info: ModelInfo, expected: proof.Reference) -> Iterator[Reason]:
        found: dict[str, tuple[str, float]] = {}
        for tower, file in (("picture", PICTURE), ("text", TEXT)):
            source, target = self._exact_folder / file, self._kept_folder / file
            for precision in self._candidates(tower, source):
                yield Reason.of("model.shrinking", file=file, precision=_WORDS[precision])
                quantise.store(source, target, precision)
                integer = (tower,) if precision.startswith("int8") else ()
                model = Model(replace(info, folder=self._kept_folder, integer=integer))
                measure = proof.picture_cosine if tower == "picture" else proof.text_cosine
                cosine = measure(expected, model)
                found[tower] = precision, cosine
                if cosine >= proof.CLOSE[precision]:
                    break
            source.unlink()
        self.stored = proof.Figures(found["picture"][1], found["text"][1])
        self.info = replace(
            info,
            folder=self._kept_folder,
            integer=tuple(tower for tower in found if found[tower][0].startswith("int8")),
            precision=f"pictures {_WORDS[found['picture'][0]]}, texts {_WORDS[found['text'][0]]}",
            check=self._check(expected),
        )
        write_info(self.info)

    def _candidates(self, tower: str, source: Path) -> tuple[str, ...]:
        if self._asked != "auto":
            return _FALL_BACK[self._asked]
        # An accelerator multiplies floats; integers would send each product back to the processor.
        accelerated = wanted_provider(onnxruntime.get_available_providers()) != CPU
        if (tower == "picture" and accelerated) or not quantise.is_worth_integers(source):
            return _FALL_BACK["f16"]
        return _FALL_BACK["int8"]

    def _check(self, expected: proof.Reference) -> str:
        exact, stored = self.exact, self.stored
        return (
            f"smallest cosine to open_clip {open_clip.__version__} over {len(expected.images)} "
            f"pictures / {len(expected.sentences)} sentences: float32 {exact.picture:.5f} / "
            f"{exact.text:.5f}, as stored {stored.picture:.5f} / {stored.text:.5f}; token ids equal"
        )

    def _info(self, look: Preprocessing, tokens: Tokens, expected: proof.Reference) -> ModelInfo:
        choice, weights = self._choice, self._files.weights
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:12]
        return ModelInfo(
            id=choice.name,
            name=choice.name,
            version=choice.tag,
            folder=self._kept_folder,
            dim=expected.pictures.shape[1],
            size=look.size,
            resize=look.resize,
            filter=look.filter,
            mean=look.mean,
            std=look.std,
            context_length=tokens.context_length,
            pad="context",
            pad_id=tokens.pad_id,
            tokenizer_sha256=hashlib.sha256(tokens.json.encode()).hexdigest(),
            languages=languages(choice),
            scale=1.0,
            bias=0.0,
            source=f"open_clip {choice.name}/{choice.tag}, {weights.name} sha256 {digest}",
            licence=self._files.licence,
            precision="float32",
            check="",
            clean=tokens.clean,
            calibrated=False,
        )


def _learned(model: Any) -> tuple[float, float | None]:
    """Return the scale and, if any, the bias that a model was trained to multiply cosines with."""
    bias = model.logit_bias
    scale = float(model.logit_scale.detach().exp())
    return scale, None if bias is None else float(bias.detach())
