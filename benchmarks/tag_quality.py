"""How good automatic tags are: precision and recall per tag, per set and in all, and their cost.

``python -m benchmarks.tag_quality --data ../shared/data`` prints the tables; ``--write`` puts them
into ``docs/dev/tag-quality.md`` with the date and the model. Thresholds are chosen on the other
four folds and on the training pack's labelled pictures, by heads that did not learn from them
(`training.tag_thresholds`), so no picture judges a threshold it helped to choose. A tag counts in
the sets that have it as a label; of the tags that a set does not label nothing is said. In
``doors`` a missing label proves nothing, so only the recall of shipped thresholds stands there.

The time is that of the step from vectors to tags as an import takes it, in batches of 32.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from propvault.jobs.tagging_model import TaggingModel
from propvault.tagging import PROMISE, leaders
from training.data import WORK
from training.labelled import SETS, judges, read_labels, set_of, vectors_of
from training.tag_thresholds import (
    DRAWS,
    Labelled,
    judged_apart,
    labelled_pack,
    least_lines,
    unseen_vectors,
)

DOCS = Path("docs/dev/tag-quality.md")
BATCH = 32
RECALL = 0.5
"""What the applied tags should find."""


@dataclass
class Tally:
    """Right and wrong applied tags, and how many there should be; over all draws of folds."""

    right: int = 0
    wrong: int = 0
    positives: int = 0
    reachable: int = 0
    """Right ones at the promised precision by a threshold chosen on these very pictures."""

    @property
    def precision(self) -> float | None:
        given = self.right + self.wrong
        return self.right / given if given else None

    @property
    def recall(self) -> float:
        return self.right / self.positives if self.positives else 0.0

    @property
    def labels(self) -> int:
        return self.positives // DRAWS

    def add(self, other: Tally) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.positives += other.positives
        self.reachable += other.reachable


@dataclass
class Measured:
    """What one run measured."""

    model: str
    per_tag: dict[str, Tally]
    per_set: dict[str, Tally]
    elsewhere: dict[str, Tally]
    """Of tags that only the training pack labels."""
    doors: Tally
    seconds_per_photo: float
    megabytes: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--work", type=Path, default=WORK, help="of training.build_mini")
    arguments.add_argument("--write", action="store_true", help=f"write {DOCS}")
    given = arguments.parse_args()
    measured = measure(given.data, given.work)
    text = worded(measured)
    print(text)
    if given.write:
        DOCS.write_text(text, encoding="utf-8", newline="\n")


def measure(data: Path, work: Path) -> Measured:
    """Measure the built-in model on the labelled photographs."""
    tagging = TaggingModel("mini")
    facets = [c.facet for c in tagging.concepts]
    unseen = unseen_vectors(work, tagging.info.id)
    common = tagging.scores(unseen)
    of_pack, lines = labelled_pack(data, common, facets), least_lines(common)
    labels = read_labels(data / "tags")
    files = list(labels)
    vectors = vectors_of(tagging._model, data / "tags", files)
    scores = tagging.scores(vectors)
    of_data = Labelled(labels, scores, facets, least=lines)
    leading = leaders(scores, facets)
    sets = np.array([set_of(file) for file in files])
    per_tag: dict[str, Tally] = {}
    per_set: dict[str, Tally] = defaultdict(Tally)
    elsewhere: dict[str, Tally] = {}
    doors = Tally()
    for at, concept in enumerate(tagging.concepts):
        own, other = of_data.evidence(concept.tag, at), of_pack.evidence(concept.tag, at)
        if not own.sets:
            if other.sets:
                every = np.full(len(other.right), True)
                elsewhere[concept.tag] = _tally(judged_apart(other, None), other.right, every)
            continue
        right = np.array([concept.tag in labels[file] for file in files])
        judged = judges(concept.tag, labels)
        # What is not judged helped to choose no threshold, so the shipped one may.
        shipped = (scores[:, at] >= tagging.thresholds.applied[at]) & leading[:, at]
        taken = np.tile(shipped, (DRAWS, 1))
        taken[:, judged] = judged_apart(own, other)
        per_tag[concept.tag] = _tally(taken, right, judged)
        for name in set(sets[right & judged]) & set(SETS):
            inside = judged & (sets == name)
            per_set[name].add(_tally(taken, right, inside))
            per_set[name].reachable += DRAWS * _reachable(scores[inside, at], right[inside])
        doors.add(_tally(taken, right, right & ~np.isin(sets, SETS)))
    cost = _cost(tagging, vectors)
    return Measured(tagging.info.id, per_tag, dict(per_set), elsewhere, doors, *cost)


def _tally(taken: NDArray[np.bool_], right: NDArray[np.bool_], where: NDArray[np.bool_]) -> Tally:
    """Count ``taken`` ``[DRAWS, n]`` on the pictures ``where`` ``[n]``."""
    given, right = taken[:, where], right[where]
    hits = int((given & right).sum())
    return Tally(hits, int(given.sum()) - hits, DRAWS * int(right.sum()))


def _reachable(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> int:
    """Return the most right ones that any threshold keeps at the promised precision."""
    hits = np.cumsum(right[np.argsort(-scores, kind="stable")])
    kept = hits / np.arange(1, len(hits) + 1) >= PROMISE
    return int(hits[kept].max(initial=0))


def _cost(tagging: TaggingModel, vectors: NDArray[np.float32]) -> tuple[float, float]:
    """Return seconds per photo of the quickest of 20 runs, and megabytes grown over all 20,000."""
    many = np.resize(vectors, (20_000, vectors.shape[1]))
    tagging.tags(many[:BATCH])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = []
    for part in np.array_split(many, 20):
        started = time.perf_counter()
        for start in range(0, len(part), BATCH):
            tagging.tags(part[start : start + BATCH])
        runs.append((time.perf_counter() - started) / len(part))
    seconds = min(runs)  # what else the machine does only ever adds
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return seconds, grown / 1024


def worded(measured: Measured) -> str:
    """Return the page for the docs."""
    whole = Tally()
    for tally in measured.per_set.values():
        whole.add(tally)
    rows = [*sorted(measured.per_set.items()), ("all", whole)]
    lines = [
        "# How good the automatic tags are",
        "",
        "Written by `python -m benchmarks.tag_quality --write`, which says how it measures.",
        f"Model `{measured.model}`, {datetime.now(UTC):%Y-%m-%d}, {_machine()}.",
        "",
        "Applied tags, thresholds chosen on other folds:",
        "",
        "| set | precision | recall | labels | at most |",
        "|---|---|---|---|---|",
        *(_set_row(name, tally) for name, tally in rows),
        "",
        "A threshold is the lowest whose precision is 0.8 by the lower Wilson bound at 90 %, on the"
        " other four folds or on the training pack, and which these folds do not disprove. Figures"
        f" are means of {DRAWS} draws of folds, and count tags that the shipped file leaves out"
        " because their folds break the promise. *At most* is the recall of thresholds chosen tag"
        " by tag on the very pictures they are judged on, at precision 0.8 for each tag: no rule"
        " for choosing reaches it. `benchmarks/tag_rules.py` compares rules.",
        "",
        f"The aim is precision 0.8 and recall 0.5; {_missed(rows)}.",
        "",
        f"In `doors`, where a missing label proves nothing, recall is {measured.doors.recall:.2f}"
        f" of {measured.doors.labels} labels.",
        f"Tagging takes {1000 * measured.seconds_per_photo:.2f} ms for a photo whose vector is"
        " given (the quickest of 20 runs); over 20,000 photos the process grew by"
        f" {measured.megabytes:.0f} MB.",
        "",
        "| tag | precision | recall | labels |",
        "|---|---|---|---|",
        *(_row(f"`{tag}`", measured.per_tag[tag]) for tag in _by_labels(measured.per_tag)),
        "",
        "A tag without a precision was never applied: its labels prove no threshold, so it is only",
        "suggested, as is every tag that is in neither table. Cabinet door, door handle and"
        " refrigerator stand in `doors` alone: they are right on their pictures there and wrong on"
        " those of the other sets.",
        "",
        "Tags that only the training pack labels, on its labelled pictures (each by a head that did"
        " not learn from it; the text tower did learn such labels), thresholds chosen on other"
        " folds:",
        "",
        "| tag | precision | recall | labels |",
        "|---|---|---|---|",
        *(_row(f"`{tag}`", measured.elsewhere[tag]) for tag in _by_labels(measured.elsewhere)),
    ]
    return "\n".join(lines) + "\n"


def _missed(rows: list[tuple[str, Tally]]) -> str:
    """Say which sets miss the bars."""
    precise = [n for n, t in rows if t.precision is not None and t.precision < PROMISE]
    found = [n for n, t in rows if t.recall < RECALL]
    said = [f"{what} is missed in {', '.join(names)}" for what, names in
            (("precision", precise), ("recall", found)) if names]  # fmt: skip
    return " and ".join(said) or "both are met in every set"


def _by_labels(tallies: dict[str, Tally]) -> list[str]:
    return [tag for tag, _ in Counter({t: v.positives for t, v in tallies.items()}).most_common()]


def _row(name: str, tally: Tally) -> str:
    precision = "–" if tally.precision is None else f"{tally.precision:.2f}"
    return f"| {name} | {precision} | {tally.recall:.2f} | {tally.labels} |"


def _set_row(name: str, tally: Tally) -> str:
    return f"{_row(name, tally)} {tally.reachable / tally.positives:.2f} |"


def _machine() -> str:
    return f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
