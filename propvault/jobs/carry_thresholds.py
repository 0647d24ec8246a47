"""Thresholds for a model that nobody measured: each tag keeps its share of the vault.

Written into the vault's ``thresholds`` folder, in the format of ``library/thresholds``, and marked
``carried``. The unit of scores comes from the vault's own photos, so they mean what they always do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.language.concepts import Concept
from propvault.tagging import Scale, deviation_of, tag_scores
from propvault.vault.copying import write_whole
from propvault.vault.retagging import automatic_counts
from propvault.vault.vault import Vault
from propvault.vault.vectors import stored_vectors
from propvault.vision.model_folder import ModelInfo

RIVALS = ("object", "structure", "setting")
"""Facets of things: one of them is usually what a photo shows."""
FEWEST = 50
"""Photos from which on a vault gives a unit; of fewer no tag is carried over."""
_SUGGESTED = 0.02
"""Least share of the vault on which a tag is suggested."""


def thresholds_file(root: Path, model_id: str) -> Path:
    """Return where a vault keeps the thresholds of a model."""
    return root / "thresholds" / f"{model_id}.toml"


def carry_thresholds(
    vault: Vault, info: ModelInfo, concepts: Sequence[Concept], tag_vectors: NDArray[np.float32]
) -> bool:
    """Write thresholds of a model that has seen the vault; return whether there were photos enough.

    Args:
        vault: the vault, whose automatic tags are another model's.
        info: the model.
        concepts: what it can be asked for.
        tag_vectors: their unit vectors ``[concepts, dim]``.
    """
    stored = stored_vectors(vault.db, info.id, info.dim)
    if len(stored.rows) < FEWEST:
        return False
    vectors = stored.vectors.astype(np.float32)
    rivals = np.array([c.facet in RIVALS for c in concepts])
    scale = Scale(deviation_of(vectors @ tag_vectors.T), rivals)
    scores = tag_scores(vectors, tag_vectors, scale)
    counts = automatic_counts(vault.db)
    rows = {
        concept.tag: _carried(scores[:, at], *counts.get(concept.tag, (0, 0)))
        for at, concept in enumerate(concepts)
    }
    text = _worded(info.id, scale, rows)
    write_whole(thresholds_file(vault.folder.root, info.id), text.encode())
    return True


def _carried(scores: NDArray[np.float32], applied: int, suggested: int) -> dict[str, float]:
    """Return the thresholds that leave a tag on as many photos as it is on now."""
    share = max((applied + suggested) / len(scores), _SUGGESTED)
    found = {"suggested": float(np.quantile(scores, 1 - min(share, 1.0)))}
    if applied:
        found["applied"] = float(np.quantile(scores, 1 - min(applied / len(scores), 1.0)))
    return found


def _worded(model_id: str, scale: Scale, rows: Mapping[str, Mapping[str, float]]) -> str:
    lines = [
        "# Written when this model had seen the vault: each tag keeps its share of the photos.",
        "# Nobody measured them; `propvault tags --quality` says what your verdicts made of them.",
        f'model = "{model_id}"',
        f"deviation = {scale.deviation:.4f}",
        "rivals = [" + ", ".join(f'"{facet}"' for facet in RIVALS) + "]",
        "carried = true",
        "",
        "[tags]",
    ]
    for tag, row in rows.items():
        pairs = ", ".join(f"{key} = {value:.4f}" for key, value in row.items())
        lines.append(f'"{tag}" = {{ {pairs} }}')
    return "\n".join(lines) + "\n"
