"""The matrix of picture vectors: cosine similarities of a whole vault in one SIMD pass.

Vectors live in the database as little-endian f16; the matrix is a memory-mapped copy in the cache
folder, eight bits a number, that can be deleted at any time. A generation is two files that only
ever grow, so an import of ten photos writes ten vectors and a reader that has mapped the files is
never disturbed. Where vectors were replaced or removed a new generation is begun.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from propvault.settings import cache_folder
from propvault.vault.vault import Vault

_CHUNK = 20_000
"""Vectors read from the database at a time: 15 MB at 384 numbers each."""
ROUGH = 0.01
"""How far a scanned cosine is off at most in practice: each number is off by up to half a scale.
Tested with 20,000 random vectors, also where a few numbers are twelve times as large as the rest,
as in CLIP's."""
_INDEX = np.dtype([("embedding", "<i8"), ("row", "<i4"), ("scale", "<f4")])
"""What the index file says of each vector: its embedding id, its photo, its `Codes.scales`."""


class Codes(NamedTuple):
    """Vectors in eight bits a number."""

    numbers: NDArray[np.int8]
    """``[n, dim]``."""
    scales: NDArray[np.float32]
    """``[n]``: a vector is its numbers times its scale, to half a scale a number."""

    @classmethod
    def of(cls, vectors: NDArray[np.floating]) -> Codes:
        """Return vectors ``[n, dim]`` with each one's largest number as 127."""
        exact = vectors.astype(np.float32)
        scales = np.abs(exact).max(axis=1, initial=0) / 127
        steps = np.where(scales > 0, scales, 1)[:, None]
        return cls(np.rint(exact / steps).astype(np.int8), scales.astype(np.float32))

    def products(self, query: Codes) -> NDArray[np.float32]:
        """Return the dot products ``[n]`` with one vector."""
        import numkong  # not needed for filters alone

        dots = np.asarray(numkong.cdist(query.numbers, self.numbers, "dot")).reshape(-1)
        products = dots * (self.scales * query.scales[0])
        return np.asarray(products, np.float32)


@dataclass(frozen=True)
class VectorMatrix:
    """All vectors of one model in one vault, to scan."""

    rows: NDArray[np.int32]
    """``[n]`` photo rows, ascending in embedding id."""
    pieces: tuple[Codes, ...]
    """Unit vectors in one or two pieces: the mapped ones, and those not in the cache where it
    cannot be written."""

    @classmethod
    def empty(cls, dim: int) -> VectorMatrix:
        """Return a matrix without photos."""
        return cls(np.zeros(0, np.int32), (Codes.of(np.zeros((0, dim), np.float16)),))

    @property
    def dim(self) -> int:
        """Return how many numbers a vector has."""
        return int(self.pieces[0].numbers.shape[1])

    def similarities(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosine similarities ``[n]`` to a unit query ``[dim]``, to `ROUGH`.

        Scanned in int8 by numkong, at the speed at which the numbers are read from memory.
        """
        codes = Codes.of(query[None])
        found = [piece.products(codes) for piece in self.pieces if len(piece.numbers)]
        return np.concatenate([np.zeros(0, np.float32), *found])


def add_vector(db: Database, photo_id: int, model_id: str, vector: NDArray[np.float32]) -> None:
    """Store a photo's vector ``[dim]`` for a model, inside the caller's transaction."""
    db.execute(
        "INSERT OR REPLACE INTO embedding (photo_id, model_id, vector) VALUES (?, ?, ?)",
        (photo_id, model_id, vector.astype("<f2").tobytes()),
    )


def vectors_of(
    db: Database, model_id: str, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return those of some rows that have a vector of a model, ``[k]``, and theirs ``[k, dim]``."""
    found = db.execute(
        "SELECT photo_id, vector FROM embedding WHERE model_id = ?"
        " AND photo_id IN (SELECT value FROM json_each(?))",
        (model_id, json.dumps(rows.tolist())),
    ).fetchall()
    vectors = np.frombuffer(b"".join(vector for _, vector in found), "<f2").astype(np.float32)
    there = np.array([row for row, _ in found], np.int64)
    return there, vectors.reshape(len(found), -1 if found else 0)


def vector_of(db: Database, photo_id: int, model_id: str) -> NDArray[np.float32] | None:
    """Return a photo's unit vector ``[dim]`` of a model, None without one."""
    _, found = vectors_of(db, model_id, np.array([photo_id]))
    return found[0] if len(found) else None


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
    rows, mapped = generation.mapped()
    if not lacking:
        return VectorMatrix(rows, (mapped,))
    more = list(_stored(db, model_id, dim, last))
    rest = Codes.of(np.concatenate([vectors for _, _, vectors in more]))
    rows = np.concatenate([rows, *(part.astype(np.int32) for _, part, _ in more)])
    return VectorMatrix(rows, (mapped, rest))


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
    """Two growing files: ``.index`` (of `_INDEX`) and ``.i8`` of `Codes.numbers`.

    Numbers are written first, so what the index counts is always there; a tail that a kill left
    behind is overwritten.
    """

    def __init__(self, stem: Path, dim: int) -> None:
        self.stem, self.dim = stem, dim
        self.index, self.numbers = (
            stem.with_name(f"{stem.name}.{kind}") for kind in ("index", "i8")
        )
        self._read()

    def _read(self) -> None:
        self._entries = np.zeros(0, _INDEX)
        with contextlib.suppress(OSError, ValueError):  # not there yet, or empty
            entries = self.index.stat().st_size // _INDEX.itemsize
            whole = min(entries, self.numbers.stat().st_size // self.dim)
            self._entries = np.memmap(self.index, _INDEX, "r", shape=(whole,))
        self.count = len(self._entries)
        self.last = int(self._entries["embedding"][-1]) if self.count else 0

    def mapped(self) -> tuple[NDArray[np.int32], Codes]:
        """Return photo rows ``[n]`` and the mapped vectors ``[n, dim]``."""
        rows, scales = (np.ascontiguousarray(self._entries[name]) for name in ("row", "scale"))
        if not self.count:
            return rows, Codes(np.zeros((0, self.dim), np.int8), scales)
        return rows, Codes(
            np.memmap(self.numbers, np.int8, "r", shape=(self.count, self.dim)), scales
        )

    def grow(self, chunks: Iterator[_Chunk]) -> None:
        """Append vectors.

        Raises:
            OSError: the cache cannot be written, or another process is appending.
        """
        from filelock import FileLock  # most searches find nothing to append: 0.02 s

        self.stem.parent.mkdir(parents=True, exist_ok=True)
        with (
            FileLock(self.stem.with_name(f"{self.stem.name}.lock"), timeout=0),
            _at(self.numbers, self.count * self.dim) as numbers,
            _at(self.index, self.count * _INDEX.itemsize) as index,
        ):
            for ids, rows, chunk in chunks:
                coded = Codes.of(chunk)
                entries = np.empty(len(ids), _INDEX)
                entries["embedding"], entries["row"], entries["scale"] = ids, rows, coded.scales
                for stream, values in ((numbers, coded.numbers), (index, entries)):
                    stream.write(values.tobytes())
                    stream.flush()
        self._read()


def _at(path: Path, position: int) -> BinaryIO:
    """Open a file to write from a position on; make it where it is not there."""
    path.touch()
    stream = path.open("r+b")
    stream.seek(position)
    return stream


def _current(folder: Path, db: Database, model_id: str, dim: int) -> _Generation:
    """Return the newest generation when the database still has all of it, else a new one."""
    begun = sorted(folder.glob(f"{model_id}.*.index"), key=_number)
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
