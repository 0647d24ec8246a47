"""Let a model see a vault: vectors of every photo from the stored previews, then its tags.

Works with every disk offline. Photos are recorded in batches, so a kill loses one batch, and the
next run does what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.errors import PictureError
from propvault.events import Progress, Skipped
from propvault.jobs.models import find_model
from propvault.jobs.tagging_model import TaggingModel
from propvault.reasons import Reason
from propvault.settings import set_setting
from propvault.values import TagSource
from propvault.vault import embeddings
from propvault.vault.tags import drop_outranked, replace_tags
from propvault.vault.text import index_photo
from propvault.vault.vault import Vault
from propvault.vault.vectors import add_vector, stored_vectors
from propvault.vision.model import model_input
from propvault.vision.model_folder import ModelInfo
from propvault.vision.reader import decode_preview

BATCH = 32
"""Photos encoded and recorded at a time."""
_RETAGGED = 256
"""Photos whose tags are rewritten in one transaction."""
_PROGRESS_SECONDS = 0.25


@dataclass
class EmbedReport:
    """What a run of embedding did."""

    model_id: str
    """The model."""
    new: int = 0
    """Photos that got a vector."""
    known: int = 0
    """Photos that had one before."""
    retagged: int = 0
    """Photos whose automatic tags were given anew."""
    skipped: list[Skipped] = field(default_factory=list)
    """Photos without a readable preview."""
    stopped: bool = False
    """Whether it was asked to stop before the end."""
    seconds: float = 0.0
    """How long it took."""


EmbedEvent = Progress | Skipped | EmbedReport


def select_model(root: Path, name: str) -> ModelInfo:
    """Select a model for a vault; it answers there once it has seen every photo.

    Raises:
        ModelError: no model is called so.
        VaultError: this is no vault, or it cannot be written.
    """
    info = find_model(name)
    with Vault(root, "write") as vault:
        set_setting(vault.folder.settings, "model", name)
        with vault.transaction() as db:
            embeddings.note_selection(db, info.id)
    return info


def embed(
    root: Path, info: ModelInfo, stop: Callable[[], bool] = lambda: False
) -> Iterator[EmbedEvent]:
    """Encode every photo that a model has not seen; the last event is the `EmbedReport`.

    Raises:
        VaultError: an import is running, or the disk is full. What was recorded stays.
        ModelError: the model cannot be loaded.
    """
    started = time.monotonic()
    report = EmbedReport(info.id)
    with Vault(root, "write") as vault, vault.importing():
        yield from _Embedding(vault, info, report, started).run(stop)
    report.seconds = time.monotonic() - started
    yield report


class _Embedding:
    def __init__(self, vault: Vault, info: ModelInfo, report: EmbedReport, started: float) -> None:
        self.vault, self.info, self.report, self.started = vault, info, report, started
        self.tagging = TaggingModel(info.id, vault)
        self._shown = 0.0

    def run(self, stop: Callable[[], bool]) -> Iterator[EmbedEvent]:
        with self.vault.transaction() as db:
            embeddings.forget_unreadable(db, self.info.id)
        lacking = embeddings.without_vector(self.vault.db, self.info.id)
        state = embeddings.coverage(self.vault.db, self.info.id)
        self.report.known = state.embedded
        batches = [lacking[at : at + BATCH] for at in range(0, len(lacking), BATCH)]
        with ExitStack() as stack:
            threads = stack.enter_context(ThreadPoolExecutor(1))
            # the next batch is decoded while this one is encoded
            coming = threads.submit(self._read, batches[0]) if batches else None
            for number, batch in enumerate(batches):
                if stop():
                    self.report.stopped = True
                    return
                inputs = coming.result() if coming else []
                follows = batches[number + 1] if number + 1 < len(batches) else None
                coming = threads.submit(self._read, follows) if follows else None
                yield from self._record(batch, inputs)
                yield from self._progress("encode", number * BATCH + len(batch), len(lacking))
        yield from self._retag(stop)

    def _read(self, batch: list[tuple[int, str]]) -> list[NDArray[np.uint8] | Reason]:
        return [self._input(sha256) for _, sha256 in batch]

    def _input(self, sha256: str) -> NDArray[np.uint8] | Reason:
        path = self.vault.folder.preview(sha256)
        try:
            return model_input(decode_preview(path.read_bytes()), self.info)
        except OSError as error:
            detail = error.strerror or str(error)
            return Reason.of("model.no_preview", path=str(path), detail=detail)
        except PictureError as error:
            return error.reason

    def _record(
        self, batch: list[tuple[int, str]], inputs: list[NDArray[np.uint8] | Reason]
    ) -> Iterator[Skipped]:
        pairs = list(zip(batch, inputs, strict=True))
        seen = [(row, pixels) for (row, _), pixels in pairs if not isinstance(pixels, Reason)]
        failed = [(row, sha, why) for (row, sha), why in pairs if isinstance(why, Reason)]
        vectors = self.tagging.encode(np.stack([pixels for _, pixels in seen])) if seen else ()
        with self.vault.transaction() as db:
            for (row, _), vector in zip(seen, vectors, strict=True):
                add_vector(db, row, self.info.id, vector)
            embeddings.mark_unreadable(db, self.info.id, [row for row, _, _ in failed])
        self.report.new += len(seen)
        for _, sha256, why in failed:
            skipped = Skipped(str(self.vault.folder.preview(sha256)), why)
            self.report.skipped.append(skipped)
            yield skipped

    def _retag(self, stop: Callable[[], bool]) -> Iterator[Progress]:
        """Give the model's own tags once it has seen every photo; a person's stay as they are."""
        db = self.vault.db
        if not embeddings.is_tagged_by_another(db, self.info.id):
            return
        if not self.tagging.carry_over(self.vault):
            return
        self.tagging = TaggingModel(self.info.id, self.vault)
        photos, vectors = stored_vectors(db, self.info.id, self.info.dim)
        for start in range(0, len(photos), _RETAGGED):
            if stop():
                self.report.stopped = True
                return
            rows = photos[start : start + _RETAGGED].tolist()
            tags = self.tagging.tags(vectors[start : start + _RETAGGED].astype(np.float32))
            with self.vault.transaction() as inside:
                for row, photo_tags in zip(rows, tags, strict=True):
                    replace_tags(inside, row, TagSource.AUTO, photo_tags)
                    drop_outranked(inside, row, self.tagging.vocabulary.exclusions)
                    self.tagging.note_tagged(inside, row)
                    index_photo(inside, row, self.tagging.words)
            self.report.retagged += len(rows)
            yield from self._progress("tag", self.report.retagged, len(photos))

    def _progress(self, stage: str, done: int, total: int) -> Iterator[Progress]:
        now = time.monotonic()
        if done >= total or now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            skipped = len(self.report.skipped)
            yield Progress(stage, done, total, now - self.started, skipped)
