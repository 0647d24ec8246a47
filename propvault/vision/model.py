"""Run a model: pictures and texts to unit vectors, cosines to scores.

Importing this module is cheap. onnxruntime and tokenizers are imported, and each tower loaded,
on first use, so a process that only searches never pays for the picture tower.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from propvault.errors import ModelError
from propvault.reasons import Reason
from propvault.vision.model_folder import (
    PICTURE,
    TEXT,
    TOKENIZER,
    ModelInfo,
    built_in_folder,
    check_files,
    read_info,
)
from propvault.vision.providers import CPU, wanted_provider
from propvault.vision.text_cleaning import clean_text

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Model", "ModelInfo", "built_in_folder", "check_files", "model_input", "read_info"]

_PICTURES = 4
"""Pictures per run: as quick as 8 on two cores, and 16 is slower and takes 390 MB more."""
_TEXTS = 64
"""Texts per run."""


class Model:
    """One encoder pair; holds at most two onnxruntime sessions, made on first use."""

    def __init__(self, info: ModelInfo, *, threads: int | None = None) -> None:
        """Remember ``info``; ``threads`` per run, None for as many as the machine has cores."""
        self.info = info
        self.notice: Reason | None = None
        """Set when an accelerator was offered and failed, so the processor does the work."""
        self._threads = threads

    def encode_pictures(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Encode ``[n, height, width, 3]`` sRGB arrays of `model_input` to unit ``[n, dim]``.

        Raises:
            ValueError: when the array has another shape than the model's input.
            ModelError: when the picture tower is missing or cannot be loaded.
        """
        width, height = self.info.size
        if inputs.ndim != 4 or inputs.shape[1:] != (height, width, 3):
            raise ValueError(f"expected [n, {height}, {width}, 3], got {list(inputs.shape)}")
        vectors = np.empty((len(inputs), self.info.dim), np.float32)
        step = self._batch("picture", _PICTURES)
        for start in range(0, len(inputs), step):
            pixels = self._normalised(inputs[start : start + step])
            (encoded,) = self._pictures.run(["vector"], {"pixels": pixels})
            vectors[start : start + step] = encoded
        return vectors

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts to unit ``[n, dim]``; what exceeds the context length is cut off.

        Raises:
            ModelError: when the text tower or the tokenizer is missing or cannot be loaded.
        """
        vectors = np.empty((len(texts), self.info.dim), np.float32)
        if not len(texts):
            return vectors
        tokens = self.token_ids(texts)
        taken = {value.name for value in self._texts.get_inputs()}
        # Texts of like length share a run, so that little is spent on padding.
        order = np.argsort([len(ids) for ids in tokens], kind="stable")
        step = self._batch("text", _TEXTS)
        for start in range(0, len(order), step):
            rows = order[start : start + step]
            ids, mask = self._padded([tokens[row] for row in rows])
            feeds = {"input_ids": ids, "attention_mask": mask}
            feeds = {name: values for name, values in feeds.items() if name in taken}
            (vectors[rows],) = self._texts.run(["vector"], feeds)
        return vectors

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token ids, cut to the context length and not padded.

        Raises:
            ModelError: when the tokenizer is missing or cannot be loaded.
        """
        cleaned = (clean_text(text, self.info.clean) for text in texts)
        return [self._tokenizer.encode(text).ids for text in cleaned]

    def load_texts(self) -> None:
        """Load tokenizer and text tower now rather than with the first text.

        Raises:
            ModelError: when either is missing or cannot be loaded.
        """
        self._tokenizer, self._texts  # noqa: B018 — reading a cached property loads it

    def settle_in(self) -> None:
        """Load the text tower again, optimised: 0.16 s for half the time of each text from then on.

        Worth it once a second text is asked for; may run in another thread while texts are encoded.

        Raises:
            ModelError: when the text tower is missing or cannot be loaded.
        """
        self._texts = _session(self.info.folder / TEXT, self._threads)

    @property
    def provider(self) -> str:
        """Return what runs the picture tower: ``CPU``, ``CUDA``, ``CoreML`` or ``Dml``.

        Raises:
            ModelError: when the picture tower is missing or cannot be loaded.
        """
        return str(self._pictures.get_providers()[0]).removesuffix("ExecutionProvider")

    def score(
        self, cosine: NDArray[np.float32], language: str | None = None
    ) -> NDArray[np.float32]:
        """Return calibrated similarity 0..1, of the same shape: sigmoid(scale * cosine + bias).

        ``language`` is that of the text the model read (`language.normalise.language_of`); None
        for pictures. Without a line for it the model's one line serves.
        """
        lines = {line.language: line for line in self.info.lines}
        line = self.info if language is None else lines.get(language, self.info)
        logit = line.scale * cosine.astype(np.float32) + line.bias
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)

    def _batch(self, tower: str, size: int) -> int:
        # Integer products share one scale per run: alone, a vector depends on its input only.
        return 1 if tower in self.info.integer else size

    def _normalised(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        mean, std = np.array(self.info.mean, np.float32), np.array(self.info.std, np.float32)
        pixels = (inputs.astype(np.float32) * np.float32(1 / 255) - mean) / std
        return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2), np.float32)

    def _padded(self, tokens: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        longest = max(len(ids) for ids in tokens)
        width = self.info.context_length if self.info.pad == "context" else longest
        ids = np.full((len(tokens), width), self.info.pad_id, np.int64)
        mask = np.zeros((len(tokens), width), np.int64)
        for row, line in enumerate(tokens):
            ids[row, : len(line)] = line
            mask[row, : len(line)] = 1
        return ids, mask

    @cached_property
    def _pictures(self) -> Any:
        import onnxruntime

        path = self.info.folder / PICTURE
        provider = CPU
        if "picture" not in self.info.integer:
            provider = wanted_provider(onnxruntime.get_available_providers())
        if provider != CPU:
            try:
                session = _session(path, self._threads, provider=provider)
                if session.get_providers()[0] == provider:
                    return session
                detail = "-"  # onnxruntime goes on without a provider whose library is missing
            except ModelError as error:
                detail = str(error.reason.get("detail"))
            self.notice = Reason.of("model.no_accelerator", provider=provider, detail=detail)
        return _session(path, self._threads)

    @cached_property
    def _texts(self) -> Any:
        # A query is one short text in a new process: a third less time to load is worth 5 ms a run.
        return _session(self.info.folder / TEXT, self._threads, starts_quickly=True)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        path = self.info.folder / TOKENIZER
        stored = _read(path)
        # The hash stands in for catching what `tokenizers` raises: a bare Exception.
        if hashlib.sha256(stored).hexdigest() != self.info.tokenizer_sha256:
            raise ModelError("model.changed", path=str(self.info.folder), id=self.info.id)
        tokenizer: Tokenizer = Tokenizer.from_str(stored.decode("utf-8"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.info.context_length)
        return tokenizer


def model_input(preview: Image.Image, info: ModelInfo) -> NDArray[np.uint8]:
    """Resize a stored preview to the model's input ``[height, width, 3]`` sRGB."""
    kind = Image.Resampling[info.filter.upper()]
    image = preview if preview.mode == "RGB" else preview.convert("RGB")
    width, height = info.size
    if info.resize == "squash":
        return np.array(image.resize((width, height), kind))
    fitted = _fitted(image.size, info.size)
    # round() takes halves to the even number, as torchvision's CenterCrop does.
    left, top = round((fitted[0] - width) / 2), round((fitted[1] - height) / 2)
    return np.array(image.resize(fitted, kind).crop((left, top, left + width, top + height)))


def _fitted(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int]:
    """Return the size that just covers ``target``, to the pixel as open_clip's transforms do."""
    (width, height), (wide, high) = size, target
    if wide == high:  # torchvision.transforms.Resize cuts off the fraction
        short, long = wide, int(wide * max(size) / min(size))
        return (short, long) if width <= height else (long, short)
    ratio = min(height / high, width / wide)  # open_clip.transform.ResizeKeepRatio rounds
    return round(width / ratio), round(height / ratio)


def _session(
    path: Path, threads: int | None, *, starts_quickly: bool = False, provider: str = CPU
) -> Any:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    # Spinning threads would take the cores from the decoder processes that feed the model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if starts_quickly:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.add_session_config_entry("session.disable_prepacking", "1")
    stored = _read(path)
    try:
        return onnxruntime.InferenceSession(
            stored, options, providers=list(dict.fromkeys((provider, CPU)))
        )
    except (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NotImplemented,
        state.RuntimeException,
    ) as error:
        raise ModelError("model.broken", path=str(path), detail=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    # "[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Failed to load model …": the last part says it.
    return str(error).partition("\n")[0].rpartition(" : ")[2][:200]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError("model.missing", path=str(path.parent), file=path.name) from error
