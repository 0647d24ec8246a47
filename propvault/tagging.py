"""Automatic tags: how strongly a photo is a tag, and which tags that applies or suggests.

The score of a tag is the logarithm of its zero-shot probability (Radford et al. 2021, CLIP) among
its rivals, the tags for things: objects, structures, settings. With c the cosine in deviations,
one unit for all tags of a model::

    score = c - log(sum over rivals of exp(2 c)) / 2

A rival's own score is therefore never above zero, and near zero only for the photo's main thing.
`benchmarks.tag_rules` compares it with a unit for each tag and with the plain cosine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SHARPNESS = 2.0
"""Of the soft maximum over rivals, per deviation: CLIP's inverse temperature."""
_NEVER = np.inf
_NARROWEST = 1e-3
"""Least unit: photos that are all alike deviate by nothing."""
PROMISE = 0.8
"""Precision that an applied tag promises."""
SURE = 0.9
"""How sure a bound on precision is, on its side."""
_FEW = 1e-9
"""Stands for no verdict where counts divide."""
NEAR = 1.0
"""Deviations that a tag may stand below the likeliest of its facet and still be applied.
From here on the labelled photographs no longer tell (`benchmarks.tag_rules`), and a vault holds
more things than they do."""
_FEWEST = 5
"""Verdicts above a threshold before they can disprove it: for fewer the bound is no bound."""


@dataclass(frozen=True)
class Scale:
    """What cosines are measured in, and against what."""

    deviation: float
    """Of a tag's cosine over ordinary photographs, in the mean over tags; above zero."""
    rivals: NDArray[np.bool_]
    """``[tags]``: whether the tag competes with every other one."""


@dataclass(frozen=True)
class Thresholds:
    """From which score on a tag is applied or suggested; arrays are ``[tags]`` float32."""

    applied: NDArray[np.float32]
    """Infinite for a tag whose precision nobody measured: it is only ever suggested."""
    suggested: NDArray[np.float32]
    """At most ``applied``; infinite for a tag the model was never shown."""


def read_thresholds(stated: Mapping[str, Any], tags: Sequence[str]) -> tuple[Scale, Thresholds]:
    """Arrange a parsed threshold file (``library/thresholds``) in the order of ``tags``.

    A tag the file does not know, such as a person's own, has the suggesting threshold that is the
    median of its facet's; it is never applied and rivals none. Where the file knows nothing of the
    facet either, it is not suggested.

    Raises:
        KeyError: when a key is missing.
    """
    rows, usual = stated["tags"], _usual(stated["tags"])
    rivals = [tag in rows and tag.partition(":")[0] in stated["rivals"] for tag in tags]
    suggested = [
        rows[tag]["suggested"] if tag in rows else usual.get(tag.partition(":")[0], _NEVER)
        for tag in tags
    ]
    applied = [rows.get(tag, {}).get("applied", _NEVER) for tag in tags]
    return Scale(stated["deviation"], np.array(rivals, np.bool_)), Thresholds(
        applied=np.array(applied, np.float32), suggested=np.array(suggested, np.float32)
    )


