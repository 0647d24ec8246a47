"""Figures of retrieval, zero-shot classification and calibration. Numpy only, pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TEMPLATES = ("a photo of a {}", "a {}", "{}")
"""Prompts whose vectors are averaged into one class vector, as in the pack's figures."""


TEMPLATES_ZH = ("一张{}的照片", "一个{}", "{}")
"""The same in Chinese."""


def recall_at(ranks: NDArray[np.int64], cut_offs: Sequence[int] = (1, 5, 10)) -> tuple[float, ...]:
    """Return the share of queries whose right picture has a 0-based rank below each cut-off."""
    return tuple(float((ranks < k).mean()) for k in cut_offs)


def text_to_picture_ranks(
    texts: NDArray[np.float32], pictures: NDArray[np.float32], right: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the 0-based rank of row ``right[i]`` of ``pictures`` for text i (unit vectors)."""
    cosine = texts @ pictures.T
    own = cosine[np.arange(len(texts)), right]
    return (cosine > own[:, None]).sum(1)


def mean_class_accuracy(
    pictures: NDArray[np.float32], classes: NDArray[np.float32], labels: NDArray[np.int64]
) -> float:
    """Return zero-shot accuracy averaged over classes, so that a frequent class counts once."""
    guess = (pictures @ classes.T).argmax(1)
    return float(np.mean([(guess[labels == c] == c).mean() for c in np.unique(labels)]))


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each row to length one."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def class_vectors(texts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average [classes, templates, dim] unit text vectors into [classes, dim] unit vectors."""
    return unit(texts.mean(1))


def logistic_fit(x: NDArray[np.float32], y: NDArray[np.bool_]) -> tuple[float, float]:
    """Return (scale, bias) of sigmoid(scale * x + bias) by Newton's method on the log loss."""
    design = np.stack([x.astype(np.float64), np.ones(len(x))], 1)
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ beta))
        hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (y - p))
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return float(beta[0]), float(beta[1])


def deciles(score: NDArray[np.float32], right: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Return (mean score, share right, count) of ten equally large bins by score, ascending."""
    order = np.argsort(score, kind="stable")
    return [
        (float(score[part].mean()), float(right[part].mean()), len(part))
        for part in np.array_split(order, 10)
    ]
