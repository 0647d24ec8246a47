"""Heads that are each blind to a quarter of the pictures, and the one head they make together.

The vectors that a head gives to pictures it learned from lie too near their captions for a tower
to learn from them. Here each picture has a member that never saw it. What ships is the mean of
the members (bagging, Breiman 1996): their MLPs side by side in one wide layer, the rest averaged.
They share one text map, which starts as that of the head before them.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.heads import HIDDEN, Fit, Options, PictureHead, train
from training.texts import Emphasis
from training.towers import CLASSES, FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.data import Pack
    from training.texts import Said

MEMBERS = 4
OPTIONS = Options(batch=768, noise=0.4, knowledge=0.5, late=0.8, seed=2)
EMPHASIS = Emphasis(product_names=1.25, facades=1.6)
SENTENCES = 5
"""Of each Flickr8k picture and kind: all there are."""
NAMED = 0.25
"""Sampling weight of a thing's Chinese name, against that of its English one."""
_SEEN_BY_ALL = "imagenet_samples/"
"""One picture a class."""


def folds(pack: Pack) -> NDArray[np.int64]:
    """Return the fold 0..3 of each picture, by its name; -1 for those seen by all members."""
    return np.array(
        [
            -1 if name.startswith(_SEEN_BY_ALL) else zlib.crc32(name.encode()) // 8 % MEMBERS
            for name in pack.names
        ]
    )


def fit_members(
    before: PictureHead, pack: Pack, said: Sequence[Said], vectors: Mapping[str, Tensor]
) -> list[PictureHead]:
    """Return heads of which number i learned from all pictures but those of fold i."""
    torch.manual_seed(OPTIONS.seed)
    members = [_untrained(before, HIDDEN) for _ in range(MEMBERS)]
    shared = members[0].text_map
    shared.load_state_dict(before.text_map.state_dict())
    mine, features = folds(pack), torch.from_numpy(pack.features)
    fits = []
    for number, member in enumerate(members):
        member.text_map = shared
        seen = [s for s in said if mine[s.row] != number]
        fits.append(Fit(member, features, seen, vectors, OPTIONS))
    for member, state in zip(members, train(fits), strict=True):
        member.load_state_dict(state)
        member.eval().requires_grad_(False)
    return members


def unseen_vectors(members: Sequence[PictureHead], pack: Pack) -> Tensor:
    """Return a unit vector of each picture by the member that did not see it, ``[27158, 384]``.

    Where all members saw it, it is the mean of them.
    """
    features, mine = torch.from_numpy(pack.features), torch.from_numpy(folds(pack))
    every = torch.stack([member(features) for member in members])
    unseen = every[mine.clamp(min=0), torch.arange(len(mine))]
    return functional.normalize(torch.where(mine[:, None] < 0, every.mean(0), unseen), dim=-1)


def together(members: Sequence[PictureHead]) -> PictureHead:
    """Return the head whose vectors, before they are made unit ones, are the mean of all."""
    states = [member.state_dict() for member in members]
    wide = _untrained(members[0], sum(len(state["mlp.0.bias"]) for state in states))
    side_by_side = {
        "mlp.0.weight": torch.cat([state["mlp.0.weight"] for state in states]),
        "mlp.0.bias": torch.cat([state["mlp.0.bias"] for state in states]),
        "mlp.3.weight": torch.cat([state["mlp.3.weight"] for state in states], 1) / len(states),
    }
    averaged = {
        name: torch.stack([state[name] for state in states]).mean(0)
        for name in states[0].keys() - side_by_side.keys()
    }
    wide.load_state_dict(averaged | side_by_side)
    return wide.eval().requires_grad_(False)


def _untrained(like: PictureHead, hidden: int) -> PictureHead:
    classifier = nn.Linear(FEATURES, CLASSES)
    classifier.load_state_dict({"weight": like.weight, "bias": like.bias})
    return PictureHead(classifier, like.names, like.mean, like.std, hidden=hidden)
