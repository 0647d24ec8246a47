"""Automatic tags: how strongly a photo is a tag, and which tags that applies or suggests.

The score of a tag is how far its cosine stands above what it is on ordinary photographs, less
the same of its rivals (the tags for things: objects, structures, settings). With z the cosine in
standard deviations from its background mean::

    score = z - log(sum over rivals of exp(2 z)) / 2

A rival's own score is therefore never above zero, and near zero only for the photo's main thing.
On the labelled photographs of ``training/README.md`` it finds 73 % of what can be found at a
precision of 0.8 per tag; the plain cosine finds 63 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHARPNESS = 2.0
"""Of the soft maximum over rivals, per standard deviation."""
_NEVER = np.inf
PROMISE = 0.8
"""Precision that an applied tag promises."""
_ONE_SIDED = 1.2816
"""Standard errors that a bound lies off: 90 % sure, on its side (the normal quantile)."""
_NEAR = 1.0
"""Standard deviations that a tag may stand below the likeliest of its facet and still be applied.
From here on the labelled photographs no longer tell (`benchmarks.tag_rules`), and a vault holds
more things than they do."""
_FEWEST = 5
"""Verdicts above a threshold before they can disprove it: for fewer the bound is no bound."""


@dataclass(frozen=True)
class Background:
    """What cosines of each tag are on ordinary photographs; arrays are ``[tags]``."""

    mean: NDArray[np.float32]
    """Mean cosine."""
    std: NDArray[np.float32]
    """Standard deviation of the cosine, above zero."""
    rivals: NDArray[np.bool_]
    """Whether the tag competes with every other one; at least one does."""


@dataclass(frozen=True)
class Thresholds:
    """From which score on a tag is applied or suggested; arrays are ``[tags]`` float32."""

    applied: NDArray[np.float32]
    """Infinite for a tag whose precision nobody measured: it is only ever suggested."""
    suggested: NDArray[np.float32]
    """At most ``applied``; infinite for a tag the model was never shown."""


def read_thresholds(
    stated: Mapping[str, Any], tags: Sequence[str]
) -> tuple[Background, Thresholds]:
    """Arrange a parsed threshold file (``library/thresholds``) in the order of ``tags``.

    A tag the file does not know, such as a person's own, has the background and the suggesting
    threshold that are the median of its facet's; it is never applied and rivals none. Where the
    file knows nothing of the facet either, it is not suggested.

    Raises:
        KeyError: when a key is missing.
    """
    usual = _usual(stated["tags"])
    rows = [stated["tags"].get(tag) or usual.get(tag.partition(":")[0], {}) for tag in tags]
    facets = frozenset(stated["rivals"])
    known = [tag in stated["tags"] for tag in tags]
    background = Background(
        mean=np.array([row["mean"] if row else 0.0 for row in rows], np.float32),
        std=np.array([row["std"] if row else 1.0 for row in rows], np.float32),
        rivals=np.array(
            [ok and tag.partition(":")[0] in facets for tag, ok in zip(tags, known, strict=True)],
            np.bool_,
        ),
    )
    return background, Thresholds(
        applied=np.array([row.get("applied", _NEVER) for row in rows], np.float32),
        suggested=np.array([row["suggested"] if row else _NEVER for row in rows], np.float32),
    )


def _usual(stated: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the median background and suggesting threshold of each facet."""
    keys = ("mean", "std", "suggested")
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for tag, row in stated.items():
        rows.setdefault(tag.partition(":")[0], []).append(row)
    return {
        facet: {key: float(np.median([row[key] for row in found])) for key in keys}
        for facet, found in rows.items()
    }


def tag_scores(
    vectors: NDArray[np.float32], tag_vectors: NDArray[np.float32], background: Background
) -> NDArray[np.float32]:
    """Return scores ``[n, tags]`` of unit photo vectors ``[n, dim]`` for ``[tags, dim]``.

    Scores are in standard deviations and independent of the other photos. Without any rival the
    score is z itself.
    """
    z = (vectors @ tag_vectors.T - background.mean) / background.std
    if not background.rivals.any():
        return np.asarray(z, np.float32)
    exponent = _SHARPNESS * z[:, background.rivals]
    # Subtracting the maximum keeps the exponential in range.
    top = exponent.max(1, keepdims=True, initial=-np.inf)
    rivals = top + np.log(np.exp(exponent - top).sum(1, keepdims=True))
    return np.asarray(z - rivals / _SHARPNESS, np.float32)


