"""What workers and widgets tell the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from propvault.jobs.facets import FacetCount
    from propvault.jobs.search import Hit, Ranking
    from propvault.language.concepts import Vocabulary
    from propvault.query.completion import Known
    from propvault.reasons import Reason
    from propvault.tui.pictures import Wanted


class Failed(Message):
    """A worker could not do what it was asked."""

    def __init__(self, reason: Reason, what: str = "", column: int | None = None) -> None:
        super().__init__()
        self.reason = reason
        self.what = what
        """Which kind of ask it was."""
        self.column = column
        """Place in the query where it went wrong, from 0."""


class Ranked(Message):
    """A query has an answer; its photos are not read back yet."""

    def __init__(self, ranking: Ranking, hits: Sequence[Hit], seconds: float) -> None:
        super().__init__()
        self.ranking = ranking
        self.hits = hits
        """The first ones, so that the grid draws without asking again."""
        self.seconds = seconds


class ModelLooked(Message):
    """It was looked whether the model is loaded by now."""

    def __init__(self, query: str, *, is_there: bool) -> None:
        super().__init__()
        self.query = query
        """The query that was answered without it."""
        self.is_there = is_there


class WindowRead(Message):
    """Photos of a ranking were read back."""

    def __init__(self, ranking: Ranking, start: int, hits: Sequence[Hit]) -> None:
        super().__init__()
        self.ranking = ranking
        self.start = start
        self.hits = hits


class AllRead(Message):
    """All photos of a result were read back, up to a bound."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        super().__init__()
        self.hits = hits


class FacetsCounted(Message):
    """The present result was counted by facet."""

    def __init__(
        self,
        counts: Mapping[str, Sequence[FacetCount]],
        vocabulary: Vocabulary,
        known: Known | None,
    ) -> None:
        super().__init__()
        self.counts = counts
        self.vocabulary = vocabulary
        self.known = known
        """What the search bar can offer; None when that is as before."""


class Changed(Message):
    """The vault was changed by what a person did."""

    def __init__(self, reason: Reason, rows: Sequence[int] = (), *, order: bool = False) -> None:
        super().__init__()
        self.reason = reason
        """What was done."""
        self.rows = rows
        """Photos that look different now; empty for any."""
        self.order = order
        """Whether other photos may be in sight now."""


class PictureReady(Message):
    """A picture that a widget asked for can be drawn."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self.wanted = wanted


class WindowWanted(Message):
    """The grid is about to show photos that it does not have."""

    def __init__(self, first: int, end: int) -> None:
        super().__init__()
        self.first = first
        self.end = end


class PhotoShown(Message):
    """The cursor of a grid or strip is on a photo."""

    def __init__(self, hit: Hit | None) -> None:
        super().__init__()
        self.hit = hit


class PhotoOpened(Message):
    """A photo is to be shown large."""


class TermChosen(Message):
    """A facet's value is to be narrowed to, left out, or forgotten."""

    def __init__(self, facet: str, slug: str, state: str) -> None:
        super().__init__()
        self.facet = facet
        self.slug = slug
        self.state = state
        """``in``, ``out`` or empty."""
