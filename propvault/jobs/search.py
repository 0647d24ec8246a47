"""Search a vault by a sentence in Chinese or English, narrowed by facets.

Three rankings are fused by reciprocal rank: similarity of pictures to the text, tags whose
concept the text names, and words in names and notes. Filters are id sets, and the answer is exact
within them.
"""

from __future__ import annotations

import contextlib
import heapq
import operator
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from propvault.confidence import BEST, is_confident
from propvault.errors import ModelError, QueryError
from propvault.jobs.confidence_lines import confidence_line
from propvault.jobs.models import Answering, answering_model
from propvault.jobs.sentence import Scores, Sentence
from propvault.jobs.vocabulary import open_vocabulary
from propvault.jobs.why import Reasons, tags_called
from propvault.language.concepts import Vocabulary, name_key
from propvault.query.parser import parse
from propvault.query.tree import (
    And,
    Field,
    Iso,
    Near,
    Node,
    Not,
    Or,
    Rating,
    Taken,
    Term,
    Text,
    walk,
)
from propvault.ranking import fuse
from propvault.reasons import Reason
from propvault.values import PhotoView, Tag, TagState
from propvault.vault import filters
from propvault.vault.relations import repeats_of, stack_of
from propvault.vault.text import matching
from propvault.vault.vault import Vault
from propvault.vault.vectors import VectorMatrix, load_matrix
from propvault.vault.views import photo_views
from propvault.vision.model import Model

_TAG_WEIGHT = 1.0
_TEXT_WEIGHT = 1.0
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


@dataclass(frozen=True)
class Ranking:
    """Which photos answer a query, best first, before any of them is read back."""

    query: str
    """As typed."""
    translated: str | None
    """What the model read instead, when it reads no Chinese."""
    rows: tuple[int, ...]
    """Photo rows, best first."""
    found: int
    """How many photos the filters left."""
    named: tuple[Tag, ...]
    """Tags that the text or a term names."""
    confident: bool | None
    """As in `SearchAnswer`."""
    notices: tuple[Reason, ...]
    """What the person should know of the answer."""
    similar: Mapping[int, float] | None
    """Cosine of each row to the text; None without text or vectors."""
    stacks: Mapping[int, tuple[int, int]]
    """Face and size of the stack of each row that is in one."""
    reasons: Reasons
    """Says why a row is here."""


