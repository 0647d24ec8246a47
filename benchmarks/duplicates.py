"""Measure how well repeats are told from takes and look-alikes, beside imagededup's hashes.

``python -m benchmarks.duplicates --data ../shared/data`` prints, each part alone with ``--only``:

* ``neardup``: every pair inside a group, every pair of ``different.tsv`` and pairs drawn between
  groups, and the curves that the thresholds of `propvault.likeness` were read from;
* ``camera``: what an import of the camera folder calls repeats and takes, against its truth;
* ``transforms``: 200 photographs changed in many ways, recall of each at precision .99;
* ``repetition``: drawn tiles, mosaics, lattices and bricks, and windows side by side;
* ``million``: candidates and groups among 10,000, 100,000 and 1,000,000 fingerprints.

imagededup's pHash and dHash are imagehash's (its package pulls in torch); they are computed here
from the same files. Its CNN needs weights from a model hub and is left out.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
import time
import tomllib
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from benchmarks.duplicates_million import million
from benchmarks.duplicates_pictures import distance, see, side_by_side
from benchmarks.duplicates_repetition import repetition
from benchmarks.duplicates_transforms import transforms
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.list_groups import list_groups
from propvault.likeness import INLIERS, relation
from propvault.values import PhotoView
from propvault.vault.vault import Vault
from propvault.vision.comparison import compare

FAR = 1500
"""Pairs drawn between groups."""
SEEDS = Path(__file__).parents[1] / "seeds"


def main() -> None:
    """Print the parts asked for."""
    parts = {
        "neardup": neardup,
        "camera": camera,
        "transforms": transforms,
        "repetition": repetition,
        "million": million,
    }
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--only", nargs="*", choices=list(parts), default=list(parts))
    found = arguments.parse_args()
    for name in found.only:
        print(f"\n== {name}")
        began = time.perf_counter()
        parts[name](found.data)
        print(f"({time.perf_counter() - began:.0f} s)")


def neardup(data: Path) -> None:
    """Print what pairs of ``neardup`` are called, and the curves."""
    folder = data / "neardup"
    pairs = named_pairs(folder)
    began = time.perf_counter()
    pictures = {name: found for name in sorted({n for _, *two in pairs for n in two})
                if (found := see(folder / name)) is not None}  # fmt: skip
    for found in pictures.values():
        _ = found.look.features, found.look.planes
    cost = 1e3 * (time.perf_counter() - began) / len(pictures)
    pairs = [p for p in pairs if p[1] in pictures and p[2] in pictures]
    began = time.perf_counter()
    likes = side_by_side(
        lambda i: compare(pictures[pairs[i][1]].look, pictures[pairs[i][2]].look), len(pairs)
    )
    print(f"{len(pictures)} pictures, {cost:.0f} ms each; {len(pairs)} pairs, "
          f"{1e3 * (time.perf_counter() - began) / len(pairs):.1f} ms each")  # fmt: skip
    called = [relation(found) for found in likes]
    for truth in ("same", "take", "different"):
        answers = [c for c, pair in zip(called, pairs, strict=True) if pair[0] == truth]
        counts = {kind: answers.count(kind) for kind in ("same", "take", "different")}
        print(f"  {truth} ({len(answers)} pairs) called {counts}")
    for pair, found, kind in zip(pairs, likes, called, strict=True):
        if kind != pair[0]:
            print(
                f"  {pair[0]} called {kind}: {found.inliers} inliers, agreement "
                f"{found.agreement:.2f}, shift {found.shift:.2f}  {pair[1][-40:]} {pair[2][-40:]}"
            )
    truths = [pair[0] for pair in pairs]
    fits = [relation(found) != "different" for found in likes]
    curve("inliers", truths, [found.inliers for found in likes], (8, 10, 12, 15, 20, 30))
    curve("cover", truths, [f.cover if f.inliers >= INLIERS else -1 for f in likes],
          (0.03, 0.1, 0.2))  # fmt: skip
    curve("agreement of what fits", truths,
          [f.agreement if fit else -1 for f, fit in zip(likes, fits, strict=True)],
          (0.5, 0.75, 0.9, 0.95, 0.99))  # fmt: skip
    curve("minus the shift of what fits", truths,
          [-f.shift if fit else -99 for f, fit in zip(likes, fits, strict=True)],
          (-1.0, -0.5, -0.3, -0.2, -0.1, -0.05))  # fmt: skip
    for algorithm in ("phash", "dhash"):
        bits = [-distance(pictures[a], pictures[b], algorithm) for _, a, b in pairs]
        curve(f"imagededup {algorithm}, minus its distance", truths, bits, (-10, -8, -4, 0))


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
    named = len(apart)
    group = {file: name for name, files in groups.items() for file in files}
    files = sorted({*group, *(n for _, *two in apart for n in two)})
    chance = random.Random(0)
    while len(apart) < named + FAR:
        one, other = chance.sample(files, 2)
        if group.get(one, one) != group.get(other, other):
            apart.append(("different", one, other))
    return pairs + apart


def curve(
    title: str, truths: Sequence[str], values: Sequence[float], cuts: Sequence[float]
) -> None:
    """Print which share of each kind of pair reaches each cut."""
    print(f"\n{title}: share of pairs from the value on")
    for cut in cuts:
        shares = []
        for truth in ("same", "take", "different"):
            reached = [v >= cut for v, t in zip(values, truths, strict=True) if t == truth]
            shares.append(f"{truth} {sum(reached) / len(reached):.3f}")
        print(f"  {cut:>5}: {'  '.join(shares)}")


def camera(data: Path) -> None:
    """Import the camera folder and the seeds, and print what was found against their truth."""
    truth = {}
    with (data / "camera_truth.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            truth[row["path"]] = row["role"]
    report(data / "camera", truth)
    listed = tomllib.loads((SEEDS / "manifest.toml").read_text(encoding="utf-8"))["file"]
    report(SEEDS / "camera", {f["path"]: f"{f['role']}:{f['of']}" if "of" in f else f["role"]
                              for f in listed})  # fmt: skip


def report(folder: Path, truth: dict[str, str]) -> None:
    """Import one folder and print pairs called the same, and takes, right and wrong."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "vault"
        list(import_photos(ImportRequest(root, (folder,))))
        with Vault(root) as vault:
            groups = list_groups(vault)
    met = {
        (kind, frozenset(pair))
        for kind in ("same", "take")
        for group in groups
        if group.kind == kind
        for pair in combinations([told(photo, folder, truth) for photo in group.photos], 2)
    }
    same = {frozenset((path, role[5:])) for path, role in truth.items() if role[:5] == "same:"}
    found = {pair for kind, pair in met if kind == "same"}
    print(f"{folder.parent.name}/{folder.name}: same found {len(same & found)} of {len(same)}, "
          f"others called the same: {sorted(map(sorted, found - same)) or 'none'}")  # fmt: skip
    walks: dict[str, list[str]] = {}
    for path, role in truth.items():
        if role.startswith("take:"):
            walks.setdefault(role, []).append(path)
    takes = {frozenset(p) for paths in walks.values() for p in combinations(sorted(paths), 2)}
    stacked = {pair for kind, pair in met if kind == "take"}
    print(
        f"  takes stacked: {len(takes & stacked)} of {len(takes)} pairs; called the same: "
        f"{len(takes & found)}; others stacked: {sorted(map(sorted, stacked - takes)) or 'none'}"
    )


def told(photo: PhotoView, folder: Path, truth: dict[str, str]) -> str:
    """Return where in the folder a photo was seen, its original rather than an exact copy."""
    paths = sorted(str(s.path.relative_to(folder.resolve())) for s in photo.sightings)
    return min(paths, key=lambda path: truth[path].startswith("exact"))


if __name__ == "__main__":
    main()
