"""Import camera folders into a vault: walk, look, decode, copy, encode, record in batches.

Invariant: a photo is recorded, with its file, sighting, preview, vector and tags, in one
transaction after its stored copy is on the disk. So a kill at any instruction loses at most the
batch in flight, and importing again does exactly what is left.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from propvault.errors import PictureError, VaultError
from propvault.events import Notice, Progress, Skipped
from propvault.jobs.find_duplicates import find_in
from propvault.jobs.import_dry import DryRecorder
from propvault.jobs.import_record import Recorder
from propvault.jobs.import_report import ImportReport
from propvault.jobs.import_stages import Item, ahead, look
from propvault.jobs.import_walk import Found, walk
from propvault.jobs.keeper_facts import rules_of
from propvault.jobs.tagging_model import TaggingModel
from propvault.jobs.trips import refresh_trips
from propvault.reasons import Reason
from propvault.settings import Settings, load_settings
from propvault.vault.folder import is_network_disk, is_synced, is_vault
from propvault.vault.trash import settle
from propvault.vault.vault import Vault
from propvault.vision.decoders import DecoderOptions, Decoders
from propvault.vision.formats import Kind
from propvault.vision.reader import PictureFacts

BATCH = 32
"""Photos encoded and recorded at a time: a transaction of some 20 ms, 4 s lost by a kill."""
_BATCH_SECONDS = 5.0
"""A batch is recorded at least this often, so slow sources lose no more than fast ones."""
_PROGRESS_SECONDS = 0.25

ImportEvent = Progress | Skipped | Notice | ImportReport


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how."""

    vault: Path
    """The vault folder; made when it is not there (never by a dry run)."""
    roots: tuple[Path, ...]
    """Files and folders to import."""
    in_place: bool = False
    """Only reference files instead of copying them."""
    dry_run: bool = False
    """Look at everything, write nothing anywhere."""
    workers: int | None = None
    """Decoder processes; None takes the setting, 0 decodes in this process."""
    stop: Callable[[], bool] = field(default=lambda: False)
    """Asked between files; once true, what is in flight is finished and recorded."""


def import_photos(request: ImportRequest) -> Iterator[ImportEvent]:
    """Import folders, yielding events; the last one is the `ImportReport`.

    Raises:
        VaultError: the vault cannot be made, is being imported into, or its disk is full. What
            was recorded before stays.
        UsageError: a setting is wrong.
    """
    run = _Run(request)
    with ExitStack() as stack:
        is_new = not is_vault(request.vault)
        if request.dry_run:
            looked_at = None if is_new else stack.enter_context(Vault(request.vault, "look"))
            yield from _import(run, DryRecorder(looked_at, in_place=request.in_place), stack)
            run.report.seconds = time.monotonic() - run.started
            yield run.report
            return
        vault = stack.enter_context(Vault.create(request.vault))
        run.settings = vault.settings
        rules_of(vault.settings.keeper_rules)  # a wrong setting is said before, not after, hours
        if is_new:
            yield Notice(Reason.of("vault.created", path=str(vault.folder.root)))
            yield from _disk_notices(vault.folder.root)
        stack.enter_context(vault.importing())
        model = TaggingModel(vault.settings.model, vault)
        recorder = Recorder(vault, model, in_place=request.in_place)
        try:
            yield from _import(run, recorder, stack)
            yield from _repeats(run, recorder, vault)
        finally:
            run.report.seconds = time.monotonic() - run.started
            recorder.finish(run.report)
    yield run.report


class _Run:
    """What one import keeps in hand."""

    def __init__(self, request: ImportRequest) -> None:
        self.request = request
        self.report = ImportReport(dry_run=request.dry_run)
        self.started = time.monotonic()
        self.settings: Settings = load_settings()
        self.total = 0
        self.done = 0
        self._shown = 0.0

    @property
    def workers(self) -> int:
        """Return how many decoder processes to use."""
        return self.settings.worker_count if self.request.workers is None else self.request.workers

    def progress(self, stage: str, *, always: bool = False) -> Iterator[Progress]:
        """Yield a progress event when the last one is old enough."""
        now = time.monotonic()
        if always or now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            total = self.total or None
            skipped = len(self.report.skipped)
            yield Progress(stage, self.done, total, now - self.started, skipped)

    def skip(self, path: Path, reason: Reason) -> Skipped:
        """Count a skipped file."""
        skipped = Skipped(str(path), reason)
        self.report.skipped.append(skipped)
        return skipped


