"""The trained part: conse, the linear map A, the MLP and the shared text map T.

picture = normalise(g * T(conse(f)) + A z + MLP(z)), text = normalise(T(e)), with f the pooled
picture features, z the standardised ones and e the sentence vector. conse (Norouzi et al. 2014)
is the mean of the ten likeliest ImageNet class names' vectors weighted by probability; it carries
the object knowledge that training on captions alone destroys.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.averaging import follow
from training.towers import DIM, FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from training.texts import Said

TOP = 10
HIDDEN = 1024
"""Width of the MLP of a head trained alone."""


class PictureHead(nn.Module):
    """Pooled features [n, 1280] to unit vectors [n, 384]."""

    def __init__(
        self,
        classifier: nn.Linear,
        names: Tensor,
        mean: Tensor,
        std: Tensor,
        *,
        hidden: int = HIDDEN,
    ) -> None:
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
            nn.Linear(FEATURES, hidden), nn.GELU(), nn.Dropout(0.4), nn.Linear(hidden, DIM)
        )
        nn.init.eye_(self.text_map.weight)
        for layer in (self.linear, self.mlp[3]):
            nn.init.normal_(layer.weight, std=4e-4)
            nn.init.zeros_(layer.bias)

    def conse(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return conse vectors [n, 384] and class probabilities [n, 1000]."""
        probability = functional.linear(features, self.weight, self.bias).softmax(1)
        weight, index = probability.topk(TOP, 1)
        return functional.normalize(
            (weight.unsqueeze(-1) * self.names[index]).sum(1), dim=-1
        ), probability

    def combine(self, conse: Tensor, z: Tensor) -> Tensor:
        """Return unit picture vectors from conse vectors and standardised features."""
        return functional.normalize(self.unscaled(conse, z), dim=-1)

    def unscaled(self, conse: Tensor, z: Tensor) -> Tensor:
        """Return picture vectors before they are made unit ones."""
        return self.gain * self.text_map(conse) + self.linear(z) + self.mlp(z)

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

    steps: int = 450
    """Length of the one-cycle schedule."""
    early: int = 75
    """Step whose weights are averaged with the last ones."""
    late: float = 0.5
    """Share of the last ones."""
    batch: int = 1024
    """Pairs per step."""
    noise: float = 0.05
    """Deviation of the noise added to standardised features."""
    knowledge: float = 1.0
    """Weight of the cross-entropy that keeps object knowledge."""
    average: float = 0.99
    """Decay of the running average of the weights."""
    seed: int = 20260113
    """Seed of everything random."""


class Fit:
    """A head, the fixed picture features and sentence vectors it learns from, and its loss."""

    def __init__(
        self,
        head: PictureHead,
        features: Tensor,
        said: Sequence[Said],
        vectors: Mapping[str, Tensor],
        options: Options,
    ) -> None:
        """Prepare what never changes: features [n, 1280], texts, and a vector [384] of each."""
        torch.manual_seed(options.seed)
        self.head, self.options = head, options
        with torch.no_grad():
            self.conse, probability = head.conse(features)
            self.z = head.standardised(features)
        self.probability = probability.half()
        numbers = {text: i for i, text in enumerate(dict.fromkeys(s.text for s in said))}
        self.sentences = torch.stack([vectors[text] for text in numbers])
        self.picture = torch.tensor([s.row for s in said])
        self.caption = torch.tensor([numbers[s.text] for s in said])
        self.weight = torch.tensor([s.weight for s in said])
        self.log_scale = nn.Parameter(torch.tensor(1 / 0.05).log())

    def loss(self, chosen: Tensor) -> Tensor:
        """Return the loss of one batch of numbers of texts."""
        head, rows, captions = self.head, self.picture[chosen], self.caption[chosen]
        noisy = self.z[rows] + self.options.noise * torch.randn(len(rows), self.z.shape[1])
        vectors = head.combine(self.conse[rows], noisy)
        texts = head.text(self.sentences[captions])
        scale = self.log_scale.exp().clamp(max=100)
        same = (rows[:, None] == rows[None]) | (captions[:, None] == captions[None])
        known = (scale * vectors @ head.text(head.names).T).log_softmax(1)
        kept = -(self.probability[rows].float() * known).sum(1).mean()
        return _contrastive(scale * vectors @ texts.T, same) + self.options.knowledge * kept


def train(fits: Sequence[Fit]) -> list[dict[str, Tensor]]:
    """Train heads, which may share a text map, and return the weights of each.

    They are a mean of the averaged weights at the early and at the last step. A run over-fits:
    captions of unseen pictures are found best after 75 steps, objects only known from labels after
    450. The mean of both ends of the path, as in Wortsman et al. 2022 (robust fine-tuning of
    zero-shot models), is better than any step between them at captions and as good at objects.
    """
    options, heads = fits[0].options, nn.ModuleList([fit.head for fit in fits])
    rest = [p for name, p in heads.named_parameters() if "text_map" not in name]
    shared = [p for name, p in heads.named_parameters() if "text_map" in name]
    optimiser = torch.optim.AdamW(
        [{"params": [*rest, *(fit.log_scale for fit in fits)]}, {"params": shared}],
        weight_decay=0.2,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [6e-4, 1e-4], total_steps=options.steps
    )
    smooth = copy.deepcopy(heads)
    early: list[dict[str, Tensor]] = []
    for step in range(1, options.steps + 1):
        optimiser.zero_grad()
        for fit in fits:
            fit.loss(torch.multinomial(fit.weight, options.batch)).backward()
        optimiser.step()
        schedule.step()
        follow(smooth, heads, step, options.average)
        if step == options.early:
            early = [copy.deepcopy(head.state_dict()) for head in smooth]
    late = [head.state_dict() for head in smooth]
    return [part_way(*both, options.late) for both in zip(early, late, strict=True)]


def part_way(start: dict[str, Tensor], end: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the weights ``share`` of the way from ``start`` to ``end``."""
    return {name: value.lerp(end[name], share) for name, value in start.items()}


def _contrastive(logits: Tensor, same: Tensor) -> Tensor:
    """Symmetric InfoNCE; the target mass is shared by all positives of a row."""
    target = same.float()
    ahead = -(target / target.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
    back = -(target.T / target.sum(0).unsqueeze(1) * logits.T.log_softmax(1)).sum(1).mean()
    return (ahead + back) / 2
