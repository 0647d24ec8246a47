"""Let open_clip build a model, its transform and its tokenizer from local files alone."""

from __future__ import annotations

import copy
import json
import pickle
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import open_clip
from open_clip.model import CLIP, CustomTextCLIP
from open_clip.transform import PreprocessCfg, image_transform_v2
from safetensors import SafetensorError

from propvault.errors import ModelError
from propvault.vision.openclip.choice import Choice
from propvault.vision.openclip.files import Files
from propvault.vision.openclip.quiet import quiet


@dataclass(frozen=True)
class Loaded:
    """What open_clip built."""

    model: Any
    """Both towers, with the weights, in evaluation mode."""
    transform: Any
    """Preprocessing of one Pillow image to a tensor."""
    tokenizer: Any
    """Texts to a tensor of token ids."""


def load(choice: Choice, files: Files) -> Loaded:
    """Build a model with open_clip; nothing is fetched and no pickled code is run.

    Raises:
        ModelError: the weights are damaged, hold code, or belong to another architecture; or the
            tokenizer cannot be read.
    """
    with TemporaryDirectory(prefix="propvault-") as folder, quiet():
        name = _register(choice, files, Path(folder))
        with _explained(choice, files):
            model = open_clip.create_model(
                name,
                pretrained=str(files.weights),
                force_quick_gelu=choice.quick_gelu,
                force_preprocess_cfg=dict(choice.preprocess),
            )
        tokenizer = _tokenizer(name, files)
    if not isinstance(model, CLIP | CustomTextCLIP):
        raise ModelError("model.not_two_towers", name=choice.name, kind=type(model).__name__)
    settings = PreprocessCfg(**model.visual.preprocess_cfg)
    return Loaded(model.eval(), image_transform_v2(settings, is_train=False), tokenizer)


def _register(choice: Choice, files: Files, folder: Path) -> str:
    """Give open_clip the configuration under a new name, with hub names made local folders."""
    config = copy.deepcopy(dict(choice.config))
    text = config["text_cfg"]
    if files.text_config is not None:
        (folder / "text").mkdir()
        stated = json.dumps(dict(files.text_config))
        (folder / "text" / "config.json").write_text(stated, encoding="utf-8")
        text["hf_model_name"] = str(folder / "text")
    if files.tokenizer:
        own = folder / "tokenizer"
        own.mkdir()
        main, *others = files.tokenizer
        shutil.copyfile(main, own / "tokenizer.json")
        for path in others:
            shutil.copyfile(path, own / path.name)
        if files.text_config is not None and not (own / "config.json").exists():
            # Tells transformers the kind of tokenizer when tokenizer.json came alone.
            kind = json.dumps({"model_type": files.text_config["model_type"]})
            (own / "config.json").write_text(kind, encoding="utf-8")
        text["hf_tokenizer_name"] = str(own)
    name = f"propvault-{secrets.token_hex(4)}"
    path = folder / f"{name}.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    open_clip.add_model_config(path)
    return name


def _tokenizer(name: str, files: Files) -> Any:
    where = str(files.tokenizer[0].parent) if files.tokenizer else "open_clip"
    try:
        tokenizer = open_clip.get_tokenizer(name)
        tokenizer(["a door"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError) as error:
        raise ModelError("model.bad_tokenizer", path=where, detail=_line(error)) from error
    return tokenizer


@contextmanager
def _explained(choice: Choice, files: Files) -> Iterator[None]:
    """Turn what torch, safetensors and open_clip raise on bad weights into one sentence."""
    path = str(files.weights)
    try:
        yield
    except SafetensorError as error:
        raise ModelError("model.weights_damaged", path=path, detail=_line(error)) from error
    except pickle.UnpicklingError as error:
        raise ModelError("model.weights_unsafe", path=path) from error
    except (EOFError, OSError) as error:
        raise ModelError("model.weights_damaged", path=path, detail=_line(error)) from error
    except RuntimeError as error:
        text = str(error)
        if "TorchScript" in text or "weights_only" in text:
            raise ModelError("model.weights_unsafe", path=path) from error
        if "PytorchStreamReader" in text or "zip" in text.lower():
            raise ModelError("model.weights_damaged", path=path, detail=_line(error)) from error
        raise _other_weights(choice, path, error) from error
    except (KeyError, AttributeError, AssertionError, TypeError, ValueError) as error:
        raise _other_weights(choice, path, error) from error


def _other_weights(choice: Choice, path: str, error: Exception) -> ModelError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    detail = (lines[1] if len(lines) > 1 else _line(error))[:160]
    return ModelError("model.other_weights", path=path, name=choice.name, detail=detail)


def _line(error: BaseException) -> str:
    first = str(error).strip().partition("\n")[0].partition(". ")[0]
    return (first or type(error).__name__)[:160]
