"""A cold ``propvault search`` on a large vault, beside a cold Python that imports numpy.

Photos, vectors and tags are made up; the database, the matrix, the model and the process are real.

    .venv/bin/python benchmarks/search_cold.py [--photos 10000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from propvault.jobs.models import find_model
from propvault.jobs.tagging_model import TaggingModel
from propvault.values import Capture, PhotoTag, Role, TagSource, TagState
from propvault.vault import photos, sightings
from propvault.vault.tags import replace_tags
from propvault.vault.text import index_photo
from propvault.vault.vault import Vault
from propvault.vault.vectors import add_vector

QUERIES = ("厨房", "a white door", "material:brick 斑驳的墙")


def fill(root: Path, count: int) -> None:
    """Record made-up photos through the same functions that an import uses."""
    random = np.random.default_rng(3)
    model = TaggingModel("mini")
    concepts = list(model.vocabulary.concepts.values())
    vectors = random.normal(size=(count, model.info.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with Vault.create(root) as vault, vault.transaction() as db:
        db.execute("INSERT INTO volume (uuid, label, last_mount) VALUES ('card', 'card', '/card')")
        db.execute("INSERT INTO import_run (started, roots) VALUES ('2026-01-01T00:00:00Z', '[]')")
        for index in range(count):
            sha256 = f"{index:064x}"
            name = f"IMG_{index:05}.JPG"
            taken = Capture(taken_local=f"2026-01-{index % 28 + 1:02}T12:00:00")
            new = photos.NewPhoto(sha256, name, "jpeg", 6000, 4000, taken, {"phash": bytes(8)})
            row = photos.add_photo(db, new, 1)
            photos.add_file(db, row, photos.NewFile(sha256, Role.ORIGINAL, 1, 1, sha256))
            place = sightings.Place(1, f"DCIM/{index // 1000}CANON/{name}".encode())
            sightings.record(db, sightings.Seen(place, sha256, 1, 1), "2026-01-01T00:00:00Z")
            add_vector(db, row, model.info.id, vectors[index])
            chosen = random.choice(len(concepts), 8, replace=False)
            tags = [
                PhotoTag(concepts[i].as_tag(), TagSource.AUTO, TagState.SUGGESTED, 0.5)
                for i in chosen
            ]
            replace_tags(db, row, TagSource.AUTO, tags)
            index_photo(db, row, model.words)


def timed(words: list[str], rounds: int) -> float:
    """Return the median seconds of a process, the first run (which fills caches) left out."""
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PROPVAULT_CACHE"] = f"{scratch}/cache"
        root = Path(scratch) / "vault"
        fill(root, options.photos)
        load = os.getloadavg()[0]
        print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, "
              f"{options.photos} photos, {find_model('mini').id}")  # fmt: skip
        bare = timed([sys.executable, "-c", "import numpy"], options.rounds)
        print(f"{'python -c import numpy':44} {bare:6.3f} s")
        for query in QUERIES:
            words = [sys.executable, "-m", "propvault", "search", query, "--vault", str(root)]
            seconds = timed(words, options.rounds)
            print(f"{'propvault search ' + query:44} {seconds:6.3f} s, {seconds / bare:.1f} x")


if __name__ == "__main__":
    main()
