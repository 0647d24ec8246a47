"""An import killed at any moment and run again ends as one that was never disturbed."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from propvault.vault.vault import Vault
from tests.conftest import PictureMaker

PHOTOS = 48
MOMENTS = (3, 40, 111, 175, 240, 60, 20, 9)
"""Which touch of a vault file kills each run: while making the vault, copying, recording."""
ROWS = {
    "photo": "SELECT sha256, name, format, width, height, taken_local, latitude, rating FROM photo",
    "file": "SELECT sha256, role, pixel_digest, size, stored FROM file",
    "sighting": "SELECT sha256, path_raw, size, mtime_ns, gone_at IS NULL FROM sighting",
    "fingerprint": "SELECT sha256, algorithm, value FROM fingerprint"
    " JOIN photo ON photo.id = photo_id",
    "tag": "SELECT sha256, facet, slug, source, state FROM photo_tag"
    " JOIN photo ON photo.id = photo_id JOIN tag ON tag.id = tag_id",
    "relation": "SELECT sha256_a, sha256_b, source, kind FROM relation",
    "group": "SELECT kind, p.sha256, k.sha256, position, why FROM grouped"
    " JOIN photo p ON p.id = photo_id JOIN photo k ON k.id = keeper_id",
    "text": "SELECT sha256, names, tags FROM photo_text JOIN photo ON photo.id = photo_text.rowid",
}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal")


PROGRAM = """
import os, signal, sys
from propvault.cli import main
if __name__ == "__main__":
    left, vault = int(sys.argv[1]), sys.argv[3]
    def count(event, arguments):
        global left
        if event in ("open", "os.rename", "os.mkdir", "os.utime", "os.remove"):
            if any(isinstance(a, (str, os.PathLike)) and vault in os.fspath(a) for a in arguments):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    main(["import", sys.argv[2], "--vault", vault, "--json"])
"""
"""Imports, and kills itself at the n-th time it touches a file of the vault (never for 0)."""


def run(folder: Path, moment: int, card: Path, vault: Path) -> int:
    """Import in a process that is killed at ``moment``; return its exit status."""
    script = folder / "import_and_die.py"
    script.write_text(PROGRAM)
    words = [sys.executable, str(script), str(moment), str(card), str(vault)]
    return subprocess.run(words, capture_output=True, check=False).returncode


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
    assert run(tmp_path, 0, card, whole) == 0

    statuses = [run(tmp_path, moment, card, killed) for moment in MOMENTS]
    assert run(tmp_path, 0, card, killed) == 0

    assert statuses.count(-signal.SIGKILL) >= 5, f"too few kills to prove anything: {statuses}"
    assert contents(killed) == contents(whole)
    assert not list(killed.rglob("*.part"))
    one, other = vectors(killed), vectors(whole)
    assert one.keys() == other.keys() and len(one) == PHOTOS
    for sha256, vector in one.items():
        similarity = vector @ other[sha256]
        similarity /= np.linalg.norm(vector) * np.linalg.norm(other[sha256])
        assert similarity >= 0.999
