"""The matrix of picture vectors: exact cosine similarities of a whole vault in one SIMD pass.

Vectors live in the database as little-endian f16; the matrix is a memory-mapped copy in the cache
folder that can be deleted at any time. A generation's file is written whole under a new name and
never changed, so a reader that has mapped it is never disturbed.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from propvault.settings import cache_folder
from propvault.vault.vault import Vault

_RESCORED = 512
"""How many of the best are scored again in f32; f16 products err by up to 1e-3."""


@dataclass(frozen=True)
class VectorMatrix:
    """All vectors of one model in one vault."""

    rows: NDArray[np.int64]
    """``[n]`` photo rows, ascending in embedding id."""
    vectors: NDArray[np.float16]
    """``[n, dim]`` unit vectors, memory-mapped."""

    @classmethod
    def empty(cls, dim: int) -> VectorMatrix:
        """Return a matrix without photos."""
        return cls(np.zeros(0, np.int64), np.zeros((0, dim), np.float16))

    @property
    def dim(self) -> int:
        """Return how many numbers a vector has."""
        return int(self.vectors.shape[1])

    def similarities(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosine similarities ``[n]`` to a unit query ``[dim]``, exact in f32 at the top.

        The whole matrix is scanned in f16 by numkong (7 times faster than numpy, which has to
        convert it first); the best 512 are computed again in f32.
        """
        if not len(self.rows):
            return np.zeros(0, np.float32)
        import numkong

        rough = numkong.cdist(query[None].astype(np.float16), self.vectors, "dot")
        scores = np.asarray(rough, dtype=np.float32).reshape(-1)
        best = np.argpartition(-scores, min(_RESCORED, len(scores)) - 1)[:_RESCORED]
        scores[best] = self.vectors[best].astype(np.float32) @ query
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
    """Map the matrix of a model, written anew when vectors came or went since."""
    count, newest = vault.db.execute(
        "SELECT count(*), coalesce(max(id), 0) FROM embedding WHERE model_id = ?", (model_id,)
    ).fetchone()
    if not count:
        return VectorMatrix(np.zeros(0, np.int64), np.zeros((0, dim), np.float16))
    folder = cache_folder() / vault.id
    file = folder / f"{model_id}-{count}-{newest}.f16"
    expected = count * (dim * 2 + 8)
    if not (file.is_file() and file.stat().st_size == expected):
        matrix = stored_vectors(vault.db, model_id, dim)
        with contextlib.suppress(OSError):  # a cache that cannot be written only costs time
            _write(file, matrix)
            _forget_others(folder, model_id, file)
        return matrix
    mapped = np.memmap(file, np.uint8, "r")
    rows = mapped[: count * 8].view(np.int64)
    return VectorMatrix(rows, mapped[count * 8 :].view(np.float16).reshape(count, dim))


def stored_vectors(db: Database, model_id: str, dim: int) -> VectorMatrix:
    """Read every vector of a model from the database, ascending in embedding id."""
    found = db.execute(
        "SELECT photo_id, vector FROM embedding WHERE model_id = ? ORDER BY id", (model_id,)
    ).fetchall()
    rows = np.array([row[0] for row in found], np.int64)
    vectors = np.frombuffer(b"".join(row[1] for row in found), "<f2").reshape(len(found), dim)
    return VectorMatrix(rows, vectors)


def _write(file: Path, matrix: VectorMatrix) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.write(matrix.rows.tobytes())
        stream.write(matrix.vectors.tobytes())
    part.replace(file)


def _forget_others(folder: Path, model_id: str, kept: Path) -> None:
    for old in folder.glob(f"{model_id}-*.f16"):
        if old != kept:
            with contextlib.suppress(OSError):  # still mapped by a reader on Windows
                old.unlink()
