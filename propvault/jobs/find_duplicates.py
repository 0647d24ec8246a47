"""Find repeats in a vault: candidates, looked at pair by pair, made into groups and stacks.

Invariant: each pair's answer is recorded as soon as it is found, and a photo is marked only when
all its candidates have been looked at, so a kill loses a few seconds and the next run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from propvault.errors import PictureError
from propvault.events import Progress
from propvault.grouping import Pair, pair_of, same_groups, stacks
from propvault.jobs.keeper_facts import KeeperOrder
from propvault.jobs.models import answering_model
from propvault.likeness import Kind, Likeness, relation_of
from propvault.vault import candidates, relations
from propvault.vault.vault import Vault
from propvault.vault.vectors import stored_vectors
from propvault.vision.comparison import COMPARER, Look, compare
from propvault.vision.fingerprints import fingerprints
from propvault.vision.reader import decode_preview

T = TypeVar("T")

_HASHES = ("phash-turned", "dhash-turned")
_LEAST_COSINE = {"mini": 0.7}
"""Cosine below which neighbours of a measured model are none; of others the nearest are looked at
whatever their cosine. Chosen in ``docs/dev/near-duplicates.md``."""
_BATCH = 64
"""Pairs looked at and recorded at a time: about a second."""
_LOOKS = 160
"""Pictures kept ready to be compared, 2 MB each."""
_PROGRESS_SECONDS = 0.25


@dataclass
class DuplicatesReport:
    """What a search for repeats found."""

    pairs: int = 0
    """Pairs that were looked at."""
    groups: int = 0
    """Groups of one exposure."""
    stacks: int = 0
    """Stacks of takes."""
    repeats: set[int] = field(default_factory=set)
    """Rows of photos that are the same as a better one."""
    stopped: bool = False
    """Whether it was asked to stop before the end."""
    seconds: float = 0.0
    """How long it took."""


DuplicatesEvent = Progress | DuplicatesReport


def find_duplicates(
    root: Path, stop: Callable[[], bool] = lambda: False
) -> Iterator[DuplicatesEvent]:
    """Look for repeats among all photos not yet compared; the last event is the report.

    Raises:
        VaultError: an import is running, or the disk is full. What was recorded stays.
    """
    with Vault(root, "write") as vault, vault.importing():
        yield from find_in(vault, stop)


def find_in(vault: Vault, stop: Callable[[], bool]) -> Iterator[DuplicatesEvent]:
    """Do the same on an open vault whose importing lock is held."""
    started = time.monotonic()
    search = _Search(vault, DuplicatesReport(), started)
    yield from search.run(stop)
    search.report.seconds = time.monotonic() - started
    yield search.report


def regroup(vault: Vault) -> None:
    """Make groups and stacks anew from what is known, after a person's decision.

    Pairs that only now stand beside each other are looked at.
    """
    _Search(vault, DuplicatesReport(), time.monotonic()).group()


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))


class _Search:
    def __init__(self, vault: Vault, report: DuplicatesReport, started: float) -> None:
        self.vault, self.db, self.report, self.started = vault, vault.db, report, started
        self._captures = relations.captures(self.db)
        self._shown = 0.0
        # Not a cached method: the cache must go with this object.
        self._look = lru_cache(_LOOKS)(self._read)

    def run(self, stop: Callable[[], bool]) -> Iterator[Progress]:
        yield from self._complete_fingerprints()
        new = relations.pending(self.db, COMPARER)
        if new:
            pairs = self._candidates(np.array(new, np.int64))
            pairs = [p for p in pairs if relations.machine_kind(self.db, p, COMPARER) is None]
            with ThreadPoolExecutor(self.vault.settings.worker_count) as threads:
                for batch in _batches(pairs):
                    if stop():
                        self.report.stopped = True
                        break
                    self._compare(batch, threads)
                    yield from self._progress(len(pairs))
            if not self.report.stopped:
                with self.vault.transaction() as db:
                    relations.mark_compared(db, new, COMPARER)
        self.group()

    def group(self) -> None:
        """Make groups and stacks, looking at pairs that are needed to be sure."""
        while True:
            known = relations.known_pairs(self.db)
            order = KeeperOrder(self.vault)
            groups, unknown = same_groups(known, order.best_first)
            missing = [p for p in unknown if self._machine_kind(p) is None]
            if not missing:
                break
            with ThreadPoolExecutor(self.vault.settings.worker_count) as threads:
                for batch in _batches(missing):
                    self._compare(batch, threads)
        found = stacks(known, self._captures, groups, relations.chosen(self.db))
        reasoned = [(group, order.why(group)) for group in groups]
        rows = relations.rows_by_hash(self.db)
        with self.vault.transaction() as db:
            order.remember(db)
            relations.replace_groups(db, reasoned, found)
        self.report.groups, self.report.stacks = len(groups), len(found)
        self.report.repeats = {rows[photo] for group in groups for photo in group.others}

    def _machine_kind(self, pair: Pair) -> Kind | None:
        return relations.machine_kind(self.db, pair, COMPARER)

    def _candidates(self, new: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[Pair]:
        """Return pairs that may be repeats, one of each among the new photos."""
        found = [candidates.near_hashes(relations.hashes(self.db, name), new) for name in _HASHES]
        info = answering_model(self.vault).info
        if info is not None:
            rows, vectors = stored_vectors(self.db, info.id, info.dim)
            least = _LEAST_COSINE.get(info.id.split("-")[0], -1.0)
            found.append(candidates.nearest_vectors(rows, vectors, new, least))
        hashes = {row: photo for photo, row in relations.rows_by_hash(self.db).items()}
        gone = relations.discarded_rows(self.db)
        return [
            pair_of(hashes[one], hashes[other])
            for one, other in candidates.join(*found).tolist()
            if one not in gone and other not in gone
        ]

    def _compare(self, pairs: Sequence[Pair], threads: ThreadPoolExecutor) -> None:
        # Each picture once and before its pairs: two threads would both make it ready.
        list(threads.map(self._ready, dict.fromkeys(photo for pair in pairs for photo in pair)))
        # Our threads are the parallel part: BLAS's own would fight them for the cores, at twice
        # the time.
        with threadpool_limits(1, user_api="blas"):
            found = list(threads.map(self._likeness, pairs))
        with self.vault.transaction() as db:
            for pair, likeness in zip(pairs, found, strict=True):
                kind = relation_of(likeness, *(self._captures[photo] for photo in pair))
                relations.add_found(db, pair, kind, likeness, COMPARER)
        self.report.pairs += len(pairs)

    def _ready(self, photo: str) -> None:
        look = self._look(photo)
        if look is not None:
            _ = look.features

    def _likeness(self, pair: Pair) -> Likeness:
        one, other = (self._look(photo) for photo in pair)
        if one is None or other is None:
            return Likeness(0, 0.0, 0.0, 0.0, 0, 0.0, (0.0, 0.0))
        return compare(one, other)

    def _read(self, sha256: str) -> Look | None:
        """Return a photo ready to be compared, None when its preview cannot be read."""
        try:
            return Look(decode_preview(self.vault.folder.preview(sha256).read_bytes()))
        except (OSError, PictureError):  # `propvault doctor` names it and makes it again
            return None

    def _complete_fingerprints(self) -> Iterator[Progress]:
        """Add kinds of fingerprints that photos of an older vault lack."""
        lacking = relations.without_fingerprint(self.db, _HASHES[0])
        for batch in _batches(lacking):
            looks = [(row, self._read(sha256)) for row, sha256 in batch]
            with self.vault.transaction() as db:
                for row, look in looks:
                    if look is not None:
                        relations.add_fingerprints(db, row, fingerprints(look.preview))
            yield from self._progress(0)

    def _progress(self, total: int) -> Iterator[Progress]:
        now = time.monotonic()
        if self.report.pairs >= total or now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            yield Progress("compare", self.report.pairs, total or None, now - self.started)
