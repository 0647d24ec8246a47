"""Which models are installed, and which one a name means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import platformdirs

from propvault.errors import ModelError
from propvault.vision.model_folder import MANIFEST, ModelInfo, built_in_folder, read_info


def models_folder() -> Path:
    """Return the folder of models that a person installed."""
    return platformdirs.user_data_path("propvault", appauthor=False) / "models"


def installed_models() -> Iterator[ModelInfo]:
    """Yield the built-in model, then a person's own by folder name.

    Raises:
        ModelError: when the built-in model is missing or a ``model.toml`` is damaged.
    """
    yield read_info(built_in_folder())
    for manifest in sorted(models_folder().glob(f"*/{MANIFEST}")):
        yield read_info(manifest.parent)


def find_model(name: str) -> ModelInfo:
    """Return the model called ``name``, by id or by name; of several versions the last.

    Raises:
        ModelError: when there is none.
    """
    matching = [info for info in installed_models() if name in (info.id, info.name)]
    if not matching:
        raise ModelError("model.unknown", name=name)
    return matching[-1]
