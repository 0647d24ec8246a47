"""Where a model's files are: what the person gave, what lies beside it, the cache, the hub."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from propvault.errors import ModelError
from propvault.events import Progress
from propvault.vision.openclip.choice import CONFIG, HUB, Choice
from propvault.vision.openclip.hub import NoNetworkError, endpoint, fetch, page
from propvault.vision.openclip.text_configs import KNOWN

WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""Usual names in a hub repository, the safe format first."""
_SUFFIXES = (".safetensors", ".bin", ".pt", ".pth", ".ckpt")
_TOKENIZER = "tokenizer.json"
_BESIDE = ("tokenizer_config.json", "special_tokens_map.json", "config.json")
"""What may help transformers to understand a ``tokenizer.json``."""
_LICENCE = re.compile(r"^license:\s*[\"']?([\w.+-]+)", re.MULTILINE)

Fetching = Generator[Progress, None, Path | None]


@dataclass(frozen=True)
class Given:
    """What the person named, and where downloads go."""

    downloads: Path
    """Folder of files fetched from the hub; broken ones too."""
    weights: Path | None = None
    """Weights file, or the folder it is in."""
    tokenizer: Path | None = None
    """Tokenizer file, or the folder it is in."""
    mirror: str | None = None
    """Address to use instead of the hub's."""


@dataclass(frozen=True)
class Files:
    """A model's files, all on this machine."""

    weights: Path
    """safetensors, or a checkpoint of torch."""
    tokenizer: tuple[Path, ...]
    """``tokenizer.json`` and what lies beside it; empty when open_clip carries the tokenizer."""
    text_config: Mapping[str, Any] | None
    """transformers' description of the text tower, None when open_clip's own says all."""
    licence: str
    """Licence of the weights as their model card states it."""


def beside(given: Given, name: str) -> Path | None:
    """Return the file called ``name`` in the folder of the given weights, None without one."""
    if given.weights is None:
        return None
    folder = given.weights if given.weights.is_dir() else given.weights.parent
    return folder / name if (folder / name).is_file() else None


def fetch_config(asked: str, given: Given) -> Fetching:
    """Return the ``open_clip_config.json`` of ``hf-hub:ORG/REPO``.

    Raises:
        ModelError: ``model.no_network``, or the repository has none.
    """
    repo = asked.removeprefix(HUB)
    try:
        path = yield from _fetch(repo, CONFIG, given)
    except NoNetworkError as error:
        raise _no_network(error, asked, (repo, f"{CONFIG}, {WEIGHTS[0]}"), None, given) from error
    if path is None:
        raise ModelError("model.not_on_hub", url=page(repo, given.mirror), files=CONFIG)
    return path


def gather(choice: Choice, given: Given) -> Generator[Progress, None, Files]:
    """Return the files of a model, fetching what is not here.

    Raises:
        ModelError: a file is missing; says which, from where to get it and where to put it.
    """
    weights = yield from _weights(choice, given)
    tokenizer: tuple[Path, ...] = ()
    if choice.tokenizer_repo:
        tokenizer = yield from _tokenizer(choice, given)
    text = yield from _text_config(choice, tokenizer, given)
    licence = yield from _licence(choice, given)
    return Files(weights, tokenizer, text, licence)


def _weights(choice: Choice, given: Given) -> Generator[Progress, None, Path]:
    if given.weights is not None:
        return _local_weights(given.weights)
    if choice.repo is None:
        raise ModelError("model.needs_weights", name=choice.name)
    names = WEIGHTS
    if choice.file:
        names = (f"{Path(choice.file).stem}.safetensors", choice.file)
    where = (choice.repo, " / ".join(names))
    for name in names:
        try:
            path = yield from _fetch(choice.repo, name, given)
        except NoNetworkError as error:
            asked = f"{choice.name}/{choice.tag}"
            raise _no_network(error, asked, where, choice.tokenizer_repo, given) from error
        if path is not None:
            return path
    raise ModelError(
        "model.not_on_hub", url=page(choice.repo, given.mirror), files=" / ".join(names)
    )


