"""A vault of made-up photos, any number of them: rows, vectors, tags and text, no pictures.

Photos come in trips of 500 over ten years, with file and folder names, cameras, stars, places and
some stacks; vectors are random directions. Written with the vault's own schema in bulk, for
recording a million photos one by one would take hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from propvault.jobs.models import find_model
from propvault.jobs.vocabulary import open_vocabulary
from propvault.language.segment import index_text
from propvault.vault.tags import tag_row
from propvault.vault.vault import Database, Vault

CAMERAS = ("Canon EOS R6", "Fujifilm X100V", "Apple iPhone 15 Pro")
PLACES = ((5.4141, 100.3288), (30.0, 120.58), (35.01, 135.77))
FOLDERS = ("花窗", "lane at dusk", "竹器", "market", "骑楼", "workshop")
TAGS = 6
"""Tags of a photo."""
_STEP = 20_000


def fill(root: Path, count: int, *, seed: int = 3) -> None:
    """Make a vault of ``count`` photos in a new folder."""
    info = find_model("mini")
    concepts = [c for c in open_vocabulary().concepts.values() if c.facet != "origin"]
    names = [index_text(" ".join(concept.names)) for concept in concepts]
    random = np.random.default_rng(seed)
    with Vault.create(root) as vault:
        with vault.transaction() as db:
            db.execute("INSERT INTO volume (uuid, label, last_mount) VALUES ('c', 'card', '/card')")
            tags = [tag_row(db, concept.as_tag()) for concept in concepts]
        for start in range(0, count, _STEP):
            rows = range(start + 1, min(start + _STEP, count) + 1)
            chosen = random.integers(0, len(tags), (len(rows), TAGS))
            vectors = random.normal(size=(len(rows), info.dim)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            with vault.transaction() as db:
                _photos(db, rows)
                many = db.conn.executemany
                many("INSERT INTO embedding (photo_id, model_id, vector) VALUES (?, ?, ?)",
                     zip(rows, [info.id] * len(rows), map(_f16, vectors), strict=True))  # fmt: skip
                many("INSERT OR IGNORE INTO photo_tag"
                     " (photo_id, tag_id, source, model_id, state, score)"
                     " VALUES (?, ?, 'auto', ?, ?, ?)",
                     _tagged(rows, chosen, tags, info.id))  # fmt: skip
                many("INSERT INTO photo_text (rowid, names, notes, places, collections, tags)"
                     " VALUES (?, ?, '', '', '', ?)", _texts(rows, chosen, names))  # fmt: skip


def _photos(db: Database, rows: range) -> None:
    many = db.conn.executemany
    many(
        "INSERT INTO photo (id, sha256, name, format, width, height, taken_local, camera, iso,"
        " rating, latitude, longitude) VALUES (?, ?, ?, 'jpeg', 6000, 4000, ?, ?, ?, ?, ?, ?)",
        (
            (
                row, _hash(row), f"IMG_{row % 10_000:04}.JPG", _taken(row), CAMERAS[row % 3],
                100 << row % 6, row % 97 % 5 + 1 if row % 97 < 5 else None,
                PLACES[row // 500 % 3][0] + row % 500 * 1e-4, PLACES[row // 500 % 3][1],
            )
            for row in rows
        ),
    )  # fmt: skip
    many("INSERT INTO file (sha256, photo_id, role, size, mtime_ns, stored, stored_key)"
         " VALUES (?, ?, 'original', 1, 1, ?, ?)",
         ((_hash(r), r, f"{r}.jpg", f"{r}.jpg") for r in rows))  # fmt: skip
    many("INSERT INTO sighting (sha256, volume_id, path_raw, path, stem, size, mtime_ns, last_seen)"
         " VALUES (?, 1, ?, ?, ?, 1, 1, '2026-01-01T00:00:00Z')", map(_sighting, rows))  # fmt: skip
    stacked = [row for row in rows if row % 20 < 3]
    many("INSERT INTO grouped (kind, photo_id, keeper_id, position) VALUES ('take', ?, ?, ?)",
         ((row, row - row % 20 if row > 20 else 1, row % 20) for row in stacked
          if row - row % 20 >= 1))  # fmt: skip


def _sighting(row: int) -> tuple[str, bytes, str, str]:
    path = _path(row)
    return _hash(row), path.encode(), path, path[:-4].casefold()


def _tagged(
    rows: range, chosen: np.ndarray, tags: list[int], model: str
) -> Iterator[tuple[int, int, str, str, float]]:
    for row, picked in zip(rows, chosen.tolist(), strict=True):
        for place, index in enumerate(picked):
            state = "applied" if place == 0 else "suggested"
            yield row, tags[index], model, state, 1 - place / 10


def _texts(rows: range, chosen: np.ndarray, names: list[str]) -> Iterator[tuple[int, str, str]]:
    for row, picked in zip(rows, chosen.tolist(), strict=True):
        yield row, index_text(_path(row)), " ".join(names[index] for index in picked)


def _hash(row: int) -> str:
    return f"{row:064x}"


def _path(row: int) -> str:
    folder = FOLDERS[row // 500 % len(FOLDERS)]
    return f"DCIM/{row // 500:05} {folder}/IMG_{row % 10_000:04}.JPG"


def _taken(row: int) -> str:
    day = datetime(2016, 1, 1, 8) + timedelta(days=row // 500 % 3650, seconds=row % 500 * 60)
    return day.isoformat()


def _f16(vector: np.ndarray) -> bytes:
    return bytes(vector.astype("<f2").tobytes())
