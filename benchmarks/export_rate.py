"""Photos a second of an export, against what decoding and encoding alone allow: ``export_rate.py``.

Pictures of 24 megapixels are made here (clouds of detail and grain, so that bytes behave as a
camera's do), laid out as a vault's stored copies are, and exported to a target with a limit of
7 MB: once as its preset says, once at full resolution, where the limit bites. The bound is decode
and one encode of the same files on all cores, in the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image

from propvault.jobs.export_set import Chosen, ExportReport, ExportRequest, export_set
from propvault.targets.presets import Preset, find_preset
from propvault.values import Capture, FileView, PhotoView, Role

_WIDTH, _HEIGHT = 6000, 4000
_PRESET = "gemini-3-pro-image"


def make(path: Path, seed: int) -> None:
    """Write one picture: five octaves of noise with fine grain."""
    random = np.random.default_rng(seed)
    pixels = np.zeros((_HEIGHT, _WIDTH, 3), np.float32)
    for step, weight in ((800, 60), (200, 40), (50, 25), (12, 14), (3, 9)):
        coarse = random.integers(0, 256, (_HEIGHT // step + 1, _WIDTH // step + 1, 3), np.uint8)
        layer = Image.fromarray(coarse).resize((_WIDTH, _HEIGHT), Image.Resampling.BICUBIC)
        pixels += (np.asarray(layer, np.float32) - 128) * (weight / 128)
    grain = random.normal(0, 6, (_HEIGHT, _WIDTH, 1)).astype(np.float32)
    Image.fromarray((pixels + grain + 128).clip(0, 255).astype(np.uint8)).save(
        path, "JPEG", quality=95
    )


def photo(path: Path, number: int) -> Chosen:
    """Return a photo of the vault as the exporter is given it."""
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    file = FileView(sha256, Role.ORIGINAL, path.stat().st_size, path)
    view = PhotoView(
        f"sha256:{sha256}", path.name, _WIDTH, _HEIGHT, "jpeg", Capture(), path, (file,)
    )
    return Chosen(view)


@dataclass
class Spent:
    """Seconds that some photos took."""

    photos: int = 0
    wall: float = 0.0
    cpu: float = 0.0

    def take(self, work: Callable[[], int]) -> None:
        """Add what ``work`` takes; it returns how many photos it did."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.photos += work()
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


def bound(paths: list[Path], step: int | None) -> int:
    """Decode and encode once, on all cores: what no export can do without."""

    def once(path: Path) -> int:
        with Image.open(path) as image:
            if step:
                image.draft("RGB", (step, step * _HEIGHT // _WIDTH))
            image.load()
            if step:
                image.thumbnail((step, step), Image.Resampling.LANCZOS)
            stream = io.BytesIO()
            # As the export's own come out: over the limit at full size, under it when reduced.
            quality, chroma = (92, "4:4:4") if step else (88, "4:2:0")
            image.save(stream, "JPEG", quality=quality, subsampling=chroma)
        return stream.tell()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return len(list(pool.map(once, paths)))


def export(paths: list[Path], preset: Preset, to: Path) -> int:
    """Export photos as a vault's would be."""
    chosen = tuple(photo(path, number) for number, path in enumerate(paths))
    *_, report = export_set(ExportRequest(preset, chosen, to))
    assert isinstance(report, ExportReport) and len(report.plan.photos) == len(paths)
    return len(paths)


def peak_mb() -> float:
    """Return the largest memory of this process so far."""
    unit = 1024 if sys.platform != "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200, help="photos")
    parser.add_argument("--distinct", type=int, default=8, help="pictures made; the rest are links")
    options = parser.parse_args()
    shipped = find_preset(_PRESET)
    shipped = replace(shipped, counts=replace(shipped.counts, max=None, people=None, things=None))
    full = replace(shipped, picture=replace(shipped.picture, long_edge=None))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = min(options.distinct, options.n)
        # In processes of their own: making them takes more memory than exporting them.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            list(pool.map(make, [folder / f"{n}.jpg" for n in range(made)], range(made)))
        paths = []
        for number in range(options.n):
            path = folder / f"photo-{number:04}.jpg"
            os.link(folder / f"{number % made}.jpg", path)
            paths.append(path)
        source = paths[0].stat().st_size / 1e6
        print(f"{options.n} photos of 24 MP, {source:.1f} MB; {os.cpu_count()} cores")
        edge = shipped.picture.long_edge
        for title, preset, step in (("full size", full, None), (f"{edge} px", shipped, edge)):
            allowed, exported = Spent(), Spent()
            to = folder / f"set {title}"
            # Before and after, and in processor time too: the machine may have other work.
            some = paths[: max(4, len(paths) // 4)]
            allowed.take(partial(bound, some, step))
            exported.take(partial(export, paths, preset, to))
            allowed.take(partial(bound, some, step))
            sizes = [p.stat().st_size for p in to.glob("*.jpg")]
            rate, most = exported.photos / exported.wall, allowed.photos / allowed.wall
            cpu = (allowed.cpu / allowed.photos) / (exported.cpu / exported.photos)
            print(
                f"{title}: {rate:.2f}/s of {most:.2f}/s allowed = {rate / most:.2f}"
                f" (processor time {cpu:.2f}); largest {max(sizes) / 1e6:.2f} MB,"
                f" mean {np.mean(sizes) / 1e6:.2f} MB; peak memory {peak_mb():.0f} MB"
            )


if __name__ == "__main__":
    main()
