"""Check a model on this machine, and remove one."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from propvault.errors import ModelError, UsageError
from propvault.jobs.model_list import Speed, keep_speed
from propvault.jobs.models import find_model, installed_models, models_folder
from propvault.vault import embeddings
from propvault.vault.vault import Vault
from propvault.vision.model import Model, check_files
from propvault.vision.model_folder import ModelInfo, built_in_folder

_PICTURES = 8
_QUERIES = ("一扇旧木窗", "an old wooden window")
_BEST_OF = 3


def check_model(name: str) -> tuple[ModelInfo, Speed]:
    """Compare a model's files with its id, run both towers, and measure how fast they are.

    Raises:
        ModelError: it is not installed, its files are not those of its id, or they cannot run.
    """
    info = find_model(name)
    check_files(info)
    model = Model(info)
    width, height = info.size
    noise = np.random.default_rng(0).integers(0, 256, (_PICTURES, height, width, 3), np.uint8)
    pictures = _best(lambda: model.encode_pictures(noise))
    query = _best(lambda: model.encode_texts([_QUERIES[0]]))
    for vectors in (model.encode_pictures(noise), model.encode_texts(_QUERIES)):
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            raise ModelError("model.broken", path=str(info.folder), detail="not unit vectors")
    speed = Speed(round(_PICTURES / pictures, 1), round(query * 1000, 1), model.provider)
    keep_speed(info.id, speed)
    return info, speed


def _best(action: Callable[[], object]) -> float:
    """Return the least of several run times in seconds, after one run to load and warm up."""
    action()
    taken = []
    for _ in range(_BEST_OF):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken)


@dataclass(frozen=True)
class Removal:
    """What removing a model would take away."""

    model_id: str
    """The model."""
    folder: Path | None
    """Its folder; None when it is not installed (any more) or built in."""
    size: int
    """Bytes in the folder."""
    vectors: int
    """Photos of the vault that have a vector of it."""


def plan_removal(name: str, vault: Vault | None) -> Removal:
    """Return what removing a model would take away; a model no longer installed goes by its id.

    Raises:
        ModelError: nothing is called so, here or in the vault.
        UsageError: it is the selected model, or the built-in one and has no vectors here.
    """
    infos = [info for info in installed_models() if name in (info.id, info.name)]
    info = infos[-1] if infos else None
    model_id = info.id if info else name
    vectors = embeddings.coverage(vault.db, model_id).embedded if vault else 0
    if info is None and not vectors:
        raise ModelError("model.unknown", name=name)
    if vault and info and vault.settings.model in (info.id, info.name):
        raise UsageError("model.is_selected", name=name)
    is_own = info is not None and info.folder != built_in_folder()
    if not is_own and not vectors:
        raise UsageError("model.built_in", name=name)
    folder = info.folder if info and is_own else None
    files = folder.rglob("*") if folder else ()
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Removal(model_id, folder, size, vectors)


def remove(removal: Removal, root: Path | None) -> None:
    """Delete a model's folder, and its vectors in the vault at ``root``.

    Raises:
        ModelError: the folder cannot be deleted.
        VaultError: the vault cannot be written.
    """
    if root is not None and removal.vectors:
        with Vault(root, "write") as vault, vault.transaction() as db:
            embeddings.remove_model(db, removal.model_id)
    if removal.folder is None:
        return
    # Out of the list first: a half-deleted folder must never look installed.
    going = models_folder() / f".removing-{removal.model_id}"
    try:
        shutil.rmtree(going, ignore_errors=True)
        removal.folder.rename(going)
        shutil.rmtree(going)
    except OSError as error:
        path, detail = str(removal.folder), error.strerror or str(error)
        raise ModelError("model.cannot_remove", path=path, detail=detail) from error
