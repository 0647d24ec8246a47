"""The stages of an import between walking and recording: hash, decode, copy.

Order is kept from end to end, so that what an import does never depends on which process was
quicker. Look-ahead is bounded: with W workers at most 2 W + 4 files are in flight, each holding
some 0.3 MB (preview and model input) here besides what its decoder process holds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from propvault.errors import PictureError
from propvault.jobs.import_walk import Found
from propvault.reasons import Reason
from propvault.vault.copying import file_sha256
from propvault.vision.formats import HEAD_BYTES, Kind, classify
from propvault.vision.metadata import XmpFacts, read_sidecar
from propvault.vision.reader import PictureFacts

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Item:
    """One file on its way through the import."""

    found: Found
    """The file."""
    kind: Kind
    """What its content says."""
    sha256: str = ""
    """Hex digest; empty for what is ignored."""
    facts: PictureFacts | None = None
    """What a picture says and shows; None when the vault has these bytes already."""
    sidecar: XmpFacts | None = None
    """What a sidecar says."""
    stored: str | None = None
    """Path of the stored copy below ``stored/``."""
    failure: Reason | None = None
    """Why it is skipped."""

    def failed(self, error: PictureError) -> Item:
        """Return this item as one that is skipped."""
        return replace(self, failure=error.reason, facts=None)


def ahead(
    items: Iterable[T], start: Callable[[T], Future[R] | None], depth: int
) -> Iterator[tuple[T, Future[R] | None]]:
    """Start work on up to ``depth`` items before yielding the first, keeping their order."""
    waiting: deque[tuple[T, Future[R] | None]] = deque()
    for item in items:
        waiting.append((item, start(item)))
        if len(waiting) > depth:
            yield waiting.popleft()
    yield from waiting


def look(found: Found) -> Item:
    """Tell what a file is by its content and hash it when it is a picture or a sidecar."""
    try:
        kind = found.kind or _kind(found.path)
        if kind is Kind.SIDECAR:
            return Item(found, kind, file_sha256(found.path), sidecar=read_sidecar(found.path))
        if kind is Kind.PICTURE:
            return Item(found, kind, file_sha256(found.path))
        return Item(found, kind, failure=_broken(found) if kind is Kind.BROKEN else None)
    except PictureError as error:
        return Item(found, Kind.BROKEN, failure=error.reason)
    except OSError as error:
        code = (
            "picture.no_permission" if isinstance(error, PermissionError) else "picture.disk_error"
        )
        detail = error.strerror or str(error)
        return Item(
            found, Kind.BROKEN, failure=Reason.of(code, path=str(found.path), detail=detail)
        )


def _kind(path: Path) -> Kind:
    with path.open("rb") as stream:
        return classify(path.name, stream.read(HEAD_BYTES))


def _broken(found: Found) -> Reason:
    code = "picture.not_one" if found.size else "picture.empty"
    return Reason.of(code, path=str(found.path))
