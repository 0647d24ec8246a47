"""Give photos all their machine-given tags anew: automatic ones, then those that are computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from propvault.jobs.computed import compute_tags
from propvault.jobs.tagging_model import TaggingModel
from propvault.values import PhotoTag, TagSource
from propvault.vault.tags import replace_tags
from propvault.vault.vault import Database, Vault
from propvault.vault.vectors import vectors_of


def give_tags(
    db: Database, row: int, automatic: Sequence[PhotoTag] | None, tagging: TaggingModel
) -> None:
    """Give a photo its tags anew inside the caller's transaction; what a person said stays.

    Args:
        db: the database.
        row: the photo.
        automatic: what the model says; None leaves what an earlier one said.
        tagging: the model that the photo then counts as tagged by.
    """
    if automatic is not None:
        replace_tags(db, row, TagSource.AUTO, automatic)
    compute_tags(db, [row], tagging.vocabulary)
    tagging.note_tagged(db, row)


def renew_tags(vault: Vault, db: Database, rows: Sequence[int]) -> None:
    """Give photos their tags anew after what is computed of them changed.

    A computed tag takes away the automatic ones that it excludes (``light:night`` a
    ``light:sunlight``), so those have to be asked for again where it goes.
    """
    if not rows:
        return
    tagging = TaggingModel(vault.settings.model, vault)
    automatic = _automatic(db, rows, tagging)
    for row in rows:
        give_tags(db, row, automatic.get(row), tagging)


def _automatic(
    db: Database, rows: Sequence[int], tagging: TaggingModel
) -> Mapping[int, tuple[PhotoTag, ...]]:
    if not tagging.can_tag:
        return {}
    seen, vectors = vectors_of(db, tagging.info.id, np.array(rows))
    return dict(zip(seen.tolist(), tagging.tags(vectors), strict=True)) if len(seen) else {}
