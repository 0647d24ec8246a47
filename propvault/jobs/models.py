"""Which models are installed, which one a name means, and which one answers in a vault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from propvault.errors import ModelError
from propvault.reasons import Reason
from propvault.vault.embeddings import coverage, embedded_models
from propvault.vault.vault import Vault
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


@dataclass(frozen=True)
class Answering:
    """Which model answers searches in a vault."""

    info: ModelInfo | None
    """The model; None when only tags and text can answer."""
    notices: tuple[Reason, ...] = ()
    """What the person should know of it."""


def answering_model(vault: Vault) -> Answering:
    """Return the selected model once every photo has its vector, until then the one before.

    A model answers when it is installed and its vectors are complete; among those that are not
    selected now, the one selected last comes first.
    """
    name = vault.settings.model
    try:
        selected = find_model(name)
    except ModelError as error:
        if error.reason.code != "model.unknown":
            return Answering(_instead(vault), (error.reason,))
        instead = _instead(vault)
        if instead is None:
            return Answering(None, (Reason.of("model.gone", name=name),))
        return Answering(instead, (Reason.of("model.gone_instead", name=name, instead=instead.id),))
    state = coverage(vault.db, selected.id)
    if state.is_complete:
        return Answering(selected)
    if not state.photos:
        return Answering(None)
    instead = _instead(vault)
    told: dict[str, str | int] = {"name": name, "done": state.embedded, "total": state.photos}
    if instead:
        return Answering(instead, (Reason.of("model.not_ready", instead=instead.id, **told),))
    return Answering(None, (Reason.of("model.no_answer", **told),))


def _instead(vault: Vault) -> ModelInfo | None:
    installed = {info.id: info for info in installed_models()}
    for model_id in embedded_models(vault.db):
        info = installed.get(model_id)
        if info and coverage(vault.db, model_id).is_complete:
            return info
    return None
