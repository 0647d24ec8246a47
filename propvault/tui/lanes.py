"""Threads that work for the screens, each with a `Vault` of its own.

Invariant: the UI thread never waits for a lane. Of asks of one kind only the newest is answered;
asks without a kind are all answered, in order, so that decisions keep theirs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from propvault.errors import PropvaultError, UsageError
from propvault.tui.messages import Failed
from propvault.tui.words import position_of

if TYPE_CHECKING:
    from propvault.jobs.facets import FacetIndex
    from propvault.jobs.search import Searcher
    from propvault.vault.vault import Vault


class Desk:
    """What a lane keeps at hand; only the lane's own thread may touch it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._vault: Vault | None = None
        self._searcher: Searcher | None = None
        self.facets: FacetIndex | None = None

    @property
    def vault(self) -> Vault:
        """Return the open vault."""
        if self._vault is None:
            # Imported here: the first screen is drawn before anything of this is needed.
            from propvault.vault.vault import Vault

            self._vault = Vault(self.root)
        return self._vault

    @property
    def searcher(self) -> Searcher:
        """Return the searcher, whose model and vocabulary stay loaded."""
        if self._searcher is None:
            from propvault.jobs.search import Searcher

            self._searcher = Searcher(self.vault)
        return self._searcher

    def renew(self) -> None:
        """Forget everything: photos, vectors or the model are others now."""
        if self._vault is not None:
            self._vault.close()
        self._vault = self._searcher = self.facets = None


Work = Callable[[Desk], Message | None]


class Lane:
    """One thread that answers asks one after another."""

    def __init__(self, name: str, root: Path) -> None:
        self._desk = Desk(root)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix=f"propvault-{name}")
        self._newest: dict[str, int] = {}
        self._number = count()
        self._open = 0
        self._is_closing = False
        self._guard = threading.Lock()

    @property
    def is_idle(self) -> bool:
        """Return whether every ask has been answered."""
        return self._open == 0

    def ask(
        self, work: Work, to: MessagePump, kind: str = "", *, is_late_fine: bool = False
    ) -> None:
        """Do some work and post its message, or `Failed`, to a screen or widget.

        With ``is_late_fine`` what was begun is told though something newer was asked since.
        """
        number = next(self._number)
        with self._guard:
            self._open += 1
            if kind:
                self._newest[kind] = number

        def is_stale() -> bool:
            return self._is_closing or (bool(kind) and self._newest[kind] != number)

        def run() -> Message | None:
            return None if is_stale() else work(self._desk)

        def tell(done: Future[Message | None]) -> None:
            if not done.cancelled():
                error = done.exception()
                message = failed(error, kind) if error is not None else done.result()
                if message is not None and (is_late_fine or not is_stale()):
                    to.post_message(message)
            with self._guard:
                self._open -= 1

        self._threads.submit(run).add_done_callback(tell)

    def renew(self) -> None:
        """Let what is asked from now on see the vault anew."""
        self._threads.submit(self._desk.renew)

    def close(self) -> None:
        """Drop what waits, finish what runs, and close the vault."""
        self._is_closing = True
        done = self._threads.submit(self._desk.renew)
        self._threads.shutdown(wait=False)
        wait([done], timeout=5)


def failed(error: BaseException, kind: str) -> Failed:
    """Return what is told of an error in a thread; an unforeseen one is logged first."""
    if isinstance(error, UsageError):
        return Failed(error.reason, kind, position_of(error))
    if isinstance(error, PropvaultError):
        return Failed(error.reason, kind)
    from propvault.jobs.error_log import unexpected

    if not isinstance(error, Exception):
        raise error
    return Failed(unexpected(error), kind)