class Searcher:
    """Answers queries on one open vault; model and vocabulary load once, on first use."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._db = vault.db
        self._warming: threading.Thread | None = None

    def search(self, query: str, limit: int = 20) -> SearchAnswer:
        """Search; an empty query lists everything, newest first.

        Raises:
            QueryError: the text does not parse, with position and what was expected.
        """
        ranking = self.rank(query, limit)
        return SearchAnswer(
            query,
            ranking.translated,
            self.hits(ranking, 0, limit),
            ranking.found,
            named=ranking.named,
            confident=ranking.confident,
            notices=ranking.notices,
        )

    def rank(self, query: str, limit: int = _PICTURES // 3) -> Ranking:
        """Rank photos without reading them back; a screen reads those in sight with `hits`.

        Raises:
            QueryError: the text does not parse, with position and what was expected.
        """
        if query.strip():
            self._warm()
        tree = parse(query, self.vocabulary.facet_names, folded=name_key)
        shows_all = any(
            isinstance(n, Field) and (n.name, n.value) == ("is", "any") for n in walk(tree)
        )
        visible = filters.all_rows(self._db) if shows_all else filters.in_sight(self._db)
        narrowed = self._allowed(tree)
        allowed = visible if narrowed is None else visible & narrowed
        sentence = Sentence.of(tree, self)
        similar = sentence.similarities if sentence.texts or sentence.minus else None
        stacks = {} if shows_all else stack_of(self._db)
        reasons = Reasons(tree, sentence, self)
        return Ranking(
            query=query,
            translated=sentence.translated,
            rows=tuple(_unstacked(self._ranked(allowed, sentence, similar, limit), stacks)),
            found=len(_unstacked(sorted(allowed), stacks)),
            named=tuple(reasons.named),
            confident=self._confident(sentence, allowed, similar),
            notices=self.answering.notices if sentence.texts else (),
            similar=similar,
            stacks=stacks,
            reasons=reasons,
        )

    def hits(self, ranking: Ranking, start: int, stop: int) -> tuple[Hit, ...]:
        """Read back the hits from place ``start`` to before ``stop``, counted from 0."""
        rows = ranking.rows[start:stop]
        hits = []
        for place, (row, view) in enumerate(zip(rows, photo_views(self._vault, rows), strict=True)):
            cosine = ranking.similar.get(row) if ranking.similar is not None else None
            score = None if cosine is None else _score(self.model, cosine)
            why = ranking.reasons.of(row, view, score)
            takes, repeats = ranking.stacks.get(row, (0, 0))[1], repeats_of(self._db, row)
            hits.append(Hit(view, start + place + 1, score, why, takes, repeats, row))
        return tuple(hits)

    def _confident(
        self, sentence: Sentence, allowed: set[int], similar: Mapping[int, float] | None
    ) -> bool | None:
        """Return whether something matches a text; None without one, or where no line is known."""
        line = None if self.model is None else confidence_line(self.model.info.id)
        if not sentence.texts or similar is None or line is None:
            return None
        for text in sentence.texts:
            sure = {row for tag in tags_called(text.text, self.vocabulary)
                    for row, (state, _) in self.tagged(tag).items()
                    if state is not TagState.SUGGESTED}  # fmt: skip
            if allowed & (sure | set(self.text_matches(text.text, in_tags=False))):
                return True
        near = [score for row, score in similar.items() if row in allowed]
        return is_confident(heapq.nlargest(BEST, near), len(near), line)

    def _warm(self) -> None:
        """Load the text tower in a thread while the vocabulary is parsed: 0.1 s of a cold start."""
        if self._warming is None and self.model is not None:
            self._warming = threading.Thread(target=_load_quietly, args=(self.model,), daemon=True)
            self._warming.start()

    def cosines(self, text: str) -> Scores:
        """Return the cosine ``[n]`` of each row of the matrix to a text; empty without a model."""
        if self._warming is not None:
            self._warming.join()
        if self.model is None:
            return np.zeros(0, np.float32)
        return self.matrix.similarities(self.model.encode_texts([text])[0])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the concepts that terms and texts may name."""
        return open_vocabulary()

    @cached_property
    def answering(self) -> Answering:
        """Return which model answers here, and what the person should know of that."""
        return answering_model(self._vault)

    @cached_property
    def model(self) -> Model | None:
        """Return the model that answers; None when only tags and text can."""
        return Model(self.answering.info) if self.answering.info else None

    @cached_property
    def matrix(self) -> VectorMatrix:
        """Return the vault's vectors of the model that answers; empty without one."""
        if self.model is None:
            return VectorMatrix(np.zeros(0, np.int64), np.zeros((0, 0), np.float16))
        return load_matrix(self._vault, self.model.info.id, self.model.info.dim)

    @property
    def needs_english(self) -> bool:
        """Return whether Chinese has to be translated for the model that answers."""
        return self.model is not None and "zh" not in self.model.info.languages

    def text_matches(self, text: str, *, in_tags: bool) -> list[int]:
        """Return rows whose names or notes (and tags) have the words of ``text``, best first."""
        return matching(self._db, text, in_tags=in_tags)

    def tagged(self, tag: Tag) -> Mapping[int, tuple[TagState, float]]:
        """Return rows with a tag."""
        return filters.with_tag(self._db, tag)

    def in_english(self, text: str) -> str:
        """Return a text with its Chinese translated by the dictionary, as it is without any."""
        # Imported here: most searches never open the dictionary.
        from propvault.language.translate import translate

        translation = translate(text, self.vocabulary)
        return translation.text if translation else text

    def _ranked(
        self,
        allowed: set[int],
        sentence: Sentence,
        similar: Mapping[int, float] | None,
        limit: int,
    ) -> list[int]:
        if not sentence.texts and not sentence.minus:
            newest = self._db.execute("SELECT id FROM photo ORDER BY taken_local DESC, id DESC")
            return [row[0] for row in newest if row[0] in allowed]
        shunned = filters.confirmed(
            self._db, [t for m in sentence.minus for t in tags_called(m.text, self.vocabulary)]
        )
        allowed = allowed - shunned
        # Beyond the first thousand a rank weighs less than a tenth of a tag or word that matches.
        near = ((row, score) for row, score in (similar or {}).items() if row in allowed)
        best = heapq.nlargest(max(_PICTURES, 3 * limit), near, key=operator.itemgetter(1))
        by_picture = [row for row, _ in best]
        rankings: list[tuple[float, Sequence[int]]] = [(1.0, by_picture)]
        for text in sentence.texts:
            tagged = self._tagged(text.text)
            rankings.append((_TAG_WEIGHT, [row for row in tagged if row in allowed]))
            words = self.text_matches(text.text, in_tags=not tagged)
            rankings.append((_TEXT_WEIGHT, [row for row in words if row in allowed]))
        return fuse(rankings)

    def _tagged(self, text: str) -> list[int]:
        found: dict[int, tuple[TagState, float]] = {}
        for tag in tags_called(text, self.vocabulary):
            found |= self.tagged(tag)
        sure = {TagState.CONFIRMED: 0, TagState.APPLIED: 1, TagState.SUGGESTED: 2}
        return sorted(found, key=lambda row: (sure[found[row][0]], -found[row][1], row))

    def _allowed(self, node: Node, *, text_filters: bool = False) -> set[int] | None:
        """Return the rows a node narrows to, None for all of them."""
        if isinstance(node, And):
            sets = [self._allowed(child, text_filters=text_filters) for child in node.nodes]
            narrowing = [rows for rows in sets if rows is not None]
            return set.intersection(*narrowing) if narrowing else None
        if isinstance(node, Or):
            # Free text beside an alternative has to choose photos, not only order them, unless
            # every alternative is free text.
            free = all(isinstance(child, Text) and not child.quoted for child in node.nodes)
            sets = [self._allowed(child, text_filters=not free) for child in node.nodes]
            return None if any(s is None for s in sets) else set().union(*(s or () for s in sets))
        if isinstance(node, Not):
            inner = self._allowed(node.node, text_filters=True)
            return filters.all_rows(self._db) - (inner or set())
        if isinstance(node, Text):
            if not node.quoted and not text_filters:
                return None
            return set(self.text_matches(node.text, in_tags=True)) | set(self._tagged(node.text))
        return self._narrowed(node)

    def _narrowed(self, node: Node) -> set[int] | None:
        if isinstance(node, Term):
            return {row for tag in self.tags_of(node) for row in self.tagged(tag)}
        if isinstance(node, Taken):
            return filters.with_taken(self._db, node)
        if isinstance(node, Rating):
            return filters.with_rating(self._db, node)
        if isinstance(node, Iso):
            return filters.with_iso(self._db, node)
        if isinstance(node, Near):
            return filters.with_near(self._db, node)
        if isinstance(node, Field):
            rows = filters.with_field(self._db, node)
            if rows is None:
                raise QueryError(
                    "search.not_yet",
                    position=node.position,
                    column=node.position + 1,
                    found=node.name,
                )
            return rows
        return None

    def tags_of(self, term: Term) -> list[Tag]:
        """Return the tags a facet term names.

        Raises:
            QueryError: the facet has no such value; names the nearest.
        """
        concepts = self.vocabulary.find(term.value, term.facet)
        if not concepts:
            import difflib

            names = [n for c in self.vocabulary.of_facet(term.facet) for n in (c.zh, c.en)]
            near = difflib.get_close_matches(term.value, names, 1, 0.5) or names[:1]
            raise QueryError(
                "search.unknown_value",
                position=term.position,
                column=term.position + 1,
                found=term.value,
                facet=term.facet,
                nearest=near[0] if near else "-",
            )
        return [concept.as_tag() for concept in concepts]


def _unstacked(rows: Sequence[int], stacks: Mapping[int, tuple[int, int]]) -> list[int]:
    """Return rows with the first of each stack alone, for it stands for the others."""
    seen: set[int] = set()
    kept = []
    for row in rows:
        face = stacks.get(row, (row, 0))[0]
        if face not in seen:
            seen.add(face)
            kept.append(row)
    return kept


def _score(model: Model | None, cosine: float) -> float | None:
    """Return a calibrated similarity 0 to 1."""
    if model is None:
        return None
    return round(float(model.score(np.array([cosine], np.float32))[0]), 4)


def _load_quietly(model: Model) -> None:
    # A model that cannot be loaded fails again, and aloud, when it is first asked.
    with contextlib.suppress(ModelError):
        model.load_texts()
