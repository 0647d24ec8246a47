"""The trained part: conse, the linear map A, the MLP and the shared text map T.

picture = normalise(g * T(conse(f)) + A z + MLP(z)), text = normalise(T(e)), with f the pooled
picture features, z the standardised ones and e the sentence vector. conse (Norouzi et al. 2014)
is the mean of the ten likeliest ImageNet class names' vectors weighted by probability; it carries
the object knowledge that training on captions alone destroys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.data import WEIGHTS

from training.towers import DIM, FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from training.data import Pack

TOP = 10


class PictureHead(nn.Module):
    """Pooled features [n, 1280] to unit vectors [n, 384]."""

    def __init__(self, classifier: nn.Linear, names: Tensor, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        for name, value in (("weight", classifier.weight), ("bias", classifier.bias)):
            self.register_buffer(name, value.detach().clone())
        self.register_buffer("names", names)
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.gain = nn.Parameter(torch.ones(()))
        self.text_map = nn.Linear(DIM, DIM, bias=False)
        self.linear = nn.Linear(FEATURES, DIM)
        self.mlp = nn.Sequential(
            nn.Linear(FEATURES, 1024), nn.GELU(), nn.Dropout(0.4), nn.Linear(1024, DIM)
        )
        nn.init.eye_(self.text_map.weight)
        for layer in (self.linear, self.mlp[3]):
            nn.init.normal_(layer.weight, std=4e-4)
            nn.init.zeros_(layer.bias)

    def conse(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return conse vectors [n, 384] and class probabilities [n, 1000]."""
        probability = functional.linear(features, self.weight, self.bias).softmax(1)
        weight, index = probability.topk(TOP, 1)
        return functional.normalize((weight.unsqueeze(-1) * self.names[index]).sum(1), dim=-1), probability

    def combine(self, conse: Tensor, z: Tensor) -> Tensor:
        """Return unit picture vectors from conse vectors and standardised features."""
        return functional.normalize(self.gain * self.text_map(conse) + self.linear(z) + self.mlp(z), dim=-1)

    def standardised(self, features: Tensor) -> Tensor:
        """Return z: zero mean, unit deviation over the training pictures."""
        return (features - self.mean) / self.std

    def forward(self, features: Tensor) -> Tensor:
        """Return unit picture vectors."""
        return self.combine(self.conse(features)[0], self.standardised(features))

    def text(self, sentence: Tensor) -> Tensor:
        """Map sentence vectors [n, 384] to unit text vectors."""
        return functional.normalize(self.text_map(sentence), dim=-1)


@dataclass(frozen=True)
class Options:
    """Numbers of the recipe."""

    steps: int = 900
    """Length of the one-cycle schedule."""
    batch: int = 1024
    """Pairs per step."""
    noise: float = 0.05
    """Deviation of the noise added to standardised features."""
    knowledge: float = 1.0
    """Weight of the cross-entropy that keeps object knowledge."""
    every: int = 75
    """Steps between two looks at the holdout."""
    seed: int = 20260113
    """Seed of everything random."""


def fit(
    head: PictureHead, pack: Pack, sentences: Tensor, pairs: NDArray[np.int64], options: Options,
    look: Callable[[int, PictureHead], float],
) -> dict[str, Tensor]:
    """Train ``head`` on ``pairs`` and return the state at the step that ``look`` liked best.

    ``sentences`` are the untouched sentence vectors [pairs of the pack, 384] float32.
    """
    torch.manual_seed(options.seed)
    features = torch.from_numpy(pack.features)
    with torch.inference_mode():
        conse, probability = head.conse(features)
        z = head.standardised(features)
    conse, probability, z = conse.clone(), probability.half(), z.clone()
    numbers = {text: i for i, text in enumerate(dict.fromkeys(pack.captions))}
    caption = torch.tensor([numbers[text] for text in pack.captions])
    picture = torch.from_numpy(pack.caption_picture)
    weight = torch.tensor([WEIGHTS[s] for s in pack.caption_source])[torch.from_numpy(pairs)]
    log_scale = nn.Parameter(torch.tensor(1 / 0.05).log())
    rest = [p for n, p in head.named_parameters() if not n.startswith("text_map")]
    optimiser = torch.optim.AdamW(
        [{"params": [*rest, log_scale]}, {"params": head.text_map.parameters()}], weight_decay=0.2
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [6e-4, 1e-4], total_steps=options.steps)
    best, best_state = -1.0, {}
    for step in range(options.steps):
        head.train()
        chosen = torch.from_numpy(pairs)[torch.multinomial(weight, options.batch)]
        rows = picture[chosen]
        noisy = z[rows] + options.noise * torch.randn(len(rows), z.shape[1])
        vectors = head.combine(conse[rows], noisy)
        texts = head.text(sentences[chosen])
        scale = log_scale.exp().clamp(max=100)
        same = (rows[:, None] == rows[None]) | (caption[chosen][:, None] == caption[chosen][None])
        loss = _contrastive(scale * vectors @ texts.T, same)
        known = scale * vectors @ head.text(head.names).T
        loss = loss - options.knowledge * (probability[rows].float() * known.log_softmax(1)).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if (step + 1) % options.every == 0:
            head.eval()
            if (value := look(step + 1, head)) > best:
                best, best_state = value, {k: v.clone() for k, v in head.state_dict().items()}
    return best_state


def _contrastive(logits: Tensor, same: Tensor) -> Tensor:
    """Symmetric InfoNCE; the target mass is shared by all positives of a row."""
    target = same.float()
    ahead = -(target / target.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
    back = -(target.T / target.sum(0).unsqueeze(1) * logits.T.log_softmax(1)).sum(1).mean()
    return (ahead + back) / 2
