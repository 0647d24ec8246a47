"""The running average of weights that every course's result is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn


def follow(average: nn.Module, trained: nn.Module, step: int, decay: float) -> None:
    """Move ``average`` towards ``trained`` in place, after a step, counted from 1.

    ``decay`` in 0..1 is what remains of the average; at first less remains, step / (step + 10),
    so that the start is soon forgotten.
    """
    remains = min(decay, step / (step + 10))
    with torch.no_grad():
        for slow, fast in zip(average.parameters(), trained.parameters(), strict=True):
            slow.lerp_(fast, 1 - remains)
