"""The model and the vocabulary of one vault together: pictures to vectors and automatic tags."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from propvault.errors import LibraryError
from propvault.jobs.carry_thresholds import carry_thresholds, thresholds_file
from propvault.jobs.models import find_model
from propvault.jobs.vocabulary import open_vocabulary
from propvault.language.concepts import Concept
from propvault.reasons import Reason
from propvault.resources import library_folder
from propvault.settings import cache_folder
from propvault.tagging import (
    Scale,
    Thresholds,
    adapt,
    decide,
    leaders,
    read_thresholds,
    tag_scores,
    without_excluded,
)
from propvault.values import PhotoTag, Tag, TagSource, TagState
from propvault.vault.retagging import note_tagged, verdicts
from propvault.vault.vault import Database, Vault
from propvault.vault.vectors import stored_vectors
from propvault.vision.model import Model
from propvault.vision.model_folder import ModelInfo

MAX_SUGGESTED = 8
"""Likely tags kept for a photo: a director reads a handful, not thirty."""
_TAGGING_VERSION = 3
"""Raised when the way from vectors to tags changes, so that `retag` does it anew."""


class TaggingModel:
    """Encodes pictures and names what they show; the towers load on first use."""

    def __init__(self, name: str, vault: Vault | None = None) -> None:
        self.info: ModelInfo = find_model(name)
        self.vocabulary = open_vocabulary(vault.folder.root if vault else None)
        self._vault = vault

    def encode(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return unit vectors ``[n, dim]`` of model inputs ``[n, height, width, 3]``."""
        return self._model.encode_pictures(inputs)

    @property
    def can_tag(self) -> bool:
        """Return whether somebody measured from which score this model's tags can be believed."""
        return bool(self._stated)

    def tags(self, vectors: NDArray[np.float32]) -> list[tuple[PhotoTag, ...]]:
        """Return the automatic tags of each picture vector ``[n, dim]``, best first.

        Every applied tag, and the best `MAX_SUGGESTED` of those that are only likely.
        """
        if not self.can_tag:
            return [() for _ in vectors]
        scores = self.scores(vectors)
        leading = leaders(scores, [c.facet for c in self.concepts])
        applied, suggested = decide(scores, self.thresholds, leading)
        suggested = without_excluded(applied, suggested, self._arranged[2])
        return [
            (
                *self._found(row, applied[at], TagState.APPLIED),
                *self._found(row, suggested[at], TagState.SUGGESTED)[:MAX_SUGGESTED],
            )
            for at, row in enumerate(scores)
        ]

    def scores(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the score ``[n, concepts]`` of each picture vector for each concept."""
        return tag_scores(vectors, self._tag_vectors, self._arranged[0])

    def _found(
        self, scores: NDArray[np.float32], chosen: NDArray[np.bool_], state: TagState
    ) -> list[PhotoTag]:
        best = sorted(np.flatnonzero(chosen).tolist(), key=lambda index: -scores[index])
        return [
            PhotoTag(
                self.concepts[i].as_tag(),
                TagSource.AUTO,
                state,
                round(float(scores[i]), 4),
                self.info.id,
                self._why(i, state, float(scores[i])),
            )
            for i in best
        ]

    def _why(self, index: int, state: TagState, score: float) -> Reason:
        """Say which model found it, from which score on, and what was measured of that."""
        row = self.measured_of(self.concepts[index].tag)
        applied, suggested = self.thresholds.applied[index], self.thresholds.suggested[index]
        line = f"{applied if state is TagState.APPLIED else suggested:.2f}"
        told: dict[str, str | int] = {"model": self.info.id, "line": line}
        if state is TagState.SUGGESTED and not np.isfinite(applied):
            code = "tagged.unproven" if "positives" in row else "tagged.unmeasured"
            return Reason.of(code, **told)
        if state is TagState.SUGGESTED:
            code = "tagged.likely" if score < applied else "tagged.outdone"
            return Reason.of(code, above=f"{applied:.2f}", **told)
        if index in self.in_force[1]:
            return Reason.of("tagged.adapted", **told)
        if "precision" not in row:
            return Reason.of("tagged.carried", **told)
        percent, count = round(100 * row.get("precision", 0)), row.get("positives", 0)
        return Reason.of("tagged.measured", percent=percent, number=count, **told)

    def words(self, tag: Tag) -> Iterable[str]:
        """Return every name of a tag, for the text index."""
        concept = self.vocabulary.get(tag.name)
        return concept.names if concept else (tag.zh, tag.en)

    def note_tagged(self, db: Database, photo_id: int) -> None:
        """Remember what a photo's tags were made from, inside the caller's transaction."""
        note_tagged(db, photo_id, self.state)

    @cached_property
    def state(self) -> str:
        """Return a digest of all that tags follow from: model, vocabulary, thresholds, verdicts."""
        made_of = (
            _TAGGING_VERSION,
            self.info.id,
            [repr(concept) for concept in self.vocabulary.concepts.values()],
            [self.thresholds.applied.tolist(), self.thresholds.suggested.tolist()]
            if self.can_tag
            else [],
        )
        return hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]

    @cached_property
    def concepts(self) -> list[Concept]:
        """Return the concepts that this model can be asked for."""
        return [c for c in self.vocabulary.concepts.values() if c.prompts and self.can_tag]

    def carry_over(self, vault: Vault) -> bool:
        """Give a model that nobody measured the vault's thresholds; return whether it can tag."""
        if self.can_tag:
            return True
        concepts = [c for c in self.vocabulary.concepts.values() if c.prompts]
        vectors = kept_tag_vectors(self.info.id, concepts, lambda: self._model)
        return carry_thresholds(vault, self.info, concepts, vectors)

    @property
    def thresholds(self) -> Thresholds:
        """Return the thresholds in force: the measured ones, moved by the vault's verdicts."""
        return self.in_force[0]

    def measured_of(self, tag: str) -> dict[str, Any]:
        """Return what was measured of a tag; empty when nothing was."""
        found: dict[str, Any] = self._stated.get("tags", {}).get(tag, {})
        return found

    @cached_property
    def in_force(self) -> tuple[Thresholds, frozenset[int]]:
        """Return the thresholds, and by place the concepts whose verdicts here moved theirs."""
        judged = {} if self._vault is None else scored_verdicts(self, self._vault)
        return adapt(self._arranged[1], judged)

    @cached_property
    def _model(self) -> Model:
        return Model(self.info)

    @cached_property
    def _stated(self) -> dict[str, Any]:
        return stated_thresholds(self.info.id, self._vault.folder.root if self._vault else None)

    @cached_property
    def _arranged(self) -> tuple[Scale, Thresholds, NDArray[np.bool_]]:
        """Return scale, measured thresholds and what excludes what, by place of concepts."""
        measured = read_thresholds(self._stated, [c.tag for c in self.concepts])
        return *measured, exclusion_matrix(self.concepts, self.vocabulary.exclusions)

    @cached_property
    def _tag_vectors(self) -> NDArray[np.float32]:
        return kept_tag_vectors(self.info.id, self.concepts, lambda: self._model)


def kept_tag_vectors(
    model_id: str, concepts: Sequence[Concept], model: Callable[[], Model]
) -> NDArray[np.float32]:
    """Return unit vectors ``[concepts, dim]``, kept in the cache: encoding them takes seconds.

    Kept by what each concept's prompts say, so a new word costs its own prompts alone.
    """
    file = cache_folder() / "tags" / f"{model_id}.npz"
    keys = [hashlib.sha256(json.dumps(c.prompts).encode()).hexdigest()[:16] for c in concepts]
    kept: dict[str, NDArray[np.float32]] = {}
    with (
        contextlib.suppress(OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile),
        np.load(file) as stored,
    ):
        kept = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    lacking = {key: c for key, c in zip(keys, concepts, strict=True) if key not in kept}
    if lacking:
        kept |= zip(lacking, tag_vectors(model(), list(lacking.values())), strict=True)
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{os.getpid()}.part")
            with part.open("wb") as stream:
                np.savez(stream, keys=np.array(list(kept)), vectors=np.stack(list(kept.values())))
            part.replace(file)
    return np.stack([kept[key] for key in keys])


def tag_vectors(model: Model, concepts: Sequence[Concept]) -> NDArray[np.float32]:
    """Return unit vectors ``[concepts, dim]``: the mean of each concept's prompts, normalised."""
    vectors = model.encode_texts([prompt for c in concepts for prompt in c.prompts])
    ends = np.cumsum([len(c.prompts) for c in concepts])[:-1]
    means = np.stack([part.mean(0) for part in np.split(vectors, ends)])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def stated_thresholds(model_id: str, vault: Path | None = None) -> dict[str, Any]:
    """Return the threshold file of this very model; empty when there is none.

    A measured one in the library comes before one that a vault carried over.

    Raises:
        LibraryError: a threshold file is not TOML.
    """
    paths = sorted((library_folder() / "thresholds").glob("*.toml"))
    carried = vault and thresholds_file(vault, model_id)
    for path in [*paths, *([carried] if carried and carried.is_file() else [])]:
        try:
            stated = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise LibraryError("library.bad_toml", path=str(path), detail=str(error)) from error
        if stated.get("model") == model_id:
            return stated
    return {}


def exclusion_matrix(
    concepts: Sequence[Concept], exclusions: Mapping[str, frozenset[str]]
) -> NDArray[np.bool_]:
    """Return ``[concepts, concepts]``: whether two cannot stand together; symmetric."""
    column = {c.tag: index for index, c in enumerate(concepts)}
    matrix = np.zeros((len(column), len(column)), np.bool_)
    for tag, others in exclusions.items():
        if tag in column:
            matrix[column[tag], [column[other] for other in others & column.keys()]] = True
    return matrix


def scored_verdicts(
    model: TaggingModel, vault: Vault
) -> dict[int, tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    """Return a vault's verdicts by place of the concept: scores, and whether it is right.

    Photos that the model has not seen are left out.
    """
    said = verdicts(vault.db) if model.can_tag else {}
    if not said:
        return {}
    stored = stored_vectors(vault.db, model.info.id, model.info.dim)
    place = {row: index for index, row in enumerate(stored.rows.tolist())}
    found = {}
    for index, concept in enumerate(model.concepts):
        judged = {row: right for row, right in said.get(concept.tag, {}).items() if row in place}
        if judged:
            vectors = stored.vectors[[place[row] for row in judged]].astype(np.float32)
            right = np.array(list(judged.values()), np.bool_)
            found[index] = (model.scores(vectors)[:, index], right)
    return found
