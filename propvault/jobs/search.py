"""Search a vault by a sentence in Chinese or English, narrowed by anything known.

Rankings are fused by reciprocal rank: similarity of pictures to the texts and pictures of the
query, tags whose concept a text names, and words in names, notes, places and collections.
Filters are masks, and the answer is exact within them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.confidence import BEST, ConfidenceLine, is_confident
from propvault.jobs.confidence_lines import confidence_line
from propvault.jobs.likes import like_row
from propvault.jobs.narrowing import Narrowing, shows_all
from propvault.jobs.sentence import Sentence
from propvault.jobs.sources import Sources
from propvault.jobs.why import Reasons
from propvault.language.concepts import name_key
from propvault.places import Place
from propvault.query.parser import parse
from propvault.query.tokens import has_free
from propvault.query.tree import And, Colour, Field, Node, walk
from propvault.ranking import fuse
from propvault.reasons import Reason
from propvault.values import PhotoView, Tag, TagState
from propvault.vault import filters
from propvault.vault.places import places_of
from propvault.vault.relations import repeats_of, stack_sizes
from propvault.vault.standing import Mask, Rows
from propvault.vault.text import texts_of
from propvault.vault.vault import Vault
from propvault.vault.views import photo_views

TAG_WEIGHTS = {TagState.CONFIRMED: 4.0, TagState.APPLIED: 2.0, TagState.SUGGESTED: 1.0}
"""How much a tag that a text names counts beside similarity, by how sure the tag is; see
``benchmarks.search_quality --weights``: half as much costs nothing measurable, none 4 points of
precision, twice as much brings 1."""
TEXT_WEIGHT = 1.0
"""How much words of names and notes count."""
_SAVED_HITS = 100
"""Hits of a saved text that count as found where no line between a match and chance is known."""
_PICTURES = 1000
"""How many photos the ranking by similarity goes down to, unless more hits are asked for."""


@dataclass(frozen=True)
class Hit:
    """One ranked photo."""

    photo: PhotoView
    """The photo."""
    rank: int
    """1 for the best."""
    score: float | None
    """Calibrated similarity 0 to 1; None without text or vectors."""
    why: tuple[Reason, ...]
    """Why it is here, strongest first."""
    takes: int = 0
    """How many takes its stack has, this one included; 0 without a stack."""
    repeats: int = 0
    """How many photos of the same exposure it stands for."""
    row: int = 0
    """Its row in the vault."""
    place: Place | None = None
    """Where it was taken; None when nobody knows."""
    cosine: float | None = None
    """Its cosine to the sentence; None without text or vectors."""


@dataclass(frozen=True)
class Ranking:
    """What a search found, as rows; `Searcher.hits` makes hits of those that are looked at."""

    query: str
    """As typed."""
    tree: Node
    """What it means."""
    sentence: Sentence
    """Its texts and pictures."""
    rows: Rows
    """``[n]`` rows, best first, one of each stack."""
    cosines: NDArray[np.float32]
    """``[n]`` cosines of ``rows`` to the sentence; NaN where there is none."""
    found: Mask
    """The photos that the filters left."""
    count: int
    """How many those are when each stack counts once."""
    confident: bool | None = None
    """Whether something matches the sentence; None without one, or where no line is known."""
    notices: tuple[Reason, ...] = ()
    """What the person should know of the answer."""


@dataclass(frozen=True)
class SearchAnswer:
    """What a search found."""

    query: str
    """As typed."""
    translated: str | None
    """What the model read instead, when it reads no Chinese."""
    hits: tuple[Hit, ...]
    """Best first."""
    found: int
    """How many photos the filters left."""
    named: tuple[Tag, ...] = ()
    """Tags that the text or a term names."""
    confident: bool | None = None
    """Whether something matches the text; None without one, or where the model has no line."""
    notices: tuple[Reason, ...] = ()
    """What the person should know of the answer."""
    line: float | None = None
    """Cosine from which hits of a text are better than chance; None where no line is known."""


class Searcher:
    """Answers queries on one open vault; what it needs loads once, on first use."""

    def __init__(self, vault: Vault, base: Path | None = None) -> None:
        """Remember the vault and the folder that paths of ``like:`` start from."""
        self._vault = vault
        self._db = vault.db
        self.sources = Sources(vault, base or Path.cwd())

    def search(self, query: str, limit: int = 20) -> SearchAnswer:
        """Search; an empty query lists everything, newest first.

        Raises:
            QueryError: the text does not parse or names what is not there, with position and
                what was expected.
        """
        ranking = self.rank(query, limit)
        why = Reasons(ranking.tree, ranking.sentence, self.sources)
        return SearchAnswer(
            query,
            ranking.sentence.translated,
            self.hits(ranking, 0, limit, why),
            ranking.count,
            named=tuple(why.named),
            confident=ranking.confident,
            notices=ranking.notices,
            line=self._line.at(int(ranking.found.sum())) if self._line else None,
        )

    def rank(self, query: str, limit: int = 20, *, waits: bool = True) -> Ranking:
        """Rank a query's photos, ``limit`` of them.

        Unless it ``waits``, tags and words alone answer while the model is still loading
        (`Sentence.is_partial`).

        Raises:
            QueryError: as `search`.
        """
        self.sources.refresh()
        if has_free(query):
            self.sources.warm()
        tree = self._parsed(query)
        standing = self.sources.standing
        allowed = Narrowing(self.sources, self._chosen).allowed(tree)
        sentence = Sentence.of(tree, self.sources, waits=waits)
        for like in sentence.likes:
            # Whoever asks for more like a photo has that one.
            if like.weight > 0 and (row := like_row(self.sources, like)):
                allowed = allowed & ~standing.of_rows(np.array([row]))
        rows = self._ranked(allowed, sentence, limit)
        count = int(allowed.sum())
        if not shows_all(tree):
            rows, count = standing.unstacked(rows), standing.count_unstacked(allowed)
        if sentence.is_unseen:  # nothing ranks the photos that no tag and no word fits
            count = len(rows)
        rows = rows[:limit]
        likeness = sentence.likeness
        cosines = likeness.of(rows) if likeness else np.full(len(rows), np.nan, np.float32)
        return Ranking(
            query, tree, sentence, rows, cosines, allowed, count,
            confident=self._confident(sentence, allowed),
            notices=tuple(self._notices(tree, sentence)),
        )  # fmt: skip

    def _notices(self, tree: Node, sentence: Sentence) -> Iterator[Reason]:
        """Yield what a person should know: another model answers, colours or places lack."""
        if not sentence.is_empty:
            yield from self.sources.answering.notices
        nodes = list(walk(tree))
        is_colour = any(isinstance(node, Colour) for node in nodes)
        is_place = any(isinstance(node, Field) and node.name == "place" for node in nodes)
        if is_colour and (lacking := self.sources.not_computed("colours")):
            yield Reason.of("search.not_computed", count=lacking)
        if is_place and (lacking := self.sources.not_computed("places")):
            yield Reason.of("search.not_computed", count=lacking)

    def hits(
        self, ranking: Ranking, start: int, stop: int, why: Reasons | None = None
    ) -> tuple[Hit, ...]:
        """Return the hits of a ranking from ``start`` up to ``stop``, with all that is shown."""
        why = why or Reasons(ranking.tree, ranking.sentence, self.sources)
        rows = ranking.rows[start:stop].tolist()
        scores = self.sources.scores(ranking.cosines[start:stop], ranking.sentence.language)
        cosines = ranking.cosines[start:stop].tolist()
        views = photo_views(self._vault, rows)
        words = texts_of(self._db, rows) if ranking.sentence.texts else {}
        takes, repeats = stack_sizes(self._db, rows), repeats_of(self._db, rows)
        places = places_of(self._db, rows)
        return tuple(
            Hit(
                view,
                start + at,
                score,
                why.of(view, words.get(row, {}), None if score is None else cosine),
                takes.get(row, 0),
                repeats.get(row, 0),
                row,
                places.get(row),
                None if score is None else cosine,
            )
            for at, (row, view, cosine, score) in enumerate(
                zip(rows, views, cosines, scores, strict=True), 1
            )
        )

    def _chosen(self, query: str, asking: tuple[str, ...]) -> Mask:
        """Return the photos that a saved search finds.

        Filters alone choose exactly; of a text's hits those that are said to be it, and those
        as near to it as the line between a match and chance (without a line the first hundred).
        """
        tree = self._parsed(query)
        allowed = Narrowing(self.sources, self._chosen, asking).allowed(tree)
        sentence = Sentence.of(tree, self.sources)
        if sentence.is_empty:
            return allowed
        line, likeness = self._line, sentence.likeness
        if line is None or likeness is None:
            ranked = self._ranked(allowed, sentence, _SAVED_HITS)[:_SAVED_HITS]
            return self.sources.standing.of_rows(ranked)
        sure = [rows for text in sentence.texts for rows in self._sure(text.text)]
        near = likeness.above(line.at(int(allowed.sum())))
        return allowed & self.sources.standing.of_rows(_joined([near, *sure]))

    def _parsed(self, query: str) -> Node:
        return parse(query, self.sources.vocabulary.facet_names, folded=name_key)

    def _confident(self, sentence: Sentence, allowed: Mask) -> bool | None:
        """Return whether something matches a text; None without one, or where no line is known."""
        line, likeness = self._line, sentence.likeness
        if not sentence.texts or sentence.likes or likeness is None or line is None:
            return None
        if any(
            len(_kept(rows, allowed)) for text in sentence.texts for rows in self._sure(text.text)
        ):
            return True
        best = likeness.nearest(allowed, BEST)
        return is_confident(likeness.of(best.rows).tolist(), best.among, line)

    @property
    def _line(self) -> ConfidenceLine | None:
        model = self.sources.model
        return None if model is None else confidence_line(model.info.id)

    def _sure(self, text: str) -> list[Rows]:
        """Return the photos that are said to be what a text names, by tags or by words."""
        tagged = [self.sources.tagged(tag) for tag in self.sources.vocabulary.called(text)]
        said = [t.in_state(s) for t in tagged for s in (TagState.CONFIRMED, TagState.APPLIED)]
        return [*said, self.sources.worded(text, in_tags=False)]

    def _ranked(self, allowed: Mask, sentence: Sentence, limit: int) -> Rows:
        colours = [
            _kept(rows, allowed) for rows in map(self.sources.coloured, _colours(sentence.tree))
        ]
        if sentence.is_empty and colours:
            return fuse((1.0, rows) for rows in colours)
        if sentence.is_empty:
            newest = self.sources.standing.newest
            return newest[allowed[newest]]
        for minus in sentence.minus:
            for tag in self.sources.vocabulary.called(minus.text):
                allowed = allowed & ~filters.confirmed(self.sources.standing, tag)
        # Beyond the first thousand a rank weighs less than a tenth of a tag or word that matches.
        most = max(_PICTURES, 3 * limit)
        likeness = sentence.likeness
        rankings = [(1.0, likeness.nearest(allowed, most).rows)] if likeness else []
        for text in sentence.texts:
            tags = [self.sources.tagged(tag) for tag in self.sources.vocabulary.called(text.text)]
            for state, weight in TAG_WEIGHTS.items():
                rows = _joined([tagged.in_state(state) for tagged in tags])
                rankings.append((weight, _kept(rows, allowed)[:most]))
            rows = self.sources.worded(text.text, in_tags=not tags)
            rankings.append((TEXT_WEIGHT, _kept(rows, allowed)[:most]))
        return fuse([*rankings, *((1.0, rows[:most]) for rows in colours)])


def _colours(tree: Node) -> list[Colour]:
    """Return the colours that every hit has: nearness to them orders, too."""
    parts = tree.nodes if isinstance(tree, And) else (tree,)
    return [node for node in parts if isinstance(node, Colour)]


def _kept(rows: Rows, allowed: Mask) -> Rows:
    """Return the rows that a mask allows; it knows none that came since it was made."""
    known = rows[rows < len(allowed)]
    kept: Rows = known[allowed[known]]
    return kept


def _joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several rankings one behind the other, each once."""
    rows = np.concatenate([np.zeros(0, np.int64), *parts])
    return rows[np.sort(np.unique(rows, return_index=True)[1])]


def check_query(vault: Vault, query: str) -> None:
    """Ask a query once.

    Raises:
        QueryError: it does not parse or names what is not there.
    """
    Searcher(vault).rank(query, 1)
