"""Which open_clip model a name means: its configuration, its preprocessing, where its files are."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
from open_clip.factory import get_model_config
from open_clip.pretrained import get_pretrained_cfg

from propvault.errors import ModelError, UsageError

CONFIG = "open_clip_config.json"
"""What a hub repository of open_clip calls its configuration."""
HUB = "hf-hub:"
_PREPROCESS = ("mean", "std", "interpolation", "resize_mode", "fill_color", "size")


@dataclass(frozen=True)
class Choice:
    """One architecture with one set of weights."""

    name: str
    """What a person calls it; also the folder's name, so letters, digits, dots, minus only."""
    tag: str
    """open_clip's name of the weights, ``local`` when they have none."""
    config: Mapping[str, Any]
    """open_clip's ``model_cfg``."""
    preprocess: Mapping[str, Any]
    """open_clip's ``preprocess_cfg``: keys that differ from its defaults."""
    quick_gelu: bool
    """Whether the weights were trained with CLIP's first, approximate GELU."""
    repo: str | None
    """Hub repository of the weights."""
    file: str | None
    """Name of the weights file there, None for open_clip's usual names."""

    @property
    def tokenizer_repo(self) -> str | None:
        """Return the hub repository of the tokenizer, None when open_clip carries it."""
        return self.config["text_cfg"].get("hf_tokenizer_name") or None

    @property
    def text_repo(self) -> str | None:
        """Return the hub repository whose ``config.json`` describes the text tower, if any."""
        return self.config["text_cfg"].get("hf_model_name") or None


def choose(asked: str, *, config: Path | None = None, own_weights: bool = False) -> Choice:
    """Return what ``NAME[/PRETRAINED]`` or ``hf-hub:ORG/REPO`` means.

    ``config`` is an ``open_clip_config.json`` or a bare ``model_cfg``, for models that open_clip
    does not list. With ``own_weights`` the name of the weights may be left out where all weights
    of the architecture are preprocessed alike.

    Raises:
        UsageError: no such architecture or weights, or a choice has to be made.
        ModelError: ``config`` is not a configuration.
    """
    if config is not None:
        return _configured(asked, config)
    name, tag = _split(asked)
    if tag is None:
        tag = _only_tag(name, own_weights)
    stated = get_pretrained_cfg(name, tag)
    if not stated:
        known = ", ".join(open_clip.list_pretrained_tags_by_model(name))
        raise UsageError("model.unknown_weights", name=name, weights=tag, known=known)
    repo, _, file = stated.get("hf_hub", "").rpartition("/")
    return Choice(
        name,
        tag,
        get_model_config(name),
        {key: stated[key] for key in _PREPROCESS if stated.get(key) is not None},
        bool(stated.get("quick_gelu")),
        repo or None,
        file or None,
    )


def _split(asked: str) -> tuple[str, str | None]:
    known = open_clip.list_models()
    if asked.replace("/", "-") in known:
        return asked.replace("/", "-"), None
    head, _, tag = asked.rpartition("/")
    if head.replace("/", "-") in known:
        return head.replace("/", "-"), tag
    near = difflib.get_close_matches(head or asked, known, 3, 0.4)
    raise UsageError("model.unknown_architecture", name=asked, near=", ".join(near) or "-")


def _only_tag(name: str, own_weights: bool) -> str:
    tags = open_clip.list_pretrained_tags_by_model(name)
    stated = [get_pretrained_cfg(name, tag) for tag in tags]
    treatments = {
        json.dumps([cfg.get(key) for key in (*_PREPROCESS, "quick_gelu")]) for cfg in stated
    }
    if len(tags) == 1 or (own_weights and len(treatments) == 1):
        return str(tags[0])
    raise UsageError("model.which_weights", name=name, known=", ".join(tags) or "-")


def _configured(asked: str, path: Path) -> Choice:
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        model = stated.get("model_cfg", stated)
        if not all(isinstance(model[key], dict) for key in ("vision_cfg", "text_cfg")):
            raise TypeError("vision_cfg and text_cfg must be objects")
        int(model["embed_dim"])
        preprocess = dict(stated.get("preprocess_cfg", {}))
    except FileNotFoundError as error:
        raise ModelError("model.no_such_file", path=str(path)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError("model.bad_config", path=str(path), detail=str(error)) from error
    repo = asked.removeprefix(HUB) if asked.startswith(HUB) else None
    head, slash, tag = asked.rpartition("/")
    name, version = (asked, "local") if repo or not slash else (head, tag)
    if repo:
        name, version = repo.rpartition("/")[2], repo
    preprocess = {key: value for key, value in preprocess.items() if key in _PREPROCESS}
    quick = bool(model.get("quick_gelu"))
    return Choice(_safe(name), version, model, preprocess, quick, repo, None)


def _safe(name: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")
    if not safe:
        raise UsageError("model.unknown_architecture", name=name, near="-")
    return safe
