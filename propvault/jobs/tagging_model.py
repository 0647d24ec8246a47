"""The model and the vocabulary of one vault together: pictures to vectors and automatic tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import platformdirs
from numpy.typing import NDArray

from propvault.jobs.models import find_model
from propvault.language.vocabulary import Vocabulary, load_vocabulary
from propvault.resources import library_folder
from propvault.values import PhotoTag, Tag, TagSource, TagState
from propvault.vision.model import Model
from propvault.vision.model_folder import ModelInfo

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

    def tags(self, vectors: NDArray[np.float32]) -> list[tuple[PhotoTag, ...]]:
        """Return the automatic tags of each picture vector ``[n, dim]``."""
        return [() for _ in vectors]

    def words(self, tag: Tag) -> Iterable[str]:
        """Return every name of a tag, for the text index."""
        concept = self.vocabulary.get(tag.name)
        return concept.names if concept else (tag.zh, tag.en)

    def sidecar_tags(self, subjects: Sequence[str]) -> list[PhotoTag]:
        """Turn keywords into tags: the vocabulary's where it knows the word, free ones else."""
        found: dict[str, PhotoTag] = {}
        for word in subjects:
            concepts = self.vocabulary.find(word)
            tag = (
                Tag(concepts[0].facet, concepts[0].slug, concepts[0].zh, concepts[0].en)
                if concepts
                else Tag(FREE_FACET, word.casefold(), word, word)
            )
            found[tag.name] = PhotoTag(tag, TagSource.SIDECAR, TagState.APPLIED)
        return list(found.values())

    @cached_property
    def _model(self) -> Model:
        return Model(self.info)


def open_vocabulary() -> Vocabulary:
    """Return the shipped vocabulary with a person's own files over it."""
    own = platformdirs.user_config_path("propvault", appauthor=False) / "vocabulary"
    return load_vocabulary(library_folder() / "vocabulary", own)
