"""Install an open_clip model: fetch or take its files, export, shrink, prove, put in place.

Invariant: a model is under its final name whole and proven, or not at all. It is made in
``models/.installing``, which no list of models looks into; what a kill leaves there goes with the
next install, while a broken download stays and is gone on with.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from propvault.errors import ModelError, UsageError
from propvault.events import Notice, Progress
from propvault.jobs.models import models_folder
from propvault.reasons import Reason
from propvault.settings import cache_folder
from propvault.syncing import sync
from propvault.vision.model_folder import ModelInfo, files_hash, read_info, write_info

_NEEDED = ("torch", "open_clip", "onnx", "onnxscript", "safetensors", "transformers")


@dataclass(frozen=True)
class InstallRequest:
    """What to install and from where."""

    name: str
    """``NAME``, ``NAME/PRETRAINED`` or ``hf-hub:ORG/REPO``."""
    weights: Path | None = None
    """Local weights file, or the folder it is in."""
    tokenizer: Path | None = None
    """Local ``tokenizer.json``, or the folder it is in."""
    config: Path | None = None
    """An ``open_clip_config.json`` for a model that open_clip does not list."""
    mirror: str | None = None
    """Address to use instead of the hub's."""
    precision: str = "auto"
    """``auto``, ``int8``, ``f16`` or ``f32``."""


@dataclass(frozen=True)
class InstallReport:
    """What was installed, and how close it is to open_clip."""

    info: ModelInfo
    """The model as it lies in its folder."""
    picture: float
    """Smallest cosine to open_clip over the check pictures, as stored."""
    text: float
    """The same over the check sentences."""
    exact_picture: float
    """Smallest cosine of the float32 export over the pictures."""
    exact_text: float
    """The same over the sentences."""
    seconds: float
    """How long it took."""
    known: bool
    """Whether the same model was installed before."""


InstallEvent = Progress | Notice | InstallReport


def install_model(request: InstallRequest) -> Iterator[InstallEvent]:
    """Install a model, yielding events; the last one is the `InstallReport`.

    Raises:
        UsageError: no such model, or a choice has to be made.
        ModelError: the extra is missing, a file is missing or wrong, the network is not there, or
            the result is not open_clip's. Nothing is left behind but a broken download.
    """
    _need_extra()
    started = time.monotonic()
    try:
        with _staging() as folder:
            report = yield from _install(request, folder)
    except OSError as error:
        where = error.filename or models_folder()
        detail = error.strerror or str(error)
        raise ModelError("model.cannot_write", path=str(where), detail=detail) from error
    yield replace(report, seconds=time.monotonic() - started)


def _install(request: InstallRequest, folder: Path) -> Generator[InstallEvent, None, InstallReport]:
    yield Notice(Reason.of("model.looking", name=request.name))
    # Imported here: torch and open_clip take seconds, which a missing file need not cost twice.
    from propvault.vision.openclip import choice as choices
    from propvault.vision.openclip import files as sources
    from propvault.vision.openclip.build import Stages

    downloads = cache_folder() / "downloads"
    given = sources.Given(downloads, request.weights, request.tokenizer, request.mirror)
    config = request.config
    if config is None and request.name.startswith(choices.HUB):
        config = sources.beside(given, choices.CONFIG)
        config = config or (yield from sources.fetch_config(request.name, given))
    own = request.weights is not None
    choice = choices.choose(request.name, config=config, own_weights=own)
    files = yield from sources.gather(choice, given)
    stages = Stages(choice, files, folder, request.precision)
    for stage in stages.run():
        yield Notice(stage)
    info, known = _in_place(stages.info)
    for path in (files.weights, *files.tokenizer):
        if downloads in path.parents:  # fetched here and no longer needed
            shutil.rmtree(path.parent, ignore_errors=True)
    exact, stored = stages.exact, stages.stored
    return InstallReport(
        info, stored.picture, stored.text, exact.picture, exact.text, 0.0, known=known
    )


def _need_extra() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError("model.no_extra", missing=", ".join(missing))


@contextmanager
def _staging() -> Iterator[Path]:
    """Give an empty folder beside the models; one install at a time has one."""
    parent = models_folder() / ".installing"
    parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(parent / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError("model.installing", path=str(parent)) from error
    try:
        for left in parent.iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()


def _in_place(staged: ModelInfo) -> tuple[ModelInfo, bool]:
    """Name a finished folder after its content and move it beside the other models."""
    name = f"{staged.name}-{files_hash(staged.folder)}"
    target = models_folder() / name
    write_info(replace(staged, id=name))
    for path in (*staged.folder.iterdir(), staged.folder):
        sync(path)
    known = target.exists()
    if known:  # the same bytes by its id, unless someone changed it; the fresh one is whole
        target.rename(staged.folder.with_name("replaced"))
    staged.folder.rename(target)
    sync(target.parent)
    return read_info(target), known
