"""Decoder processes: pictures are read where they can crash, hang or swell without harm.

Invariant: whatever one file does to its process costs that file alone, and only after one retry
with no other file in flight. Processes are spawned (never forked: onnxruntime and sqlite do not
survive a fork) and end by themselves when their parent is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import psutil
from filelock import FileLock
from pebble import ProcessExpired, ProcessPool

from propvault.errors import PictureError
from propvault.vision.model_folder import ModelInfo
from propvault.vision.reader import PictureFacts, read_picture

_OUT_OF_MEMORY = 77
"""Exit status of a process that saw itself outgrow its memory."""
_WATCH_SECONDS = 0.1


@dataclass(frozen=True)
class DecoderOptions:
    """How decoder processes behave."""

    workers: int
    """Processes; 0 reads in this process, without protection (for tests and debugging)."""
    info: ModelInfo | None
    """The model whose input is to be made, None for none."""
    max_decoded_mb: int = 512
    """Memory one decoded picture may take."""
    timeout_s: float = 30.0
    """A file that takes longer has hung."""

    heavy_lock: str = ""
    """Lock file that lets one large picture be decoded at a time; empty for no such rule."""
    spare_mb: int = 380
    """Memory a process may take besides one decoded picture: libraries (130 MB), the coded file,
    coefficients of a progressive JPEG, the reduced copy."""

    @property
    def memory_mb(self) -> int:
        """Return what a process may grow to."""
        return self.max_decoded_mb + self.spare_mb


class Decoders:
    """Reads pictures in parallel; use as a context manager.

    `submit` starts a file, `result` waits for it; several may be in flight.
    """

    def __init__(self, options: DecoderOptions) -> None:
        # An OS lock, because it is released when its process dies.
        self._scratch = tempfile.TemporaryDirectory(prefix="propvault-", ignore_cleanup_errors=True)
        self._options = replace(options, heavy_lock=str(Path(self._scratch.name) / "heavy.lock"))
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Decoders:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            _stop(self._pool)
        self._scratch.cleanup()

    def submit(self, path: Path) -> Future[PictureFacts]:
        """Start reading a file; the processes start with the first one."""
        if self._options.workers == 0:
            return _here(path, self._options)
        if self._pool is None:
            self._pool = _pool(self._options, self._options.workers)
        return _schedule(self._pool, path, self._options)

    def result(self, path: Path, future: Future[PictureFacts]) -> PictureFacts:
        """Wait for a file; one that killed its process or hung is tried once more, alone.

        Raises:
            PictureError: when the file cannot be read.
        """
        try:
            return future.result()
        except (ProcessExpired, FutureTimeoutError):
            alone = _pool(self._options, 1)
            try:
                retried: PictureFacts = _schedule(alone, path, self._options).result()
                return retried
            except ProcessExpired as error:
                raise _expired(error, path, self._options) from error
            except FutureTimeoutError as error:
                raise PictureError(
                    "picture.hung", path=str(path), seconds=round(self._options.timeout_s)
                ) from error
            finally:
                _stop(alone)


def _schedule(pool: ProcessPool, path: Path, options: DecoderOptions) -> Future[PictureFacts]:
    future: Future[PictureFacts] = pool.schedule(
        _read, args=(os.fsencode(path), options), timeout=options.timeout_s
    )
    return future


def _read(path: bytes, options: DecoderOptions) -> PictureFacts:
    return read_picture(
        Path(os.fsdecode(path)),
        info=options.info,
        max_decoded_mb=options.max_decoded_mb,
        heavy=FileLock(options.heavy_lock) if options.heavy_lock else nullcontext(),
    )


def _here(path: Path, options: DecoderOptions) -> Future[PictureFacts]:
    future: Future[PictureFacts] = Future()
    try:
        future.set_result(_read(os.fsencode(path), options))
    except PictureError as error:
        future.set_exception(error)
    return future


def _pool(options: DecoderOptions, workers: int) -> ProcessPool:
    return ProcessPool(
        max_workers=workers,
        context=multiprocessing.get_context("spawn"),
        initializer=_start_process,
        initargs=(options.memory_mb,),
    )


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves stop() unannotated
    pool.join()


def _expired(error: ProcessExpired, path: Path, options: DecoderOptions) -> PictureError:
    if error.exitcode == _OUT_OF_MEMORY:
        return PictureError(
            "picture.swelled",
            path=str(path),
            limit_mb=options.memory_mb,
            setting_mb=options.max_decoded_mb,
        )
    return PictureError("picture.crashed", path=str(path), status=int(error.exitcode or 0))


def _start_process(memory_mb: int) -> None:
    """Prepare a decoder process: it leaves Ctrl-C to its parent and watches itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(memory_mb,), daemon=True).start()


def _watch(memory_mb: int) -> None:
    """End this process when it outgrows its memory or its parent has been killed.

    Polling works alike on every system; RLIMIT_AS exists only on some and counts mapped files.
    """
    me, parent = psutil.Process(), multiprocessing.parent_process()
    pause = threading.Event()
    while not pause.wait(_WATCH_SECONDS):
        if me.memory_info().rss > memory_mb * 1_000_000:
            os._exit(_OUT_OF_MEMORY)
        if parent is not None and not parent.is_alive():
            os._exit(1)
