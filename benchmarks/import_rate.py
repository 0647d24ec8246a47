"""How close an import comes to what decoding and the model alone allow on the same cores.

Makes 24-megapixel and smaller JPEGs with camera-like detail, times reading them in decoder
processes alone, the model alone, then the whole import; hashing, copying and syncing apart.

    .venv/bin/python benchmarks/import_rate.py [--pictures 60] [--folder DIR]
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.import_report import ImportReport
from propvault.jobs.models import find_model
from propvault.jobs.tagging_model import TaggingModel
from propvault.vault.copying import copy_verified, file_sha256
from propvault.vision.decoders import DecoderOptions, Decoders
from propvault.vision.model import Model

SIZES = ((6000, 4000), (6000, 4000), (4032, 3024), (1600, 1067))
"""Half of the files are of 24 megapixels."""


def make_pictures(folder: Path, count: int) -> list[Path]:
    """Write JPEGs with edges, texture and noise, about 0.35 byte per pixel as cameras do."""
    random = np.random.default_rng(1)
    paths = []
    for index in range(count):
        width, height = SIZES[index % len(SIZES)]
        blocks = random.integers(0, 255, (24, 36, 3), dtype=np.uint8)
        image = Image.fromarray(blocks).resize((width, height), Image.Resampling.BICUBIC)
        noise = random.integers(0, 60, (height // 2, width // 2), dtype=np.uint8)
        grain = Image.fromarray(noise).resize((width, height)).filter(ImageFilter.SHARPEN)
        image = Image.blend(image, Image.merge("RGB", [grain] * 3), 0.25)
        path = folder / f"IMG_{index:04}.JPG"
        image.save(path, quality=88)
        paths.append(path)
    return paths


def decode_alone(paths: list[Path], workers: int) -> float:
    """Return seconds per picture of reading in decoder processes, start-up left out."""
    info = find_model("mini")
    with Decoders(DecoderOptions(workers, info)) as decoders:
        for path in paths[:workers]:
            decoders.result(path, decoders.submit(path))
        started = time.perf_counter()
        futures = [(path, decoders.submit(path)) for path in paths]
        for path, future in futures:
            decoders.result(path, future)
        return (time.perf_counter() - started) / len(paths)


def model_alone(count: int) -> float:
    """Return seconds per picture of encoding, in the batches that an import uses."""
    model = Model(find_model("mini"))
    inputs = np.random.default_rng(2).integers(0, 255, (32, *model.info.size, 3), dtype=np.uint8)
    model.encode_pictures(inputs[:2])
    started = time.perf_counter()
    rounds = max(1, count // len(inputs))
    for _ in range(rounds):
        model.encode_pictures(inputs)
    return (time.perf_counter() - started) / (rounds * len(inputs))


def hash_and_copy(paths: list[Path], folder: Path) -> tuple[float, float]:
    """Return seconds per picture of hashing, and of copying with verification and fsync."""
    started = time.perf_counter()
    hashes = [file_sha256(path) for path in paths]
    hashing = time.perf_counter() - started
    started = time.perf_counter()
    for path, digest in zip(paths, hashes, strict=True):
        copy_verified(path, folder / "copies" / path.name, folder / "incoming", digest)
    return hashing / len(paths), (time.perf_counter() - started) / len(paths)


def whole_import(source: Path, vault: Path, count: int) -> float:
    """Return seconds per picture of the import, process start included."""
    *_, report = import_photos(ImportRequest(vault, (source,)))
    assert isinstance(report, ImportReport)
    assert report.new == count, report
    return report.seconds / count


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="import these instead of made ones")
    options = parser.parse_args()
    os.environ.setdefault("PROPVAULT_CACHE", tempfile.mkdtemp())
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        source = options.folder or root / "card"
        source.mkdir(exist_ok=True)
        paths = (
            sorted(p for p in source.rglob("*") if p.is_file())
            if options.folder
            else make_pictures(source, options.pictures)
        )
        workers = min(8, os.cpu_count() or 1)
        decode, model = decode_alone(paths, workers), model_alone(len(paths))
        hashing, copying = hash_and_copy(paths, root)
        # The vectors of the vocabulary are made once for a model and kept; not a cost per picture.
        started = time.perf_counter()
        TaggingModel("mini").tags(np.zeros((1, find_model("mini").dim), np.float32))
        once = time.perf_counter() - started
        total = whole_import(source, root / "vault", len(paths))
    megabytes = sum(p.stat().st_size for p in paths) / 1e6 if options.folder else None
    print(f"{platform.machine()}, {os.cpu_count()} cores, {len(paths)} pictures, {megabytes or ''}")
    for name, seconds in (
        ("decode alone", decode),
        ("model alone", model),
        ("decode + model", decode + model),
        ("import", total),
        ("of it hashing (alone)", hashing),
        ("of it copying, checking, fsync (alone)", copying),
    ):
        print(f"{name:40} {seconds * 1000:8.1f} ms per picture")
    print(f"{'once per model: vectors of the vocabulary':40} {once:8.1f} s")
    print(f"{'import against 1 / (decode + model)':40} {(decode + model) / total:8.2f}")


if __name__ == "__main__":
    main()
