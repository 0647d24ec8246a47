"""What the screens of one run share: words, lanes, pictures, marks, the present result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from textual.dom import DOMNode
from textual.message import Message

from propvault.tui.lanes import Lane
from propvault.tui.pictures import Pictures
from propvault.tui.renderers import Display
from propvault.tui.tasks import Tasks
from propvault.tui.words import Words

if TYPE_CHECKING:
    from propvault.jobs.search import Hit, Ranking
    from propvault.language.concepts import Vocabulary


@dataclass
class Session:
    """One run over one vault."""

    root: Path
    """The vault's folder; need not be a vault yet."""
    words: Words
    """The language spoken."""
    display: Display
    """How pictures are drawn."""
    write: Callable[[str], object]
    """Writes to the terminal in the order of the app's own output."""
    tell: Callable[[Message], object]
    """Posts a message to the app, from any thread."""
    clock: Callable[[], float] = time.perf_counter
    """Seconds, to say how long a search took."""
    query: str = ""
    """The query as typed."""
    ranking: Ranking | None = None
    """Its answer."""
    marks: dict[str, Hit] = field(default_factory=dict)
    """Marked photos by id, in the order they were marked."""
    board: str = ""
    """The board that is being filled."""
    preset: str = ""
    """Name of the target used last."""
    creator: str = ""
    """Who took the photos that do not say, as a set is told."""
    boards: list[str] = field(default_factory=list)
    """Names of the boards there are."""
    tag_names: list[str] = field(default_factory=list)
    """Tags as they are typed, ``facet:value``."""

    def __post_init__(self) -> None:
        self.open(self.root)

    def open(self, root: Path) -> None:
        """Turn to a vault."""
        self.root = root
        self.reader = Lane("reader", root)
        """Searches and reads photos back."""
        self.counter = Lane("counter", root)
        """Counts facets, behind what a person waits for."""
        self.writer = Lane("writer", root)
        """Carries out decisions, in order."""
        self.worker = Lane("worker", root)
        """Long work, such as an import."""
        self.tasks = Tasks(self.worker)
        self.pictures = Pictures(root, self.display, self.write, self.tell)
        self.marks.clear()

    def learn(self, vocabulary: Vocabulary) -> None:
        """Take the tags there are."""
        concepts = vocabulary.concepts.values()
        self.tag_names = [f"{c.facet}:{name}" for c in concepts for name in (c.en, c.zh)]

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Return all lanes."""
        return (self.reader, self.counter, self.writer, self.worker)

    @property
    def is_idle(self) -> bool:
        """Return whether nothing is being worked on."""
        return self.pictures.is_idle and all(lane.is_idle for lane in self.lanes)

    def renew(self) -> None:
        """Let everything be read anew: an import or another model changed the vault."""
        for lane in self.lanes:
            lane.renew()

    def close(self) -> None:
        """End the threads; long work stops where it loses nothing."""
        self.tasks.stop()
        self.pictures.close()
        for lane in self.lanes:
            lane.close()


class _HasSession(Protocol):
    session: Session


def session_of(node: DOMNode) -> Session:
    """Return the session of the app that a widget or screen is in."""
    return cast(_HasSession, node.app).session