def _import(run: _Run, recorder: Recorder | DryRecorder, stack: ExitStack) -> Iterator[ImportEvent]:
    files: list[Found] = []
    roots = [Path(os.path.abspath(root)) for root in run.request.roots]  # noqa: PTH100 — resolve() would follow links
    for root in roots:
        yield from _list(run, root, files)
    run.total = len(files)
    recorder.begin(roots)
    options = DecoderOptions(
        run.workers, recorder.info, run.settings.max_decoded_mb, run.settings.decode_timeout_s
    )
    decoders = stack.enter_context(Decoders(options))
    threads = stack.enter_context(ThreadPoolExecutor(max(2, run.workers)))
    batch: list[Item] = []
    since = time.monotonic()
    for item in _copied(run, recorder, threads, _decoded(run, recorder, threads, decoders, files)):
        run.done += 1
        if item.failure:
            yield run.skip(item.found.path, item.failure)
        elif item.sha256:
            batch.append(item)
        else:
            run.report.ignored[item.kind] += 1
        if len(batch) >= BATCH or (batch and time.monotonic() - since > _BATCH_SECONDS):
            yield from _recorded(run, recorder, batch)
            batch, since = [], time.monotonic()
        yield from run.progress("read")
    yield from _recorded(run, recorder, batch)
    if not run.report.stopped and not run.report.dry_run:
        recorder.mark_gone(roots, files, run.report)
    yield from run.progress("read", always=True)


def _repeats(run: _Run, recorder: Recorder, vault: Vault) -> Iterator[Progress]:
    """Look for repeats among what is new; what a killed import left is looked at too."""
    settle(vault)
    if run.report.stopped:
        return
    refresh_trips(vault)
    for event in find_in(vault, run.request.stop):
        if isinstance(event, Progress):
            yield event
        else:
            recorder.count_repeats(event.repeats, run.report)
            run.report.stopped = event.stopped


def _recorded(run: _Run, recorder: Recorder | DryRecorder, batch: list[Item]) -> Iterator[Skipped]:
    """Record a batch; yield what could not be recorded after all."""
    before = len(run.report.skipped)
    recorder.record(batch, run.report)
    yield from run.report.skipped[before:]


def _list(run: _Run, root: Path, files: list[Found]) -> Iterator[ImportEvent]:
    if not root.exists():
        raise VaultError("import.no_source", path=str(root))
    for found in walk(root):
        if isinstance(found, Skipped):
            run.report.skipped.append(found)
            yield found
        else:
            files.append(found)
        yield from run.progress("look")


def _unknown(run: _Run, recorder: Recorder | DryRecorder, files: list[Found]) -> Iterator[Found]:
    """Drop what the vault saw before with the same size and mtime; stop when asked to."""
    for found in files:
        if run.request.stop():
            run.report.stopped = True
            return
        if recorder.seen_unchanged(found):
            run.report.known += 1
            run.done += 1
        else:
            yield found


def _decoded(
    run: _Run,
    recorder: Recorder | DryRecorder,
    threads: ThreadPoolExecutor,
    decoders: Decoders,
    files: list[Found],
) -> Iterator[Item]:
    """Look at each file, and decode the pictures whose bytes the vault does not have."""
    depth = 2 * run.workers + 4
    coming: set[str] = set()

    def start(item: Item) -> Future[PictureFacts] | None:
        fresh = item.kind is Kind.PICTURE and item.failure is None and item.sha256 not in coming
        if not fresh or recorder.has(item.sha256):
            return None
        coming.add(item.sha256)
        return decoders.submit(item.found.path)

    looked = (
        future.result() if future else look(found)
        for found, future in ahead(
            _unknown(run, recorder, files), lambda f: threads.submit(look, f), depth
        )
    )
    failed: dict[str, Reason] = {}
    for item, future in ahead(looked, start, depth):
        try:
            facts = decoders.result(item.found.path, future) if future else None
            lost = failed.get(item.sha256)
            yield replace(item, facts=facts, failure=lost or item.failure)
        except PictureError as error:
            failed[item.sha256] = error.reason
            yield item.failed(error)


def _copied(
    run: _Run, recorder: Recorder | DryRecorder, threads: ThreadPoolExecutor, items: Iterator[Item]
) -> Iterator[Item]:
    """Copy what is to be stored, a few files ahead of recording."""

    def start(item: Item) -> Future[Item] | None:
        if item.failure or item.kind is not Kind.PICTURE or isinstance(recorder, DryRecorder):
            return None
        copy = recorder.copies.plan(item)
        return threads.submit(copy) if copy else None

    for item, future in ahead(items, start, run.workers + 2):
        try:
            yield future.result() if future else item
        except PictureError as error:
            yield item.failed(error)


def _disk_notices(root: Path) -> Iterator[Notice]:
    if is_network_disk(root):
        yield Notice(Reason.of("vault.on_network", path=str(root)))
    if is_synced(root):
        yield Notice(Reason.of("vault.is_synced", path=str(root)))
