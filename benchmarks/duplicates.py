"""Measure telling copies of one exposure from takes and look-alikes, pair by pair.

``python -m benchmarks.duplicates --data ../shared/data`` compares every pair inside a group of
``neardup``, every pair of ``different.tsv`` and pairs drawn between groups, prints the curve that
the thresholds of `propvault.grouping` were read from, and beside it pHash within a distance.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from propvault.grouping import AGREEMENT, COVER, INLIERS, relation
from propvault.vision.fingerprints import fingerprints
from propvault.vision.geometry import (
    EDGE,
    Features,
    agreement,
    compare,
    local_features,
    mirror_features,
)

FAR = 1500
"""Pairs drawn between groups."""


class Looked(NamedTuple):
    """One picture, ready to be compared."""

    preview: Image.Image
    features: Features
    mirror: Features
    phash: int


class Pair(NamedTuple):
    """One compared pair."""

    truth: str
    """``same``, ``take`` or ``different``."""
    inliers: int
    cover: float
    agreement: float
    distance: int
    """Bits in which the pHashes differ."""
    names: tuple[str, str]


def main() -> None:
    """Print figures and curves."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    folder = arguments.parse_args().data / "neardup"
    pairs = named_pairs(folder)
    began = time.perf_counter()
    looked = {name: found for name in sorted({n for _, *two in pairs for n in two})
              if (found := look(folder / name)) is not None}  # fmt: skip
    print(
        f"{len(looked)} pictures, {1e3 * (time.perf_counter() - began) / len(looked):.0f} ms each"
    )
    began = time.perf_counter()
    compared = [compared_pair(truth, one, other, looked) for truth, one, other in pairs
                if one in looked and other in looked]  # fmt: skip
    print(
        f"{len(compared)} pairs, {1e3 * (time.perf_counter() - began) / len(compared):.1f} ms each"
    )
    print(f"\nas shipped (inliers {INLIERS}, cover {COVER}, agreement {AGREEMENT}):")
    for truth in ("same", "take", "different"):
        answers = [relation(p.inliers, p.cover, p.agreement) for p in compared if p.truth == truth]
        counts = {answer: answers.count(answer) for answer in ("same", "take", "different")}
        print(f"  {truth} ({len(answers)} pairs) called {counts}")
    wrong = [p for p in compared if p.truth != relation(p.inliers, p.cover, p.agreement)]
    for pair in wrong:
        print(f"  {pair.truth}: {pair.inliers} inliers, cover {pair.cover:.2f}, agreement "
              f"{pair.agreement:.2f}, {' | '.join(pair.names)}")  # fmt: skip
    curve("inliers, any cover", compared, lambda p: p.inliers, (8, 10, 12, 15, 20, 30))
    curve(f"cover, inliers from {INLIERS}", compared,
          lambda p: p.cover if p.inliers >= INLIERS else -1, (0.0, 0.03, 0.1, 0.2))  # fmt: skip
    curve("agreement of what fits", compared,
          lambda p: p.agreement if relation(p.inliers, p.cover, 1) == "same" else -1,
          (0.5, 0.7, 0.8, 0.9, 0.95, 0.97))  # fmt: skip
    curve("pHash alone, minus its distance", compared, lambda p: -p.distance, (-10, -8, -4, -2, 0))


def named_pairs(folder: Path) -> list[tuple[str, str, str]]:
    """Return (truth, file, file) of all pairs, in a fixed order."""
    groups: dict[str, list[str]] = {}
    kinds = {}
    with (folder / "groups.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            groups.setdefault(row["group"], []).append(row["file"])
            kinds[row["file"]] = "take" if row["kind"].startswith("burst") else "same"
    pairs = [
        (kinds[a], a, b) for files in groups.values() for a, b in combinations(sorted(files), 2)
    ]
    with (folder / "different.tsv").open(encoding="utf-8", newline="") as file:
        apart = [("different", r["a"], r["b"]) for r in csv.DictReader(file, delimiter="\t")]
    group = {file: name for name, files in groups.items() for file in files}
    files = sorted({*group, *(n for _, *two in apart for n in two)})
    chance = random.Random(0)
    while len(apart) < 60 + FAR:
        one, other = chance.sample(files, 2)
        if group.get(one, one) != group.get(other, other):
            apart.append(("different", one, other))
    return pairs + apart


def look(path: Path) -> Looked | None:
    """Read one picture as a preview; None for the broken ones that the set contains."""
    try:
        with Image.open(path) as opened:
            preview = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError):
        return None
    preview.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    phash = int.from_bytes(fingerprints(preview)["phash"])
    return Looked(preview, local_features(preview), mirror_features(preview), phash)


def compared_pair(truth: str, one: str, other: str, looked: dict[str, Looked]) -> Pair:
    """Compare two pictures."""
    a, b = looked[one], looked[other]
    fitted = compare(a.features, a.mirror, b.features)
    alike = agreement(a.preview, b.preview, fitted)
    distance = (a.phash ^ b.phash).bit_count()
    return Pair(truth, fitted.inliers, fitted.cover, alike, distance, (one, other))


def curve(title: str, pairs: list[Pair], value: object, cuts: tuple[float, ...]) -> None:
    """Print which share of each kind of pair reaches each cut."""
    assert callable(value)
    print(f"\n{title}: share of pairs from the value on")
    for cut in cuts:
        shares = []
        for truth in ("same", "take", "different"):
            reached = [value(p) >= cut for p in pairs if p.truth == truth]
            shares.append(f"{truth} {sum(reached) / len(reached):.3f}")
        print(f"  {cut:>5}: {'  '.join(shares)}")


if __name__ == "__main__":
    main()