def _usual(stated: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return the median suggesting threshold of each facet."""
    found: dict[str, list[float]] = {}
    for tag, row in stated.items():
        found.setdefault(tag.partition(":")[0], []).append(row["suggested"])
    return {facet: float(np.median(values)) for facet, values in found.items()}


def deviation_of(cosine: NDArray[np.float32]) -> float:
    """Return the unit of scores for cosines ``[photos, tags]``."""
    return max(float(cosine.std(0).mean()), _NARROWEST)


def tag_scores(
    vectors: NDArray[np.float32], tag_vectors: NDArray[np.float32], scale: Scale
) -> NDArray[np.float32]:
    """Return scores ``[n, tags]`` of unit photo vectors ``[n, dim]`` for ``[tags, dim]``.

    Scores are in deviations and independent of the other photos. Without any rival the score is
    the cosine itself.
    """
    cosine = vectors @ tag_vectors.T / scale.deviation
    if not scale.rivals.any():
        return np.asarray(cosine, np.float32)
    exponent = _SHARPNESS * cosine[:, scale.rivals]
    # Subtracting the maximum keeps the exponential in range.
    top = exponent.max(1, keepdims=True, initial=-np.inf)
    rivals = top + np.log(np.exp(exponent - top).sum(1, keepdims=True))
    return np.asarray(cosine - rivals / _SHARPNESS, np.float32)


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


def leaders(
    scores: NDArray[np.float32], facets: Sequence[str], near: float = NEAR
) -> NDArray[np.bool_]:
    """Return ``[n, tags]``: whether none of the same facet scores higher by more than ``near``."""
    leading = np.zeros(scores.shape, np.bool_)
    names = np.array(facets)
    for facet in set(facets):
        columns = np.flatnonzero(names == facet)
        leading[:, columns] = scores[:, columns] >= scores[:, columns].max(1, keepdims=True) - near
    return leading


def without_excluded(
    applied: NDArray[np.bool_], suggested: NDArray[np.bool_], excluded: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return suggestions ``[n, tags]`` that no applied tag of the same photo excludes.

    ``excluded`` is ``[tags, tags]`` and symmetric.
    """
    return suggested & ~((applied.astype(np.float32) @ excluded.astype(np.float32)) > 0)


def wilson(right: ArrayLike, count: ArrayLike, sure: float = SURE) -> NDArray[np.float64]:
    """Return the bounds ``[2, ...]`` of shares by Wilson's score interval (1927).

    Args:
        right: how many are right.
        count: of how many; of none, the bounds are 0 and 1.
        sure: probability that the share is not beyond a bound, for each of both alone.
    """
    total = np.maximum(np.asarray(count, np.float64), _FEW)
    z, share = NormalDist().inv_cdf(sure), np.asarray(right) / total
    spread = z * np.sqrt((share * (1 - share) + z * z / (4 * total)) / total)
    middle = share + z * z / (2 * total)
    bounds = np.stack([middle - spread, middle + spread]) / (1 + z * z / total)
    return np.clip(bounds, 0.0, 1.0)


def proven_threshold(
    scores: NDArray[np.float32], right: NDArray[np.bool_], sure: float = SURE
) -> float:
    """Return the lowest threshold whose precision is `PROMISE` by the lower Wilson bound.

    Midway to the next lower score; infinite when no threshold is proven (seven verdicts, all
    right, are the fewest that prove one).
    """
    order = np.argsort(-scores, kind="stable")
    falling, hits = scores[order].astype(np.float64), np.cumsum(right[order])
    lower = wilson(hits, np.arange(1, len(order) + 1), sure)[0]
    is_last = np.append(falling[1:] < falling[:-1], True)[: len(order)]  # equal ones go together
    proven = np.flatnonzero(is_last & right[order] & (lower >= PROMISE))
    if not len(proven):
        return _NEVER
    here, below = falling[proven[-1]], falling[min(proven[-1] + 1, len(order) - 1)]
    # Not above the lowest score taken, whatever 32 bits make of the middle.
    return float(min(np.float32((here + below) / 2), np.float32(here)))


def is_disproven(
    threshold: float,
    scores: NDArray[np.float32],
    right: NDArray[np.bool_],
    sure: float = SURE,
) -> bool:
    """Return whether precision above a threshold is under `PROMISE` by the upper Wilson bound."""
    above = scores >= threshold
    count = int(above.sum())
    return count >= _FEWEST and bool(wilson(right[above].sum(), count, sure)[1] < PROMISE)


def adapt(
    thresholds: Thresholds,
    verdicts: Mapping[int, tuple[NDArray[np.float32], NDArray[np.bool_]]],
) -> tuple[Thresholds, frozenset[int]]:
    """Move thresholds by what a person said of tags; return also which tags moved.

    A threshold that the verdicts prove is taken, if it is lower than the present one. One that
    they disprove gives way to a proven one, or to none: the tag is then only suggested.

    Args:
        thresholds: the measured ones.
        verdicts: by index of the tag, scores and whether a person said that the tag is right.
    """
    applied, moved = thresholds.applied.copy(), set()
    for index, (scores, right) in verdicts.items():
        proven = proven_threshold(scores, right)
        if proven < applied[index] or is_disproven(applied[index], scores, right):
            applied[index] = proven
            moved.add(index)
    suggested = np.minimum(thresholds.suggested, applied)
    return Thresholds(applied, np.asarray(suggested, np.float32)), frozenset(moved)
