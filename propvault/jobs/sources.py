"""What a search asks: the vocabulary, the model that answers in a vault, its vectors, its tags."""

from __future__ import annotations

import contextlib
import difflib
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from propvault.colours import lab_of
from propvault.errors import ModelError, QueryError
from propvault.jobs.models import Answering, answering_model
from propvault.jobs.vocabulary import open_vocabulary
from propvault.language.concepts import Vocabulary
from propvault.language.normalise import fold
from propvault.query.tree import Colour, Term
from propvault.values import Tag
from propvault.vault import filters
from propvault.vault.colours import SAME_NAME, with_colour
from propvault.vault.filters import Tagged
from propvault.vault.looks import not_computed
from propvault.vault.standing import Rows, Standing
from propvault.vault.text import matching
from propvault.vault.vault import Vault
from propvault.vault.vectors import VectorMatrix, load_matrix, vectors_of
from propvault.vision.model import Model

Vector = NDArray[np.float32]

_PROMPTS = 2
"""Prompts read beside a concept's names: with all of them a query takes half as long again, for
half a point of precision at 10 (``benchmarks.search_quality``, objects by picture)."""
_KEPT_TEXTS = 256
"""Text vectors that are kept: a person types on, deletes, and asks again."""


class Sources:
    """All that queries on one open vault are answered from; each part loads on first use."""

    def __init__(self, vault: Vault, base: Path) -> None:
        """Remember the vault and the folder that paths start from."""
        self.vault = vault
        self.db = vault.db
        self.base = base
        self.standing = Standing(vault.db)
        self._warming: threading.Thread | None = None
        self._warmed = 0
        self._vectors: dict[str, Vector] = {}
        self._tagged: dict[str, Tagged] = {}
        self._worded: dict[tuple[str, bool], Rows] = {}
        self._lacking: dict[str, int] = {}

    def refresh(self) -> None:
        """Forget what no longer holds when the database changed."""
        standing = self.standing.current()
        if standing is not self.standing:
            self.standing = standing
            self._tagged.clear()
            self._worded.clear()
            self._lacking.clear()
            for name in ("answering", "matrix"):
                self.__dict__.pop(name, None)

    def warm(self) -> None:
        """Load the text tower in a thread while the vocabulary is parsed: 0.1 s of a cold start.

        Asked for the second time, it loads the tower that takes longer to load and half the time
        to read: somebody is typing.
        """
        model = self.model
        if model is None or self._warmed > 1 or self.is_loading:
            return
        load = model.settle_in if self._warmed else model.load_texts
        self._warmed += 1
        # No daemon: an interpreter that ends while onnxruntime loads is aborted.
        self._warming = threading.Thread(target=_quietly, args=(load,))
        self._warming.start()

    @property
    def is_loading(self) -> bool:
        """Return whether reading a text would wait for the model to load."""
        return self._warmed == 1 and self._warming is not None and self._warming.is_alive()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Return the concepts that terms and texts may name."""
        return open_vocabulary(self.vault.folder.root)

    @cached_property
    def answering(self) -> Answering:
        """Return which model answers here, and what the person should know of that."""
        return answering_model(self.vault)

    @property
    def model(self) -> Model | None:
        """Return the model that answers; None when only tags and text can."""
        info = self.answering.info
        if info is None:
            return None
        if self._model is None or self._model.info != info:
            self._model, self._warming, self._warmed = Model(info), None, 0
            self._vectors.clear()
        return self._model

    _model: Model | None = None

    @cached_property
    def matrix(self) -> VectorMatrix:
        """Return the vault's vectors of the model that answers; empty without one."""
        if self.model is None:
            return VectorMatrix.empty(0)
        return load_matrix(self.vault, self.model.info.id, self.model.info.dim)

    def vectors_of(self, rows: Rows) -> tuple[Rows, Vector]:
        """Return those of some rows that the model that answers has seen, and their vectors."""
        if self.model is None:
            return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
        return vectors_of(self.db, self.model.info.id, rows)

    def text_vector(self, text: str, read: str) -> Vector:
        """Return where a text points, about ``[dim]`` long 1; zeros without a model.

        A text that is the name of a concept is read in both languages and with the concept's own
        prompts: single words are where a small model is weakest, and where we know more.

        Args:
            text: as typed.
            read: what the model is to read for it, a translation or the text itself.
        """
        if self.model is None:
            return np.zeros(self.matrix.dim, np.float32)
        model = self.model
        return self.kept_vector(read, lambda: self._encoded(text, read, model))

    def kept_vector(self, key: str, make: Callable[[], Vector]) -> Vector:
        """Return the vector made under a key before, or make it."""
        if key not in self._vectors:
            if len(self._vectors) >= _KEPT_TEXTS:
                self._vectors.pop(next(iter(self._vectors)))
            self._vectors[key] = make()
        return self._vectors[key]

    def _encoded(self, text: str, read: str, model: Model) -> Vector:
        if self._warming is not None and self._warmed == 1:
            self._warming.join()
        names = {read: None}
        for concept in self.vocabulary.find(text)[:1]:
            if concept.is_called(text):
                chinese = (concept.zh,) if "zh" in model.info.languages else ()
                names |= dict.fromkeys((*chinese, concept.en, *concept.prompts[:_PROMPTS]))
            elif (english := self.vocabulary.english.get(fold(text))) is not None:
                names |= {english[0]: None}
        mean = model.encode_texts(list(names)).mean(0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    @property
    def needs_english(self) -> bool:
        """Return whether Chinese has to be translated for the model that answers."""
        return self.model is not None and "zh" not in self.model.info.languages

    def in_english(self, text: str) -> str:
        """Return a text with its Chinese translated by the dictionary, as it is without any."""
        # Imported here: most searches never open the dictionary.
        from propvault.language.translate import translate

        translation = translate(text, self.vocabulary)
        return translation.text if translation else text

    def worded(self, text: str, *, in_tags: bool) -> Rows:
        """Return the photos whose words say a text or another wording of it, best first."""
        key = (text, in_tags)
        if key not in self._worded:
            if len(self._worded) >= _KEPT_TEXTS:
                self._worded.pop(next(iter(self._worded)))
            self._worded[key] = matching(self.db, self.vocabulary.wordings(text), in_tags=in_tags)
        return self._worded[key]

    def tagged(self, tag: Tag) -> Tagged:
        """Return the photos with a tag."""
        if tag.name not in self._tagged:
            self._tagged[tag.name] = filters.with_tag(self.db, tag)
        return self._tagged[tag.name]

    def coloured(self, node: Colour) -> Rows:
        """Return the photos in which a colour takes some room, nearest first."""
        lab = lab_of((node.red, node.green, node.blue))
        distance = node.distance or SAME_NAME
        return np.array(list(with_colour(self.db, lab, distance)), np.int64)

    def tags_of(self, term: Term) -> list[Tag]:
        """Return the tags a facet term names.

        Raises:
            QueryError: the facet has no such value; names the nearest.
        """
        concepts = self.vocabulary.find(term.value, term.facet)
        if concepts:
            return [concept.as_tag() for concept in concepts]
        names = [n for c in self.vocabulary.of_facet(term.facet) for n in (c.zh, c.en)]
        near = difflib.get_close_matches(term.value, names, 1, 0.5) or names[:1]
        raise QueryError.at(
            "search.unknown_value",
            term.position,
            found=term.value,
            facet=term.facet,
            nearest=near[0] if near else "-",
        )

    def not_computed(self, what: Literal["colours", "places"]) -> int:
        """Return of how many photos colours or places were never computed."""
        if what not in self._lacking:
            self._lacking[what] = not_computed(self.db, what)
        return self._lacking[what]

    def scores(self, cosines: Vector, language: str | None) -> list[float | None]:
        """Return the calibrated similarity 0 to 1 of each cosine, None where there is none."""
        if self.model is None:
            return [None] * len(cosines)
        scores = self.model.score(cosines, language).tolist()
        return [None if np.isnan(score) else round(score, 4) for score in scores]


def _quietly(load: Callable[[], None]) -> None:
    # A model that cannot be loaded fails again, and aloud, when it is first asked.
    with contextlib.suppress(ModelError):
        load()
