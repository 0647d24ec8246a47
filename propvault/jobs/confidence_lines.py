"""Read the shipped lines between a match and chance, one per measured model."""

from __future__ import annotations

import tomllib
from functools import cache

from propvault.confidence import ConfidenceLine
from propvault.errors import LibraryError
from propvault.resources import library_folder


def confidence_line(model_id: str) -> ConfidenceLine | None:
    """Return the line of a model; None when nobody measured it.

    Raises:
        LibraryError: the shipped file does not say what it must.
    """
    return _lines().get(model_id)


@cache
def _lines() -> dict[str, ConfidenceLine]:
    path = library_folder() / "confidence.toml"
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        return {model: ConfidenceLine(**table) for model, table in stated.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise LibraryError("library.bad_toml", path=str(path), detail=str(error)) from error
