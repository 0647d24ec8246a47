"""Measure what a search of labelled photographs gives: precision at 10, and "nothing matches".

``python -m benchmarks.search_quality --data ../shared/data`` imports ``data/tags`` as one vault
and searches for each label in both languages, and for things that no picture there shows
(``absent_things.txt``). The line of ``library/confidence.toml`` was chosen on these very searches;
``--curve`` prints it for vaults of other sizes.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

import numpy as np

from propvault.confidence import BEST
from propvault.jobs import search
from propvault.jobs.import_photos import ImportRequest, import_photos
from propvault.jobs.search import Searcher
from propvault.ranking import fuse
from propvault.vault.vault import Vault
from propvault.vault.vectors import stored_vectors

HERE = Path(__file__).parent
SETS = ("objects", "products", "rooms", "facades")


def main() -> None:
    """Print all figures."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--vault", type=Path, help="keep the vault here for another run")
    arguments.add_argument("--curve", action="store_true", help="similarity by size of the vault")
    arguments.add_argument("--weights", action="store_true", help="precision by weight of tags")
    found = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = found.vault or Path(scratch) / "vault"
        list(import_photos(ImportRequest(root, (found.data / "tags",))))
        with Vault(root) as vault:
            searcher = Searcher(vault)
            truth = labels(found.data / "tags" / "labels.tsv")
            precision(searcher, truth)
            confidence(searcher, truth)
            halves(searcher, truth)
            if found.curve:
                curve(searcher, truth)
            if found.weights:
                weights(searcher, truth)


