"""The matrix of picture vectors: exact cosine similarities of a whole vault in one SIMD pass.

Vectors live in the database as little-endian f16; the matrix is a memory-mapped copy in the cache
folder that can be deleted at any time. A generation is two files that only ever grow, rows and
vectors, so an import of ten photos writes ten vectors and a reader that has mapped the files is
never disturbed. Where vectors were replaced or removed a new generation is begun.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from propvault.settings import cache_folder
from propvault.vault.vault import Vault

_RESCORED = 512
"""How many of the best are scored again in f32; f16 products err by up to 1e-3."""


_CHUNK = 20_000
"""Vectors read from the database at a time: 15 MB at 384 numbers each."""


@dataclass(frozen=True)
class VectorMatrix:
    """All vectors of one model in one vault."""

    rows: NDArray[np.int64]
    """``[n]`` photo rows, ascending in embedding id."""
    parts: tuple[NDArray[np.float16], ...]
    """Unit vectors ``[n, dim]`` in one or two pieces: the mapped ones, and those not in the cache
    where it cannot be written."""

    @classmethod
    def empty(cls, dim: int) -> VectorMatrix:
        """Return a matrix without photos."""
        return cls(np.zeros(0, np.int64), (np.zeros((0, dim), np.float16),))

    @property
    def dim(self) -> int:
        """Return how many numbers a vector has."""
        return int(self.parts[0].shape[1])

    def similarities(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosine similarities ``[n]`` to a unit query ``[dim]``, exact in f32 at the top.

        The whole matrix is scanned in f16 by numkong (7 times faster than numpy, which has to
        convert it first); the best 512 are computed again in f32.
        """
        scores = [_scanned(query, vectors) for vectors in self.parts if len(vectors)]
        return np.concatenate([np.zeros(0, np.float32), *scores])


def _scanned(query: NDArray[np.float32], vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    import numkong

    rough = numkong.cdist(query[None].astype(np.float16), vectors, "dot")
    scores = np.asarray(rough, dtype=np.float32).reshape(-1)
    best = np.argpartition(-scores, min(_RESCORED, len(scores)) - 1)[:_RESCORED]
    scores[best] = vectors[best].astype(np.float32) @ query
    return scores


def add_vector(db: Database, photo_id: int, model_id: str, vector: NDArray[np.float32]) -> None:
    """Store a photo's vector ``[dim]`` for a model, inside the caller's transaction."""
    db.execute(
        "INSERT OR REPLACE INTO embedding (photo_id, model_id, vector) VALUES (?, ?, ?)",
        (photo_id, model_id, vector.astype("<f2").tobytes()),
    )


def vector_of(db: Database, photo_id: int, model_id: str) -> NDArray[np.float32] | None:
    """Return a photo's unit vector ``[dim]`` of a model, None without one."""
    found = db.execute(
        "SELECT vector FROM embedding WHERE model_id = ? AND photo_id = ?", (model_id, photo_id)
    ).fetchone()
    return None if found is None else np.frombuffer(found[0], "<f2").astype(np.float32)


def load_matrix(vault: Vault, model_id: str, dim: int) -> VectorMatrix:
    """Map the matrix of a model, after adding the vectors that came since."""
    db = vault.db
    count, newest = db.execute(
        "SELECT count(*), coalesce(max(id), 0) FROM embedding WHERE model_id = ?", (model_id,)
    ).fetchone()
    if not count:
        return VectorMatrix.empty(dim)
    generation = _current(cache_folder() / vault.id, db, model_id, dim)
    last, lacking = generation.last, count - generation.count
    if lacking:
        # A cache that cannot be written, or that another process is writing, only costs time.
        with contextlib.suppress(OSError):
            generation.grow(_stored(db, model_id, dim, last))
            last, lacking = newest, 0
    rows, vectors = generation.mapped()
    if not lacking:
        return VectorMatrix(rows, (vectors,))
    more = list(_stored(db, model_id, dim, last))
    rest = np.concatenate([part for _, _, part in more])
    return VectorMatrix(np.concatenate([rows, *(part for _, part, _ in more)]), (vectors, rest))


class StoredVectors(NamedTuple):
    """Vectors of one model as read from the database, ascending in embedding id."""

    rows: NDArray[np.int64]
    """``[n]`` photo rows."""
    vectors: NDArray[np.float16]
    """``[n, dim]`` unit vectors."""


def stored_vectors(db: Database, model_id: str, dim: int) -> StoredVectors:
    """Read every vector of a model from the database."""
    found = list(_stored(db, model_id, dim, 0))
    rows = np.concatenate([np.zeros(0, np.int64), *(part for _, part, _ in found)])
    vectors = np.concatenate([np.zeros((0, dim), np.float16), *(part for _, _, part in found)])
    return StoredVectors(rows, vectors)


_Chunk = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float16]]


