"""What a model folder says about itself: ``model.toml`` read into a `ModelInfo`.

The invariant: the id ends in a hash of the files that make vectors, so two vectors under one id
always come from the same weights.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from propvault.errors import ModelError

PICTURE, TEXT, TOKENIZER = "picture.onnx", "text.onnx", "tokenizer.json"
MANIFEST = "model.toml"
HASHED = (PICTURE, TEXT, TOKENIZER)
"""Files whose bytes, in this order, make the hash in the id."""
_RESIZES = ("squash", "crop")
_FILTERS = ("bicubic", "bilinear", "lanczos")
_PADS = ("longest", "context")
_CLEANS = ("none", "whitespace", "lower", "canonicalize")
_TOWERS = ("picture", "text")


@dataclass(frozen=True)
class ScoreLine:
    """What turns a cosine into a score for texts of one language."""

    language: str
    """Such as ``zh``."""
    scale: float
    """Of sigmoid(scale * cosine + bias)."""
    bias: float
    """Of the same."""


@dataclass(frozen=True)
class ModelInfo:
    """One installed encoder pair, as its ``model.toml`` describes it."""

    id: str
    """Name, a minus and the first 8 hex digits of the SHA-256 over the model's files."""
    name: str
    """What a person calls it."""
    version: str
    """Version of the weights."""
    folder: Path
    """Where its files are."""
    dim: int
    """Length of its vectors."""
    size: tuple[int, int]
    """Width and height of its input in pixels."""
    resize: str
    """``squash`` (aspect ratio given up) or ``crop`` (shorter edge fitted, centre kept)."""
    filter: str
    """Resampling filter: ``bicubic``, ``bilinear`` or ``lanczos``."""
    mean: tuple[float, float, float]
    """Subtracted from channels scaled to 0..1."""
    std: tuple[float, float, float]
    """Divided by, after the mean."""
    context_length: int
    """Longest text in tokens; the rest is cut off."""
    pad: str
    """``longest`` (of the batch) or ``context`` (always the full context length)."""
    pad_id: int
    """Token that fills."""
    tokenizer_sha256: str
    """Hex digest of ``tokenizer.json``."""
    languages: tuple[str, ...]
    """Languages it reads, such as ``en``."""
    scale: float
    """Of the score: sigmoid(scale * cosine + bias)."""
    bias: float
    """Of the score."""
    source: str
    """Where the weights come from."""
    licence: str
    """Licence of the weights."""
    precision: str
    """What the weights are stored in."""
    check: str
    """The check that justified the precision."""
    clean: str = "none"
    """What `clean_text` does to a text before its tokens."""
    integer: tuple[str, ...] = ()
    """Towers (``picture``, ``text``) that multiply in 8-bit integers, scaled by the whole run."""
    calibrated: bool = True
    """False when scale and bias are a starting point that nobody measured."""
    lines: tuple[ScoreLine, ...] = ()
    """Where languages were measured apart: a line each, before `scale` and `bias`."""


def built_in_folder() -> Path:
    """Return the folder of the built-in model ``mini``."""
    return Path(__file__).resolve().parent / "mini"


def read_info(folder: Path) -> ModelInfo:
    """Read the ``model.toml`` of a model folder; no other file is opened.

    Raises:
        ModelError: ``model.missing`` when there is none, ``model.bad_info`` when it does not say
            what it must.
    """
    path = folder / MANIFEST
    try:
        return _info(folder, tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelError("model.missing", path=str(path.parent), file=path.name) from error
    except KeyError as error:
        raise ModelError("model.bad_info", path=str(path), detail=f"no {error.args[0]}") from error
    except (ValueError, TypeError) as error:
        raise ModelError("model.bad_info", path=str(path), detail=str(error)) from error


def check_files(info: ModelInfo) -> None:
    """Compare the hash in the id with the model's files (about 20 ms per 10 MB).

    Raises:
        ModelError: ``model.missing`` when a file is not there, ``model.changed`` when the hash
            is another.
    """
    if info.id != f"{info.name}-{files_hash(info.folder)}":
        raise ModelError("model.changed", path=str(info.folder), id=info.id)


def write_info(info: ModelInfo) -> None:
    """Write the ``model.toml`` of ``info.folder``; `read_info` gives an equal value back."""
    tables: dict[str, dict[str, object]] = {
        "picture": {
            "size": info.size, "resize": info.resize, "filter": info.filter,
            "mean": info.mean, "std": info.std,
        },
        "text": {
            "context_length": info.context_length, "languages": info.languages,
            "clean": info.clean, "pad": info.pad, "pad_id": info.pad_id,
            "tokenizer_sha256": info.tokenizer_sha256,
        },
        "score": {"scale": info.scale, "bias": info.bias, "calibrated": info.calibrated},
        **{f"score.{it.language}": {"scale": it.scale, "bias": it.bias} for it in info.lines},
        "precision": {"stored": info.precision, "integer": info.integer, "check": info.check},
    }  # fmt: skip
    plain = ("id", "name", "version", "source", "licence", "dim")
    lines = [f"{key} = {_toml(getattr(info, key))}" for key in plain]
    for title, table in tables.items():
        lines += ["", f"[{title}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    path = info.folder / MANIFEST
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def files_hash(folder: Path) -> str:
    """Return the first 8 hex digits of the SHA-256 over a model folder's `HASHED` files.

    Raises:
        ModelError: ``model.missing`` when a file is not there.
    """
    digest = hashlib.sha256()
    for name in HASHED:
        path = folder / name
        try:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise ModelError("model.missing", path=str(path.parent), file=path.name) from error
    return digest.hexdigest()[:8]


def _toml(value: object) -> str:
    # Strings, numbers, booleans and arrays of them are written alike in JSON and TOML 1.0.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _info(folder: Path, stated: dict[str, Any]) -> ModelInfo:
    picture, text, score = stated["picture"], stated["text"], stated["score"]
    width, height = picture["size"]
    return ModelInfo(
        id=str(stated["id"]),
        name=str(stated["name"]),
        version=str(stated["version"]),
        folder=folder,
        dim=int(stated["dim"]),
        size=(int(width), int(height)),
        resize=_one_of(_RESIZES, picture["resize"]),
        filter=_one_of(_FILTERS, picture["filter"]),
        mean=_three(picture["mean"]),
        std=_three(picture["std"]),
        context_length=int(text["context_length"]),
        pad=_one_of(_PADS, text["pad"]),
        pad_id=int(text["pad_id"]),
        tokenizer_sha256=str(text["tokenizer_sha256"]),
        languages=tuple(str(language) for language in text["languages"]),
        scale=float(score["scale"]),
        bias=float(score["bias"]),
        source=str(stated["source"]),
        licence=str(stated["licence"]),
        precision=str(stated["precision"]["stored"]),
        check=str(stated["precision"]["check"]),
        clean=_one_of(_CLEANS, text.get("clean", "none")),
        integer=tuple(_one_of(_TOWERS, name) for name in stated["precision"].get("integer", ())),
        calibrated=bool(score.get("calibrated", True)),
        lines=tuple(
            ScoreLine(language, float(line["scale"]), float(line["bias"]))
            for language, line in score.items()
            if isinstance(line, dict)
        ),
    )


def _one_of(known: tuple[str, ...], value: object) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is none of {', '.join(known)}")
    return str(value)


def _three(values: list[float]) -> tuple[float, float, float]:
    red, green, blue = values
    return float(red), float(green), float(blue)