def labels(path: Path) -> dict[str, dict[str, set[str]]]:
    """Return the file names of each label by set."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found[row["file"].split("/")[0]][row["label"]].add(Path(row["file"]).name)
    return {name: dict(found[name]) for name in SETS}


def chinese() -> dict[str, str]:
    """Return the Chinese name of each label."""
    stated = tomllib.loads((HERE / "tag_names_zh.toml").read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    for label, name in stated.items():
        names |= name if isinstance(name, dict) else {label: name}
    return names


def precision(searcher: Searcher, truth: dict[str, dict[str, set[str]]]) -> None:
    """Print mean precision at 10 of each set, its own pictures alone counting as there.

    Whole: as searched, where folders of the set that are named like the label help. By picture:
    similarity alone, which no name helps.
    """
    names = chinese()
    for part, wanted in truth.items():
        own = set().union(*wanted.values())
        for way, find in (("whole", as_searched), ("by picture", by_picture)):
            means = []
            for language in ("en", "zh"):
                values = []
                for label, files in wanted.items():
                    query = label if language == "en" else names.get(label)
                    if query is None:
                        continue
                    best = [name for name in find(searcher, query) if name in own][:10]
                    values.append(len(files & set(best)) / min(10, len(files)))
                means.append(f"{language} {np.mean(values):.3f} ({len(values)} labels)")
            print(f"{part}, {way}: mean precision at 10: {', '.join(means)}", flush=True)


def as_searched(searcher: Searcher, query: str) -> list[str]:
    """Return file names of the hits."""
    return [hit.photo.name for hit in searcher.search(query, 400).hits]


def by_picture(searcher: Searcher, query: str) -> list[str]:
    """Return file names by similarity alone."""
    sources = searcher.sources
    scores = cosines(searcher, query)
    rows = sources.matrix.rows[np.argsort(-scores, kind="stable")].tolist()
    names = dict(sources.db.execute("SELECT id, name FROM photo").fetchall())
    return [names[row] for row in rows]


def cosines(searcher: Searcher, text: str) -> np.ndarray:
    """Return the cosine of every photo of the matrix to a text."""
    sources = searcher.sources
    _, vectors = stored_vectors(sources.db, sources.model.info.id, sources.model.info.dim)
    return vectors.astype(np.float32) @ sources.text_vector(text, text)


def things(truth: dict[str, dict[str, set[str]]]) -> tuple[list[str], list[str]]:
    """Return searches for what is there and for what is not, in both languages."""
    names = chinese()
    known = sorted({label for wanted in truth.values() for label in wanted})
    present = known + [names[label] for label in known if label in names]
    lines = (HERE / "absent_things.txt").read_text(encoding="utf-8").splitlines()
    return present, [word for line in lines for word in line.split("|")]


def confidence(searcher: Searcher, truth: dict[str, dict[str, set[str]]]) -> None:
    """Print how many searches are said to match nothing."""
    present, absent = things(truth)
    wrongly = [q for q in present if searcher.search(q, 1).confident is False]
    missed = [q for q in absent if searcher.search(q, 1).confident]
    print(f"there: {len(wrongly)} of {len(present)} said to match nothing ({', '.join(wrongly)})")
    print(f"not there: {len(absent) - len(missed)} of {len(absent)} said so; found all the same: "
          f"{', '.join(missed)}")  # fmt: skip


def halves(searcher: Searcher, truth: dict[str, dict[str, set[str]]]) -> None:
    """Print what a line chosen on half of the labels says of the others, 200 times."""
    names = chinese()
    known = sorted({label for wanted in truth.values() for label in wanted})
    there = [[best_of(cosines(searcher, q)) for q in (k, names.get(k, k))] for k in known]
    gone = np.array([best_of(cosines(searcher, q)) for q in things(truth)[1]])
    wrongly, rightly = [], []
    for seed in range(200):
        order = np.random.default_rng(seed).permutation(len(there))
        one, other = np.array(there)[order[::2]], np.array(there)[order[1::2]]
        line = np.quantile(one, 0.05)
        wrongly.append(np.mean(other < line))
        rightly.append(np.mean(gone < line))
    print(f"line from half of the labels, similarity alone: {np.mean(wrongly):.1%} of the others "
          f"said to match nothing, {np.mean(rightly):.1%} of what is not there")  # fmt: skip


def best_of(scores: np.ndarray) -> float:
    """Return the mean of the best three."""
    return float(np.sort(scores)[-BEST:].mean())


def weights(searcher: Searcher, truth: dict[str, dict[str, set[str]]]) -> None:
    """Print precision at 10 without names, by the weight of tags and by the constant of fusion."""
    names, rows = chinese(), searcher.sources.matrix.rows
    called = dict(searcher.sources.db.execute("SELECT id, name FROM photo").fetchall())
    for k, scale in itertools.product((20, 60, 180), (0.0, 0.5, 1.0, 2.0, 4.0)):
        found = []
        for wanted in truth.values():
            own = set().union(*wanted.values())
            for label, files in wanted.items():
                query = names.get(label, label)
                near = rows[np.argsort(-cosines(searcher, query), kind="stable")][:1000]
                tags = [
                    searcher.sources.tagged(t) for t in searcher.sources.vocabulary.called(query)
                ]
                ranked = [(1.0, near)]
                for state, weight in search.TAG_WEIGHTS.items():
                    ranked += [(scale * weight, tagged.in_state(state)) for tagged in tags]
                best = [called[row] for row in fuse(ranked, k=k).tolist() if called[row] in own][
                    :10
                ]
                found.append(len(files & set(best)) / min(10, len(files)))
        print(f"k {k:3}, tags x {scale}: mean precision at 10 {np.mean(found):.3f} ({len(found)})")


def curve(searcher: Searcher, truth: dict[str, dict[str, set[str]]]) -> None:
    """Print the similarity of the best three, there and not there, in vaults of several sizes."""
    present, absent = things(truth)
    whole = [np.stack([cosines(searcher, q) for q in queries]) for queries in (present, absent)]
    count = whole[0].shape[1]
    for size in (50, 100, 200, 400, 800, count):
        means = []
        for scores in whole:
            kept = [random.Random(s).sample(range(count), size) for s in range(20)]
            best = [np.sort(scores[:, k], axis=1)[:, -BEST:].mean(1) for k in kept]
            means.append(np.concatenate(best))
        there, gone = means
        pairs = np.searchsorted(np.sort(gone), there).mean() / len(gone)
        print(f"{size:5} photos: there, quantiles .05 .1 .5: {np.quantile(there, (0.05, 0.1, 0.5))}"
              f"; not there .5 .7 .9: {np.quantile(gone, (0.5, 0.7, 0.9))}; area under the curve "
              f"{pairs:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