def _stored(db: Database, model_id: str, dim: int, after: int) -> Iterator[_Chunk]:
    """Yield embedding ids, photo rows and vectors of a model, ids above ``after``, ascending."""
    sql = (
        "SELECT id, photo_id, vector FROM embedding WHERE model_id = ? AND id > ?"
        " ORDER BY id LIMIT ?"
    )
    while found := db.execute(sql, (model_id, after, _CHUNK)).fetchall():
        ids, rows = np.array([row[:2] for row in found], np.int64).T
        vectors = np.frombuffer(b"".join(row[2] for row in found), "<f2").reshape(-1, dim)
        yield ids, rows, vectors
        after = int(ids[-1])


class _Generation:
    """Two growing files: ``.rows`` of (embedding id, photo row) pairs and ``.f16`` of vectors.

    Vectors are written first, so what the pairs count is always there; a tail that a kill left
    behind is overwritten.
    """

    def __init__(self, stem: Path, dim: int) -> None:
        self.stem, self.dim = stem, dim
        self.pairs, self.vectors = (
            stem.with_name(f"{stem.name}.rows"),
            stem.with_name(f"{stem.name}.f16"),
        )
        self._read()

    def _read(self) -> None:
        found = np.zeros((0, 2), np.int64)
        with contextlib.suppress(OSError, ValueError):  # not there yet, or empty
            size = self.pairs.stat().st_size // 16
            whole = min(size, self.vectors.stat().st_size // (2 * self.dim))
            found = np.memmap(self.pairs, np.int64, "r", shape=(whole, 2))
        self.count = len(found)
        self.last = int(found[-1, 0]) if len(found) else 0
        self._rows = np.ascontiguousarray(found[:, 1])

    def mapped(self) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return photo rows ``[n]`` and the mapped vectors ``[n, dim]``."""
        if not self.count:
            return self._rows, np.zeros((0, self.dim), np.float16)
        return self._rows, np.memmap(self.vectors, np.float16, "r", shape=(self.count, self.dim))

    def grow(self, chunks: Iterator[_Chunk]) -> None:
        """Append vectors.

        Raises:
            OSError: the cache cannot be written, or another process is appending.
        """
        from filelock import FileLock  # most searches find nothing to append: 0.02 s

        self.stem.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.stem.with_name(f"{self.stem.name}.lock"), timeout=0):
            for path in (self.vectors, self.pairs):
                path.touch()
            with self.vectors.open("r+b") as vectors, self.pairs.open("r+b") as pairs:
                vectors.seek(self.count * self.dim * 2)
                pairs.seek(self.count * 16)
                for ids, rows, chunk in chunks:
                    vectors.write(chunk.tobytes())
                    vectors.flush()
                    pairs.write(np.stack([ids, rows], axis=1).tobytes())
                    pairs.flush()
        self._read()


def _current(folder: Path, db: Database, model_id: str, dim: int) -> _Generation:
    """Return the newest generation when the database still has all of it, else a new one."""
    begun = sorted(folder.glob(f"{model_id}.*.rows"), key=_number)
    if begun:
        generation = _Generation(begun[-1].with_suffix(""), dim)
        sql = "SELECT count(*) FROM embedding WHERE model_id = ? AND id <= ?"
        if db.execute(sql, (model_id, generation.last)).fetchone()[0] == generation.count:
            return generation
    number = _number(begun[-1]) + 1 if begun else 1
    for old in [*folder.glob(f"{model_id}.*.*"), *folder.glob(f"{model_id}-*.f16")]:
        with contextlib.suppress(OSError):  # still mapped by a reader on Windows
            old.unlink()
    return _Generation(folder / f"{model_id}.{number}", dim)


def _number(path: Path) -> int:
    digits = path.with_suffix("").suffix[1:]
    return int(digits) if digits.isdigit() else 0
