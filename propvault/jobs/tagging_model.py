"""The model and the vocabulary of one vault together: pictures to vectors and automatic tags."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from propvault.errors import LibraryError
from propvault.jobs.models import find_model
from propvault.jobs.vocabulary import open_vocabulary
from propvault.language.concepts import Concept
from propvault.resources import library_folder
from propvault.settings import cache_folder
from propvault.tagging import Background, Thresholds, decide, leaders, read_thresholds, tag_scores
from propvault.values import PhotoTag, Tag, TagSource, TagState
from propvault.vision.model import Model
from propvault.vision.model_folder import ModelInfo

MAX_SUGGESTED = 8
"""Likely tags kept for a photo: a director reads a handful, not thirty."""
FREE_FACET = "keyword"
"""Facet of words from sidecars that the vocabulary does not know."""


class TaggingModel:
    """Encodes pictures and names what they show; the towers load on first use."""

    def __init__(self, name: str) -> None:
        self.info: ModelInfo = find_model(name)
        self.vocabulary = open_vocabulary()

    def encode(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors ``[n, dim]`` of model inputs ``[n, height, width, 3]``."""
        return self._model.encode_pictures(inputs)

    @property
    def can_tag(self) -> bool:
        """Return whether somebody measured from which score this model's tags can be believed."""
        return bool(self._concepts)

    def tags(self, vectors: NDArray[np.float32]) -> list[tuple[PhotoTag, ...]]:
        """Return the automatic tags of each picture vector ``[n, dim]``, best first.

        Every applied tag, and the best `MAX_SUGGESTED` of those that are only likely.
        """
        if not self._concepts:
            return [() for _ in vectors]
        background, thresholds = self._thresholds
        scores = tag_scores(vectors, self._tag_vectors, background)
        leading = leaders(scores, [c.facet for c in self._concepts])
        applied, suggested = decide(scores, thresholds, leading)
        return [
            (
                *self._found(row, applied[at], TagState.APPLIED),
                *self._found(row, suggested[at], TagState.SUGGESTED)[:MAX_SUGGESTED],
            )
            for at, row in enumerate(scores)
        ]

    def _found(
        self, scores: NDArray[np.float32], chosen: NDArray[np.bool_], state: TagState
    ) -> list[PhotoTag]:
        best = sorted(np.flatnonzero(chosen).tolist(), key=lambda index: -scores[index])
        return [
            PhotoTag(
                self._concepts[i].as_tag(), TagSource.AUTO, state, float(scores[i]), self.info.id
            )
            for i in best
        ]

    def words(self, tag: Tag) -> Iterable[str]:
        """Return every name of a tag, for the text index."""
        concept = self.vocabulary.get(tag.name)
        return concept.names if concept else (tag.zh, tag.en)

    def sidecar_tags(self, subjects: Sequence[str]) -> list[PhotoTag]:
        """Turn keywords into tags: the vocabulary's where it knows the word, free ones else."""
        found: dict[str, PhotoTag] = {}
        for word in subjects:
            concepts = self.vocabulary.find(word)
            tag = concepts[0].as_tag() if concepts else Tag(FREE_FACET, word.casefold(), word, word)
            found[tag.name] = PhotoTag(tag, TagSource.SIDECAR, TagState.APPLIED)
        return list(found.values())

    @cached_property
    def _model(self) -> Model:
        return Model(self.info)

    @cached_property
    def _stated(self) -> dict[str, Any]:
        """Return the threshold file of this very model; empty when nobody measured it."""
        for path in sorted((library_folder() / "thresholds").glob("*.toml")):
            try:
                stated = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise LibraryError("library.bad_toml", path=str(path), detail=str(error)) from error
            if stated.get("model") == self.info.id:
                return stated
        return {}

    @cached_property
    def _concepts(self) -> list[Concept]:
        """Return the concepts that this model can be asked for."""
        known = self._stated.get("tags", {})
        return [c for c in self.vocabulary.concepts.values() if c.prompts and c.tag in known]

    @cached_property
    def _thresholds(self) -> tuple[Background, Thresholds]:
        return read_thresholds(self._stated, [c.tag for c in self._concepts])

    @cached_property
    def _tag_vectors(self) -> NDArray[np.float32]:
        """Return unit vectors ``[tags, dim]``, kept in the cache: encoding them takes seconds."""
        prompts = json.dumps([c.prompts for c in self._concepts]).encode()
        digest = hashlib.sha256(prompts).hexdigest()[:12]
        file = cache_folder() / "tags" / f"{self.info.id}-{digest}.npy"
        with contextlib.suppress(OSError, ValueError, EOFError):
            vectors: NDArray[np.float32] = np.load(file)
            return vectors
        vectors = tag_vectors(self._model, self._concepts)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}.part")
            with part.open("wb") as stream:
                np.save(stream, vectors)
            part.replace(file)
        return vectors


def tag_vectors(model: Model, concepts: Sequence[Concept]) -> NDArray[np.float32]:
    """Return unit vectors ``[concepts, dim]``: the mean of each concept's prompts, normalised."""
    vectors = model.encode_texts([prompt for c in concepts for prompt in c.prompts])
    ends = np.cumsum([len(c.prompts) for c in concepts])[:-1]
    means = np.stack([part.mean(0) for part in np.split(vectors, ends)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)
