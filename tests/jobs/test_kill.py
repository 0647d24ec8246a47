"""An import killed at any moment and run again ends as one that was never disturbed."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from propvault.vault.vault import Vault
from tests.conftest import PictureMaker

PHOTOS = 48
ROWS = {
    "photo": "SELECT sha256, name, format, width, height, taken_local, latitude, rating FROM photo",
    "file": "SELECT sha256, role, pixel_digest, size, stored FROM file",
    "sighting": "SELECT sha256, path_raw, size, mtime_ns, gone_at IS NULL FROM sighting",
    "fingerprint": "SELECT sha256, algorithm, value FROM fingerprint"
    " JOIN photo ON photo.id = photo_id",
    "tag": "SELECT sha256, facet, slug, source, state FROM photo_tag"
    " JOIN photo ON photo.id = photo_id JOIN tag ON tag.id = tag_id",
    "text": "SELECT sha256, names, tags FROM photo_text JOIN photo ON photo.id = photo_text.rowid",
}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")


def command(card: Path, vault: Path) -> list[str]:
    words = ["import", str(card), "--vault", str(vault), "--json"]
    return [sys.executable, "-m", "propvault", *words]


def contents(vault: Path) -> dict[str, list[tuple[object, ...]]]:
    with Vault(vault) as opened:
        rows = {name: sorted(opened.db.execute(sql).fetchall()) for name, sql in ROWS.items()}
    rows["disk"] = sorted(
        (str(p.relative_to(vault)), hashlib.sha256(p.read_bytes()).hexdigest())
        for folder in ("stored", "previews")
        for p in (vault / folder).rglob("*")
        if p.is_file()
    )
    return rows


def vectors(vault: Path) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    sql = "SELECT sha256, vector FROM embedding JOIN photo ON photo.id = photo_id"
    with Vault(vault) as opened:
        return {
            row[0]: np.frombuffer(row[1], "<f2").astype(np.float32)
            for row in opened.db.execute(sql)
        }


def test_killed_anywhere_it_ends_the_same(make_picture: PictureMaker, tmp_path: Path) -> None:
    for seed in range(PHOTOS):
        # Names clash across folders, so that names of stored copies depend on the order.
        make_picture(f"{seed % 3}/IMG_{seed // 3:02}.jpg", seed)
    card, whole, killed = tmp_path / "card", tmp_path / "whole", tmp_path / "killed"
    started = time.monotonic()
    subprocess.run(command(card, whole), check=True, capture_output=True)
    seconds = time.monotonic() - started

    chance = random.Random(7)
    kills = 0
    for _ in range(10):
        process = subprocess.Popen(
            command(card, killed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, 1.0) * seconds)
        kills += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command(card, killed), check=True, capture_output=True)

    assert kills >= 3, "the kills came too late to prove anything"
    assert contents(killed) == contents(whole)
    assert not list(killed.rglob("*.part"))
    one, other = vectors(killed), vectors(whole)
    assert one.keys() == other.keys() and len(one) == PHOTOS
    for sha256, vector in one.items():
        similarity = vector @ other[sha256]
        similarity /= np.linalg.norm(vector) * np.linalg.norm(other[sha256])
        assert similarity >= 0.999
