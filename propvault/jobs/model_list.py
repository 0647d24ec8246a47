"""What is worth knowing of each model: the installed ones, and those worth installing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from propvault.errors import LibraryError
from propvault.resources import library_folder
from propvault.settings import cache_folder


@dataclass(frozen=True)
class Suggestion:
    """A model worth installing."""

    name: str
    """Architecture, as open_clip calls it."""
    pretrained: str
    """Weights, as open_clip calls them."""
    languages: tuple[str, ...]
    """Languages it reads."""
    download_mb: int
    """Size of its weights, megabytes."""
    licence: str
    """Licence of the weights."""
    good_for_en: str
    """What it is good for, in English."""
    good_for_zh: str
    """What it is good for, in Chinese."""
    source: str
    """Where the figures come from."""
    zero_shot: float | None = None
    """Zero-shot accuracy on ImageNet-1k, per cent."""
    retrieval_en: float | None = None
    """Mean of R@1, 5 and 10, text to picture, Crossmodal-3600 in English, per cent."""
    retrieval_zh: float | None = None
    """The same in Chinese."""


@dataclass(frozen=True)
class Speed:
    """How fast a model ran on this machine when it was last checked."""

    pictures_per_second: float
    """Encoded pictures a second."""
    query_ms: float
    """Milliseconds for one query."""
    provider: str
    """Execution provider of onnxruntime."""


def suggestions() -> Iterator[Suggestion]:
    """Yield the models worth installing, best first.

    Raises:
        LibraryError: when ``library/models.toml`` does not say what it must.
    """
    path = library_folder() / "models.toml"
    try:
        for stated in tomllib.loads(path.read_text(encoding="utf-8"))["model"]:
            yield Suggestion(**stated | {"languages": tuple(stated["languages"])})
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise LibraryError("library.bad_toml", path=str(path), detail=str(error)) from error


def known_speed(model_id: str) -> Speed | None:
    """Return the speed that was measured here last, None when it never was."""
    try:
        return Speed(**json.loads(_speed_file(model_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # a cache: missing or damaged is unmeasured
        return None


def keep_speed(model_id: str, speed: Speed) -> None:
    """Remember a measured speed."""
    file = _speed_file(model_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(speed)), encoding="utf-8")


def _speed_file(model_id: str) -> Path:
    return cache_folder() / "speed" / f"{model_id}.json"
