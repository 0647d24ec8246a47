"""Fourth course: the whole text tower learns Chinese names of visible things by heart.

A sentence gives a tower many words to go by, a name only itself. So each name is set against every
other English name, many times over, while sentences of both languages stay where they were.
Pictures have no part in it.
"""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from propvault.language.normalise import fold_lines, has_han
from training.averaging import follow
from training.bilingual import Student, padded
from training.chinese import phrases
from training.towers import mean_of_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer
    from transformers import BertModel

    from training.names import Named


@dataclass(frozen=True)
class ByHeart:
    """Numbers of the course."""

    steps: int = 500
    """Batches; two seconds each on two cores."""
    names: int = 256
    """Chinese names in a batch."""
    phrases: int = 32
    """A quality and a thing in Chinese, in a batch."""
    kept: int = 32
    """English names in a batch, which stay where they were."""
    sentences: int = 24
    """Chinese sentences in a batch, which stay."""
    english: int = 12
    """English sentences in a batch, which stay."""
    rates: tuple[float, float] = (3e-4, 1e-3)
    """Highest learning rate of the tower, and of its word embeddings."""
    weights: tuple[float, float] = (3.0, 0.25)
    """Of what stays, and of telling a name from all others; the distance of names has 1."""
    average: float = 0.98
    """Decay of the running average of the weights, which is the result."""
    seed: int = 4
    """Of everything drawn."""


def learn_by_heart(
    student: Student,
    names: Sequence[Named],
    sentences: tuple[Sequence[str], Sequence[str]],
    course: ByHeart,
) -> BertModel:
    """Return the tower after the course; ``sentences``, Chinese and English, are to stay."""
    torch.manual_seed(course.seed)
    run = _Run(student, names, sentences, course)
    smooth = copy.deepcopy(run.model)
    run.model.train()
    for step in range(1, course.steps + 1):
        run.optimiser.zero_grad()
        run.loss().backward()
        nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
        run.optimiser.step()
        run.schedule.step()
        follow(smooth, run.model, step, course.average)
    smooth.set_attn_implementation(student.model.config._attn_implementation)
    return _traditional_as_simplified(smooth.eval(), student.tokenizer)


class _Run:
    def __init__(
        self,
        student: Student,
        names: Sequence[Named],
        sentences: tuple[Sequence[str], Sequence[str]],
        course: ByHeart,
    ) -> None:
        self.before = copy.deepcopy(student.model).eval().requires_grad_(requires_grad=False)
        self.before.set_attn_implementation("sdpa")  # quicker; the export needs the other
        self.model = copy.deepcopy(self.before).requires_grad_(requires_grad=True)
        self.tokenizer, self.names, self.course = student.tokenizer, names, course
        self.chinese, self.english = sentences
        self.weights = [name.weight for name in names]
        self.phrases = phrases()
        self.belong = _Places(Student(self.before, student.tokenizer), names)
        table = self.model.embeddings.word_embeddings.weight
        rest = [p for p in self.model.parameters() if p is not table]
        self.optimiser = torch.optim.AdamW(
            [{"params": rest}, {"params": [table]}], weight_decay=0.01
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, list(course.rates), total_steps=course.steps, pct_start=0.1
        )
        self.chance = random.Random(course.seed)

    def loss(self) -> Tensor:
        """Return the loss of one drawn batch."""
        chance, course = self.chance, self.course
        drawn = chance.choices(self.names, self.weights, k=course.names)
        phrased = chance.sample(self.phrases, course.phrases)
        kept = [name.english for name in chance.sample(self.names, course.kept)]
        said = chance.sample(self.chinese, course.sentences)
        said += chance.sample(self.english, course.english)
        short = [name.chinese for name in drawn] + [zh for zh, _ in phrased]
        found = self._encode([*short, *kept])
        stays = torch.cat([found[len(short) :], self._encode(said)])
        with torch.no_grad():
            meant = _encode(self.before, self.tokenizer, [en for _, en in phrased])
            were = torch.cat(
                [_encode(self.before, self.tokenizer, texts) for texts in (kept, said)]
            )
        own, apart = self.belong.judged(found[: len(drawn)], drawn)
        away = _distance(found[: len(short)], torch.cat([own, meant]))
        return away + course.weights[0] * _distance(stays, were) + course.weights[1] * apart

    def _encode(self, texts: Sequence[str]) -> Tensor:
        return _encode(self.model, self.tokenizer, texts)


class _Places:
    """Where names belong, and which of them are told apart."""

    def __init__(self, before: Student, names: Sequence[Named]) -> None:
        things = {name.english: name.thing for name in names}
        self.number = {text: i for i, text in enumerate(things)}
        self.thing = np.unique(list(things.values()), return_inverse=True)[1]
        self.vectors = before.encode(list(things))

    def judged(self, found: Tensor, drawn: Sequence[Named]) -> tuple[Tensor, Tensor]:
        """Return where names [n, 384] belong, and their cross-entropy among all English names."""
        own = [self.number[name.english] for name in drawn]
        same = torch.from_numpy(self.thing[own][:, None] == self.thing[None])
        same[torch.arange(len(own)), own] = False
        logits = (20 * found @ self.vectors.T).masked_fill(same, -1e4)
        return self.vectors[own], functional.cross_entropy(logits, torch.tensor(own))


def _encode(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    ids, mask = padded(tokenizer, texts)
    with torch.autocast("cpu", torch.bfloat16):
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    return mean_of_tokens(states.float(), mask)


def _traditional_as_simplified(model: BertModel, tokenizer: Tokenizer) -> BertModel:
    """Give each Traditional character the embedding of its Simplified form."""
    ids = tokenizer.get_vocab()
    characters = [token for token in ids if len(token) == 1 and has_han(token)]
    forms = zip(characters, fold_lines(characters), strict=True)
    pairs = [(ids[old], ids[new]) for old, new in forms if new != old and new in ids]
    table = model.embeddings.word_embeddings.weight
    with torch.no_grad():
        table[[old for old, _ in pairs]] = table[[new for _, new in pairs]]
    return model


def _distance(vectors: Tensor, targets: Tensor) -> Tensor:
    return (1 - (vectors * targets).sum(1)).mean()
