"""Give machine-given tags anew after a model, a vocabulary, a threshold or a verdict changed.

Only photos whose tags were made from something else are looked at, in batches that are recorded
whole: a kill loses one batch and the next run goes on there. A person's tags are never touched.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from propvault.errors import PictureError
from propvault.events import Progress, Skipped
from propvault.jobs.machine_tags import give_tags
from propvault.jobs.tagging_model import TaggingModel
from propvault.jobs.trips import refresh_trips
from propvault.origin import origin_of
from propvault.places import gazetteer
from propvault.reasons import Reason
from propvault.values import PhotoTag, PhotoView
from propvault.vault import looks
from propvault.vault.places import store_place, without_place
from propvault.vault.retagging import machine_tags, tagged_otherwise
from propvault.vault.tags import follow_names
from propvault.vault.text import index_photo
from propvault.vault.vault import Database, Vault
from propvault.vault.vectors import StoredVectors, stored_vectors
from propvault.vault.views import photo_views
from propvault.vision.look import LOOK_VERSION, measure
from propvault.vision.metadata import embedded_xmp
from propvault.vision.pixels import opened
from propvault.vision.provenance import read_evidence
from propvault.vision.reader import decode_preview

_BATCH = 64
"""Photos in one transaction: some 40 ms."""
_PROGRESS_SECONDS = 0.25


@dataclass
class RetagReport:
    """What a run of retagging did, or would do."""

    dry_run: bool
    """Whether nothing was written."""
    model_id: str
    """The model whose tags these are."""
    looked: int = 0
    """Photos looked at."""
    changed: int = 0
    """Photos whose tags changed."""
    measured: int = 0
    """Photos whose pixels, place or origin were read anew."""
    unseen: int = 0
    """Photos that the model has no vector of; their automatic tags stay as they are."""
    gained: Counter[str] = field(default_factory=Counter)
    """By tag, photos that got it, or got it more surely."""
    lost: Counter[str] = field(default_factory=Counter)
    """By tag, photos that lost it, or have it less surely."""
    skipped: list[Skipped] = field(default_factory=list)
    """Photos without a readable preview."""
    stopped: bool = False
    """Whether it was asked to stop before the end."""
    seconds: float = 0.0
    """How long it took."""


RetagEvent = Progress | Skipped | RetagReport


def retag(
    root: Path, *, dry_run: bool = False, stop: Callable[[], bool] = lambda: False
) -> Iterator[RetagEvent]:
    """Retag a vault; the last event is the `RetagReport`.

    A dry run works on the real tables inside transactions that are rolled back.

    Raises:
        VaultError: an import is running, or the disk is full. What was recorded stays.
        ModelError: the selected model cannot be loaded.
        LibraryError: a vocabulary or threshold file is wrong.
    """
    started = time.monotonic()
    with Vault(root, "write") as vault, vault.importing():
        run = _Retagging(vault, dry_run=dry_run, started=started)
        yield from run.measure(stop)
        yield from run.retag(stop)
        if not dry_run and not run.report.stopped:
            refresh_trips(vault)
        run.report.seconds = time.monotonic() - started
    yield run.report


class _RollbackError(Exception):
    """Rolls a transaction back."""


class _Retagging:
    def __init__(self, vault: Vault, *, dry_run: bool, started: float) -> None:
        self.vault, self.started = vault, started
        self.tagging = TaggingModel(vault.settings.model, vault)
        self.report = RetagReport(dry_run, self.tagging.info.id)
        self._shown = 0.0
        self._fresh: set[int] = set()

    def measure(self, stop: Callable[[], bool]) -> Iterator[RetagEvent]:
        """Measure pixels, look up places and read origins where an older version did not.

        A dry run reads nothing: what it would change needs the pictures' pixels first.
        """
        if self.report.dry_run:
            return
        lacking = looks.without_look(self.vault.db, LOOK_VERSION)
        for start in range(0, len(lacking), _BATCH):
            if stop():
                self.report.stopped = True
                return
            yield from self._measure(lacking[start : start + _BATCH])
            yield from self._progress("measure", start + _BATCH, len(lacking))
        self._locate()
        self._read_origins()
        self.report.measured = len(self._fresh)

    def retag(self, stop: Callable[[], bool]) -> Iterator[RetagEvent]:
        """Give tags anew, batch by batch."""
        state = self.tagging.state
        stale = set(tagged_otherwise(self.vault.db, state)) | self._fresh
        rows = sorted(stale)
        vectors = stored_vectors(self.vault.db, self.tagging.info.id, self.tagging.info.dim)
        seen = set(vectors.rows.tolist())
        self.report.unseen = sum(row not in seen for row in rows)
        if rows and not self.report.dry_run:
            with self.vault.transaction() as db:
                follow_names(db, (c.as_tag() for c in self.tagging.vocabulary.concepts.values()))
        for start in range(0, len(rows), _BATCH):
            if self.report.stopped or stop():
                self.report.stopped = True
                return
            batch = rows[start : start + _BATCH]
            tags = self._automatic(batch, vectors)
            try:
                with self.vault.transaction() as db:
                    for row in batch:
                        self._retag(db, row, tags.get(row))
                    if self.report.dry_run:
                        raise _RollbackError
            except _RollbackError:
                pass
            self.report.looked += len(batch)
            yield from self._progress("tag", self.report.looked, len(rows))

    def _automatic(
        self, rows: Sequence[int], vectors: StoredVectors
    ) -> dict[int, tuple[PhotoTag, ...]]:
        if not self.tagging.can_tag:
            return {}
        wanted = np.flatnonzero(np.isin(vectors.rows, rows))
        if not len(wanted):
            return {}
        tags = self.tagging.tags(vectors.vectors[wanted].astype(np.float32))
        return dict(zip(vectors.rows[wanted].tolist(), tags, strict=True))

    def _retag(self, db: Database, row: int, tags: tuple[PhotoTag, ...] | None) -> None:
        before = machine_tags(db, row)
        give_tags(db, row, tags, self.tagging)
        after = machine_tags(db, row)
        if before != after:
            self.report.changed += 1
            self._count(before, after)
        # Names and aliases may have changed even where tags did not.
        if not self.report.dry_run:
            index_photo(db, row, self.tagging.words)

    def _count(self, before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> None:
        for tag in before.keys() | after.keys():
            was, now = before.get(tag, ("", ""))[1], after.get(tag, ("", ""))[1]
            if was != now:
                up = now == "applied" or not was
                (self.report.gained if up else self.report.lost)[tag] += 1

    def _measure(self, batch: Sequence[tuple[int, str]]) -> Iterator[Skipped]:
        found = []
        for row, sha256 in batch:
            path = self.vault.folder.preview(sha256)
            try:
                found.append((row, measure(decode_preview(path.read_bytes()))))
            except (OSError, PictureError) as error:
                why = getattr(error, "reason", None) or Reason.of(
                    "model.no_preview", path=str(path), detail=str(error)
                )
                self.report.skipped.append(Skipped(str(path), why))
                yield self.report.skipped[-1]
        with self.vault.transaction() as db:
            for row, look in found:
                looks.store_look(db, row, look, LOOK_VERSION)
        self._fresh |= {row for row, _ in found}

    def _locate(self) -> None:
        lacking = without_place(self.vault.db)
        for start in range(0, len(lacking), _BATCH):
            with self.vault.transaction() as db:
                for row, latitude, longitude in lacking[start : start + _BATCH]:
                    store_place(db, row, gazetteer().find(latitude, longitude))
        self._fresh |= {row for row, _, _ in lacking}

    def _read_origins(self) -> None:
        """Read origins from files that are there now; the others wait for another run."""
        for view, row in self._without_origin():
            path = view.path
            if path is None:
                continue
            try:
                with opened(path) as picture:
                    xmp = embedded_xmp(picture.image)
                    evidence = read_evidence(path, picture.format, picture.image, xmp)
            except PictureError:
                continue
            with self.vault.transaction() as db:
                looks.store_origin(db, row, origin_of(evidence))
            self._fresh.add(row)

    def _without_origin(self) -> Iterator[tuple[PhotoView, int]]:
        for row in looks.without_origin(self.vault.db):
            yield photo_views(self.vault, [row])[0], row

    def _progress(self, stage: str, done: int, total: int) -> Iterator[Progress]:
        now = time.monotonic()
        if done >= total or now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            done, skipped = min(done, total), len(self.report.skipped)
            yield Progress(stage, done, total, now - self.started, skipped)