def decide(
    scores: NDArray[np.float32],
    thresholds: Thresholds,
    leading: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (applied, suggested), each ``[n, tags]``; no tag of a photo is both.

    With ``leading`` (see `leaders`) a tag that has a much likelier one in its facet is suggested
    at most: precision is measured among a few labels, a vocabulary has hundreds.
    """
    strong = scores >= thresholds.applied
    applied = strong if leading is None else strong & leading
    return applied, (strong | (scores >= thresholds.suggested)) & ~applied


def leaders(scores: NDArray[np.float32], facets: Sequence[str]) -> NDArray[np.bool_]:
    """Return ``[n, tags]``: whether no tag of the same facet scores higher by more than `_NEAR`."""
    leading = np.zeros(scores.shape, np.bool_)
    names = np.array(facets)
    for facet in set(facets):
        columns = np.flatnonzero(names == facet)
        leading[:, columns] = scores[:, columns] >= scores[:, columns].max(1, keepdims=True) - _NEAR
    return leading


def without_excluded(
    applied: NDArray[np.bool_], suggested: NDArray[np.bool_], excluded: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return suggestions ``[n, tags]`` that no applied tag of the same photo excludes.

    ``excluded`` is ``[tags, tags]`` and symmetric.
    """
    return suggested & ~((applied.astype(np.float32) @ excluded.astype(np.float32)) > 0)


def wilson(right: int, count: int) -> tuple[float, float]:
    """Return the bounds of a share by Wilson's score interval (1927), each one-sided at 90 %."""
    if not count:
        return 0.0, 1.0
    z, share = _ONE_SIDED, right / count
    middle = share + z * z / (2 * count)
    spread = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5
    return (middle - spread) / (1 + z * z / count), (middle + spread) / (1 + z * z / count)


def proven_threshold(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Return the lowest threshold whose precision is `PROMISE` by the lower Wilson bound.

    Midway to the next lower score; infinite when no threshold is proven (seven verdicts, all
    right, are the fewest that prove one).
    """
    order = np.argsort(-scores, kind="stable")
    falling = scores[order].astype(np.float64)
    hits = np.cumsum(right[order])
    for last in range(len(order) - 1, -1, -1):
        here, below = falling[last], falling[min(last + 1, len(order) - 1)]
        if below == here and last + 1 < len(order):
            continue  # equal scores are taken together
        if right[order[last]] and wilson(int(hits[last]), last + 1)[0] >= PROMISE:
            # Not above the lowest score taken, whatever 32 bits make of the middle.
            return float(min(np.float32((here + below) / 2), scores[order[last]]))
    return _NEVER


def adapt(
    thresholds: Thresholds,
    verdicts: Mapping[int, tuple[NDArray[np.float32], NDArray[np.bool_]]],
) -> tuple[Thresholds, frozenset[int]]:
    """Move thresholds by what a person said of tags; return also which tags moved.

    A threshold that the verdicts prove is taken, if it is lower than the present one. One that
    they disprove (precision above it is under `PROMISE` by the upper Wilson bound) gives way to a
    proven one, or to none: the tag is then only suggested.

    Args:
        thresholds: the measured ones.
        verdicts: by index of the tag, scores and whether a person said that the tag is right.
    """
    applied, moved = thresholds.applied.copy(), set()
    for index, (scores, right) in verdicts.items():
        proven = proven_threshold(scores, right)
        above = scores >= applied[index]
        count = int(above.sum())
        disproven = count >= _FEWEST and wilson(int(right[above].sum()), count)[1] < PROMISE
        if proven < applied[index] or disproven:
            applied[index] = proven
            moved.add(index)
    suggested = np.minimum(thresholds.suggested, applied)
    return Thresholds(applied, np.asarray(suggested, np.float32)), frozenset(moved)
