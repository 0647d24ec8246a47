"""The vector cache grows, survives what kills leave, and is never trusted over the database."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from propvault.settings import cache_folder
from propvault.vault.vault import Vault
from propvault.vault.vectors import ROUGH, Codes, add_vector, load_matrix, vector_of, vectors_of

MODEL, DIM = "tiny-0001", 16


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=DIM).astype(np.float32)
    return vector / np.linalg.norm(vector)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.create(tmp_path / "vault")


def add(vault: Vault, rows: range | list[int], seed: int = 0) -> None:
    with vault.transaction() as db:
        for row in rows:
            db.execute(
                "INSERT OR IGNORE INTO photo (id, sha256, name, format, width, height)"
                " VALUES (?, ?, 'a', 'jpeg', 1, 1)",
                (row, f"{row:064x}"),
            )
            add_vector(db, row, MODEL, unit(row + seed))


def check(vault: Vault, rows: list[int], seeds: dict[int, int] | None = None) -> None:
    matrix = load_matrix(vault, MODEL, DIM)
    assert matrix.rows.tolist() == rows
    query = unit(999)
    expected = [float(unit(row + (seeds or {}).get(row, 0)) @ query) for row in rows]
    np.testing.assert_allclose(matrix.similarities(query), expected, atol=ROUGH)


def files(vault: Vault) -> dict[str, int]:
    folder = cache_folder() / vault.id
    return {p.name: p.stat().st_size for p in folder.glob(f"{MODEL}.*") if p.suffix != ".lock"}


def test_nothing_gives_an_empty_matrix(vault: Vault) -> None:
    matrix = load_matrix(vault, MODEL, DIM)
    assert len(matrix.rows) == 0 and len(matrix.similarities(unit(1))) == 0 and matrix.dim == DIM


def test_new_vectors_are_appended_to_the_same_files(vault: Vault) -> None:
    add(vault, range(1, 6))
    check(vault, [1, 2, 3, 4, 5])
    before = (cache_folder() / vault.id / f"{MODEL}.1.i8").read_bytes()
    reader = load_matrix(vault, MODEL, DIM)
    add(vault, range(6, 9))
    check(vault, list(range(1, 9)))
    after = (cache_folder() / vault.id / f"{MODEL}.1.i8").read_bytes()
    assert after.startswith(before) and files(vault) == {
        f"{MODEL}.1.i8": 8 * DIM, f"{MODEL}.1.index": 8 * 16,
    }  # fmt: skip
    assert reader.rows.tolist() == [1, 2, 3, 4, 5] and len(reader.similarities(unit(1))) == 5


def test_a_replaced_vector_begins_a_new_generation(vault: Vault) -> None:
    add(vault, range(1, 6))
    load_matrix(vault, MODEL, DIM)
    add(vault, [2], seed=100)
    check(vault, [1, 3, 4, 5, 2], {2: 100})
    assert set(files(vault)) == {f"{MODEL}.2.{kind}" for kind in ("i8", "index")}


@pytest.mark.parametrize("cut", ["i8", "index"])
def test_a_torn_tail_is_written_again(vault: Vault, cut: str) -> None:
    add(vault, range(1, 6))
    load_matrix(vault, MODEL, DIM)
    path = cache_folder() / vault.id / f"{MODEL}.1.{cut}"
    path.write_bytes(path.read_bytes()[:-7])
    check(vault, [1, 2, 3, 4, 5])
    with path.open("ab") as stream:
        stream.write(b"\xff" * 5)
    check(vault, [1, 2, 3, 4, 5])


def test_a_cache_that_another_process_writes_is_not_waited_for(vault: Vault) -> None:
    add(vault, range(1, 4))
    load_matrix(vault, MODEL, DIM)
    add(vault, range(4, 6))
    with FileLock(cache_folder() / vault.id / f"{MODEL}.1.lock"):
        check(vault, [1, 2, 3, 4, 5])
    assert files(vault)[f"{MODEL}.1.index"] == 3 * 16


def test_a_cache_that_cannot_be_written_only_costs_time(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PROPVAULT_CACHE", str(tmp_path / "file" / "cache"))
    add(vault, range(1, 4))
    check(vault, [1, 2, 3])


def test_some_vectors_are_read(vault: Vault) -> None:
    add(vault, range(1, 6))
    rows, vectors = vectors_of(vault.db, MODEL, np.array([5, 2, 9]))
    assert sorted(rows.tolist()) == [2, 5] and vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [unit(row) for row in rows], atol=1e-3)
    rows, vectors = vectors_of(vault.db, MODEL, np.array([9]))
    assert rows.shape == (0,) and not vectors.size


def test_one_vector_is_read_alone(vault: Vault) -> None:
    add(vault, range(1, 3))
    found = vector_of(vault.db, 2, MODEL)
    assert found is not None
    np.testing.assert_allclose(found, unit(2), atol=1e-3)
    assert vector_of(vault.db, 3, MODEL) is None


@pytest.mark.parametrize("spread", ["even", "a few large numbers", "zeros"])
def test_eight_bits_are_off_by_less_than_said(spread: str) -> None:
    random = np.random.default_rng(5)
    vectors = random.normal(size=(20_000, 384)).astype(np.float32)
    if spread == "a few large numbers":
        vectors[:, :4] *= 12  # as CLIP has them
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if spread == "zeros":
        vectors[::2] = 0
    products = Codes.of(vectors).products(Codes.of(vectors[7:8]))
    assert np.abs(products - vectors @ vectors[7]).max() < ROUGH
