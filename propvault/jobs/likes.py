"""Pictures as queries: photos of the vault, and picture files that need not be in it."""

from __future__ import annotations

import numpy as np

from propvault.errors import PictureError, QueryError, UsageError
from propvault.jobs.sources import Sources, Vector
from propvault.query.tree import Like
from propvault.reasons import word
from propvault.vault.vectors import vector_of
from propvault.vault.views import resolve
from propvault.vision.model import Model, model_input


def like_vector(sources: Sources, like: Like) -> Vector:
    """Return the unit vector ``[dim]`` of a photo of the vault or of a picture file.

    Raises:
        QueryError: nothing is called so, or it cannot be looked at.
    """
    model = sources.model
    if model is None:
        raise QueryError.at(
            "search.no_vector", like.position, found=like.photo, name=sources.vault.settings.model
        )
    row = like_row(sources, like)
    if row is None:
        return _file_vector(sources, like, model)
    vector = vector_of(sources.db, row, model.info.id)
    if vector is None:
        raise QueryError.at(
            "search.no_vector", like.position, found=like.photo, name=model.info.name
        )
    return vector


def like_row(sources: Sources, like: Like) -> int | None:
    """Return the row of the photo that ``like:`` names, None when only a file is called so.

    Raises:
        QueryError: nothing is called so, or several photos are.
    """
    try:
        return resolve(sources.vault, like.photo, sources.base)
    except UsageError as error:
        if (sources.base / like.photo).is_file():
            return None
        if error.reason.code == "photo.ambiguous":
            count = error.reason.get("count") or 0
            raise QueryError.at(
                "search.many_photos", like.position, found=like.photo, count=count
            ) from error
        raise QueryError.at("search.unknown_photo", like.position, found=like.photo) from error


def _file_vector(sources: Sources, like: Like, model: Model) -> Vector:
    # Imported here: every other search starts 0.05 s sooner without the decoders.
    from propvault.vision.reader import decode_preview, make_preview

    path = sources.base / like.photo

    def seen() -> Vector:
        try:
            limit = sources.vault.settings.max_decoded_mb
            preview = decode_preview(make_preview(path, max_decoded_mb=limit))
        except PictureError as error:
            raise QueryError.at(
                "search.not_a_picture", like.position, found=like.photo, why=word(error.reason)
            ) from error
        (vector,) = model.encode_pictures(model_input(preview, model.info)[None])
        return np.asarray(vector, np.float32)

    return sources.kept_vector(f"{path}\0{path.stat().st_mtime_ns}", seen)