def _local_weights(given: Path) -> Path:
    if given.is_dir():
        found = [p for p in given.iterdir() if p.suffix in _SUFFIXES and p.is_file()]
        order = {name: place for place, name in enumerate(WEIGHTS)}
        found.sort(key=lambda p: (order.get(p.name, 9), _SUFFIXES.index(p.suffix), p.name))
        if not found:
            raise ModelError("model.no_weights_here", path=str(given), files=" / ".join(WEIGHTS))
        return found[0]
    if not given.is_file():
        raise ModelError("model.no_such_file", path=str(given))
    if given.suffix not in _SUFFIXES:
        raise ModelError("model.weights_kind", path=str(given), kinds=" ".join(_SUFFIXES))
    return given


def _tokenizer(choice: Choice, given: Given) -> Generator[Progress, None, tuple[Path, ...]]:
    main = _local_tokenizer(given)
    if main is not None:
        names = (main.parent / name for name in _BESIDE)
        return (main, *(path for path in names if path.is_file()))
    repo = str(choice.tokenizer_repo)
    try:
        main = yield from _fetch(repo, _TOKENIZER, given)
    except NoNetworkError as error:
        url = page(repo, given.mirror)
        raise ModelError(
            "model.no_tokenizer", name=choice.name, repo=repo, url=url, detail=str(error.args[0])
        ) from error
    if main is None:
        raise ModelError("model.not_on_hub", url=page(repo, given.mirror), files=_TOKENIZER)
    others = []
    for name in _BESIDE:
        path = yield from _if_reachable(repo, name, given)
        others += [path] if path else []
    return (main, *others)


def _local_tokenizer(given: Given) -> Path | None:
    if given.tokenizer is None:
        return beside(given, _TOKENIZER)
    path = given.tokenizer / _TOKENIZER if given.tokenizer.is_dir() else given.tokenizer
    if not path.is_file():
        raise ModelError("model.no_tokenizer_here", path=str(given.tokenizer), file=_TOKENIZER)
    return path


def _text_config(
    choice: Choice, tokenizer: tuple[Path, ...], given: Given
) -> Generator[Progress, None, Mapping[str, Any] | None]:
    repo = choice.text_repo
    if repo is None or repo in KNOWN:
        return KNOWN.get(repo or "")
    near = [path for path in tokenizer if path.name == "config.json"]
    path = beside(given, "config.json") or (near[0] if near else None)
    if path is None:
        try:
            path = yield from _fetch(repo, "config.json", given)
        except NoNetworkError as error:
            url = page(repo, given.mirror)
            raise ModelError(
                "model.no_text_config", name=choice.name, url=url, detail=str(error.args[0])
            ) from error
    try:
        stated = json.loads(path.read_text(encoding="utf-8")) if path else {}
        return {"model_type": stated["model_type"], **stated}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("model.bad_config", path=str(path), detail=repr(error)) from error


def _licence(choice: Choice, given: Given) -> Generator[Progress, None, str]:
    card = beside(given, "README.md")
    if card is None and choice.repo and given.weights is None:
        card = yield from _if_reachable(choice.repo, "README.md", given)
    if card is not None:
        stated = _LICENCE.search(card.read_text(encoding="utf-8", errors="replace"))
        if stated:
            return stated[1]
    return f"see {page(choice.repo, None)}" if choice.repo else "unknown"


def _fetch(repo: str, name: str, given: Given) -> Fetching:
    return (yield from fetch(repo, name, folder=given.downloads, mirror=given.mirror))


def _if_reachable(repo: str, name: str, given: Given) -> Fetching:
    try:
        return (yield from _fetch(repo, name, given))
    except NoNetworkError:
        return None


def _no_network(
    error: NoNetworkError,
    name: str,
    weights: tuple[str, str],
    tokenizer: str | None,
    given: Given,
) -> ModelError:
    """Word what to copy from where: the weights, and the tokenizer of another repository."""
    repo, files = weights
    arguments = {
        "endpoint": endpoint(given.mirror), "detail": str(error.args[0]), "name": name,
        "files": files, "url": page(repo, given.mirror),
    }  # fmt: skip
    if tokenizer is None:
        return ModelError("model.no_network", **arguments)
    where = page(tokenizer, given.mirror)
    return ModelError("model.no_network_tokenizer", tokenizer_url=where, **arguments)
