"""How long a search takes: warm, cold and in memory, beside what the machine allows.

``python -m benchmarks.search_speed [--photos 100000] [--rounds 40]``

One run prints, for a made-up vault (`benchmarks.synthetic`): warm queries with and without
filters (text encoding included; texts differ each time, filters are asked for the first time and
again), the same scan by plain numpy and the time to read the matrix once (the bound), cold
processes beside a cold ``import numpy``, and resident memory.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.synthetic import fill
from propvault.jobs.search import Searcher
from propvault.vault.vault import Vault
from propvault.vault.vectors import stored_vectors

TEXTS = ("斑驳的墙", "peeling wall", "an old bamboo chair in the sun", "雨后的骑楼", "mosaic tiles")
FILTERS = (
    "material:brick",
    "taken:2018..2022",
    "rating:3..",
    "camera:x100 iso:400..",
    "near:5.41,100.33,500m",
    "-object:chair is:any",
    "(material:brick OR material:bamboo) taken:2020",
)
COLD = ("厨房", "a white door", "material:brick 斑驳的墙", "material:brick taken:2020")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--vault", type=Path, help="keep the vault here for another run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = options.vault or Path(scratch) / "vault"
        os.environ.setdefault("PROPVAULT_CACHE", str(root.parent / "cache"))
        if not root.exists():
            fill(root, options.photos)
        load = os.getloadavg()[0]
        print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, "
              f"{options.photos} photos, {time.strftime('%F')}")  # fmt: skip
        with Vault(root) as vault:
            warm(Searcher(vault), options.rounds)
        cold(root, 5)


def warm(searcher: Searcher, rounds: int) -> None:
    """Print warm queries and their bounds."""
    for query in ("first", "second", "third"):
        searcher.search(query, 20)
    time.sleep(1)  # the text tower settles in beside the second
    matrix = searcher.sources.matrix
    print(f"resident after the first queries: {resident():.0f} MB")

    def ask(queries: list[str]) -> list[float]:
        return [timed(lambda q=query: searcher.search(q, 20)) for query in queries]

    report("text", ask([f"{TEXTS[n % len(TEXTS)]} {n}" for n in range(rounds)]))
    report("text, asked before", ask([f"{TEXTS[n % len(TEXTS)]} {n}" for n in range(rounds)]))
    report("filter alone, asked first", ask(list(FILTERS)))
    report("filter alone, again", ask(list(FILTERS) * (rounds // len(FILTERS) + 1)))
    searcher.sources.standing._masks.clear()
    report(
        "text and filter, asked first", ask([f"{TEXTS[0]} {n} {f}" for n, f in enumerate(FILTERS)])
    )
    report("text and filter, again",
           ask([f"{TEXTS[0]} {n} {FILTERS[n % len(FILTERS)]}" for n in range(rounds)]))  # fmt: skip
    report(
        "concept names", ask(["椅子", "chair", "砖", "brick", "花窗", "window"] * (rounds // 6 + 1))
    )
    direction = searcher.sources.text_vector("wall", "wall")
    scan = [timed(lambda: matrix.similarities(direction)) for _ in range(rounds)]
    codes = matrix.pieces[0].numbers
    model = searcher.sources.model.info
    vectors = stored_vectors(searcher.sources.db, model.id, model.dim).vectors
    plain = [timed(lambda: _numpy_scan(vectors, direction)) for _ in range(3)]
    words = np.asarray(codes).reshape(-1).view(np.uint64)
    bound = [timed(words.sum) for _ in range(5)]
    report("scan alone", scan)
    report("scan by numpy", plain)
    report("matrix read once", bound)
    print(f"scan: {statistics.median(scan) / min(bound):.1f} x the time to read the matrix, "
          f"numpy {statistics.median(plain) / statistics.median(scan):.1f} x the scan")  # fmt: skip
    print(f"resident at the end: {resident():.0f} MB (peak of the process; of the mapped matrix "
          f"{codes.nbytes / 1e6:.0f} MB are scanned)")  # fmt: skip


def _numpy_scan(vectors: np.ndarray, direction: np.ndarray) -> None:
    for start in range(0, len(vectors), 50_000):
        vectors[start : start + 50_000].astype(np.float32) @ direction


def cold(root: Path, rounds: int) -> None:
    """Print cold processes beside a cold import of numpy."""
    bare = process([sys.executable, "-c", "import numpy"], rounds)
    print(f"{'python -c import numpy':44} {bare:6.3f} s")
    for query in COLD:
        words = [sys.executable, "-m", "propvault", "search", query, "--vault", str(root)]
        seconds = process(words, rounds)
        print(f"{'propvault search ' + query:44} {seconds:6.3f} s, {seconds / bare:.1f} x")
    code = "import propvault.cli.search, propvault.jobs.search"
    print(f"{'of which imports':44} {process([sys.executable, '-c', code], rounds):6.3f} s")


def process(words: list[str], rounds: int) -> float:
    """Return the median seconds of a process, the first run (which fills caches) left out.

    Modules are compiled once, as those of an installed program are.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as compiled:
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def run() -> None:
            subprocess.run(words, check=True, capture_output=True, env=environment)

        return statistics.median([timed(run) for _ in range(rounds + 1)][1:])


def timed(act: Callable[[], object]) -> float:
    """Return the seconds an act takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def report(name: str, seconds: list[float]) -> None:
    """Print median, 95th percentile and largest."""
    at = 1000 * np.array(seconds)
    print(f"{name:32} median {np.median(at):7.1f} ms, p95 {np.quantile(at, 0.95):7.1f}, "
          f"max {at.max():7.1f} (of {len(at)})", flush=True)  # fmt: skip


def resident() -> float:
    """Return the peak resident memory of this process, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
