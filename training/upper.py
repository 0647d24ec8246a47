"""Fifth course: the upper layers of the text tower, against pictures that the head never saw.

The lower layers stay, so what they give for each text is computed once and stored. Sentences in
both languages are set against every training picture's unseen vector (`training.blind`), English
is held where it was, and Chinese names of visible things learn the place of their English ones.
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

from training.averaging import follow
from training.bilingual import equal, padded
from training.texts import Emphasis
from training.towers import mean_of_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tokenizers import Tokenizer
    from transformers import BertModel

    from training.bilingual import Student
    from training.names import Named
    from training.texts import Said

EMPHASIS = Emphasis(product_captions=0.3, facades=1.6)
FIRST = 3
"""Layers from this one on are taught; below them nothing changes."""


@dataclass(frozen=True)
class Upper:
    """Numbers of the course."""

    steps: int = 330
    """Batches; about two seconds of one core each."""
    chinese: int = 64
    """Chinese sentences by people in a batch."""
    translated: int = 24
    """Machine translations of English sentences in a batch."""
    english: int = 24
    """English sentences in a batch."""
    labelled: int = 24
    """Texts of other sets in a batch."""
    named: int = 24
    """Chinese names of their things in a batch."""
    others: int = 600
    """Further pictures that these are told apart from."""
    names: int = 48
    """Chinese names in a batch."""
    kept: int = 16
    """English names in a batch, which stay where they were."""
    rate: float = 1e-4
    """Highest learning rate."""
    weights: tuple[float, float, float] = (5.0, 10.0, 0.5)
    """Of English kept in place, of the distance of names, of telling a name from all others."""
    hidden: float = 0.1
    """Share of a sentence's tokens that the layers are not shown, drawn anew each time: a picture
    must be found by any part of what is said of it."""
    average: float = 0.98
    """Decay of the running average of the weights, which is the result of a run."""
    seeds: tuple[int, ...] = (5,)
    """One for each run, of everything that it draws."""


@dataclass(frozen=True)
class Lessons:
    """What the course learns from."""

    chinese: list[tuple[int, str]]
    """(row, sentence by people)."""
    translated: list[tuple[int, str]]
    """(row, machine translation)."""
    english: list[tuple[int, str]]
    """(row, sentence)."""
    labelled: list[Said]
    """English texts of other sets' pictures."""
    named: list[Said]
    """Chinese names of things in these pictures."""
    names: list[Named]
    """Names in both languages, without pictures."""
    pictures: Tensor
    """[27158, 384] unit vectors, of each picture by a head that did not see it."""
    text_map: nn.Linear
    """What the head puts sentence vectors through; stays as it is."""


class Layers(nn.Module):
    """The upper layers, from stored hidden states [n, t, 384] to unit vectors [n, 384]."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self.layers = model.encoder.layer[FIRST:]

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors; ``mask`` [n, t] is 1 for tokens and 0 for padding."""
        hides = ((1 - mask) * -1e4)[:, None, None]
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                hidden = layer(hidden, hides)
        return mean_of_tokens(hidden.float(), mask)


class Stored:
    """Texts by what the lower layers give for each of their tokens, in 16 bits."""

    def __init__(self, tower: BertModel, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        """Run the tower as it is, once a text; `before` are its unit vectors [n, 384]."""
        unique = sorted(set(texts), key=lambda text: (len(text), text))
        hidden: list[Tensor] = []
        vectors: list[Tensor] = []
        for start in range(0, len(unique), 128):
            ids, mask = padded(tokenizer, unique[start : start + 128])
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                given = tower(input_ids=ids, attention_mask=mask, output_hidden_states=True)
            vectors += mean_of_tokens(given.last_hidden_state.float(), mask)
            lengths = mask.sum(1).tolist()
            lower = given.hidden_states[FIRST].half()
            hidden += [line[:n].clone() for line, n in zip(lower, lengths, strict=True)]
        place = {text: i for i, text in enumerate(unique)}
        self.hidden = [hidden[place[text]] for text in texts]
        self.before = torch.stack([vectors[place[text]] for text in texts])

    def batch(self, chosen: Sequence[int], unseen: float = 0.0) -> tuple[Tensor, Tensor]:
        """Return hidden states [n, t, 384] and mask [n, t] of some texts.

        The mask leaves out a share ``unseen`` of the tokens, but never the first, which every
        text begins with.
        """
        lines = [self.hidden[i].float() for i in chosen]
        mask = [(torch.rand(len(line)) >= unseen).float() for line in lines]
        for line in mask:
            line[0] = 1.0
        pad = nn.utils.rnn.pad_sequence
        return pad(lines, batch_first=True), pad(mask, batch_first=True)


class Prepared:
    """The texts of the lessons as the tower's lower layers give them, once for all runs."""

    def __init__(self, student: Student, lessons: Lessons) -> None:
        self.lessons = lessons
        self.tower = copy.deepcopy(student.model)
        self.tower.set_attn_implementation("sdpa")  # quicker; the export needs the other

        def stored(texts: Iterable[str]) -> Stored:
            return Stored(self.tower, student.tokenizer, list(texts))

        self.shown = torch.tensor(sorted({row for row, _ in lessons.english}))
        self.chinese = stored(text for _, text in lessons.chinese)
        self.translated = stored(text for _, text in lessons.translated)
        self.english = stored(text for _, text in lessons.english)
        self.labels = stored(said.text for said in lessons.labelled)
        self.named = stored(said.text for said in lessons.named)
        self.names = stored(name.chinese for name in lessons.names)
        self.meant = stored(name.english for name in lessons.names)
        english = [name.english for name in lessons.names]
        _, first, place = np.unique(english, return_index=True, return_inverse=True)
        self.distinct, self.place = torch.from_numpy(first), torch.from_numpy(place)
        """A name of each English text; [names] which of these each name's is."""
        things = [name.thing for name in lessons.names]
        self.thing = torch.from_numpy(np.unique(things, return_inverse=True)[1])
        """[names] which thing each names."""


def teach_upper(texts: Prepared, course: Upper, seed: int) -> dict[str, Tensor]:
    """Return the weights of the upper layers after one run."""
    run = _Run(texts, course, seed)
    smooth = copy.deepcopy(run.layers)
    run.layers.train()
    for step in range(1, course.steps + 1):
        run.optimiser.zero_grad()
        run.loss().backward()
        nn.utils.clip_grad_norm_(run.layers.parameters(), 2.0)
        run.optimiser.step()
        run.schedule.step()
        follow(smooth, run.layers, step, course.average)
    return smooth.state_dict()


def with_upper(tower: BertModel, runs: Sequence[Mapping[str, Tensor]]) -> BertModel:
    """Return the tower with the mean of the runs' weights as its upper layers.

    Runs from one start lie in one basin, where a mean generalises better than its parts
    (Wortsman et al. 2022, model soups).
    """
    taught = copy.deepcopy(tower)
    upper = Layers(taught)
    upper.load_state_dict(
        {name: torch.stack([run[name] for run in runs]).mean(0) for name in runs[0]}
    )
    return taught.eval()


class _Run:
    def __init__(self, texts: Prepared, course: Upper, seed: int) -> None:
        self.texts, self.lessons, self.course = texts, texts.lessons, course
        self.layers = copy.deepcopy(Layers(texts.tower))
        self.log_scale = nn.Parameter(torch.tensor(20.0).log())
        self.optimiser = torch.optim.AdamW(
            [
                {"params": self.layers.parameters(), "weight_decay": 0.05},
                {"params": [self.log_scale], "weight_decay": 0.0},
            ]
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, course.rate, total_steps=course.steps, pct_start=0.1
        )
        self.chance = random.Random(seed)
        torch.manual_seed(seed)

    def loss(self) -> Tensor:
        """Return the loss of one drawn batch."""
        return self._sentences() + 0.5 * self._labels() + self._names()

    def _sentences(self) -> Tensor:
        """Against all pictures that sentences are about; English also against where it was."""
        lessons, texts, course = self.lessons, self.texts, self.course
        drawn = [
            (texts.chinese, lessons.chinese, course.chinese),
            (texts.translated, lessons.translated, course.translated),
            (texts.english, lessons.english, course.english),
        ]
        said, rows = [], []
        for stored, sentences, count in drawn:
            chosen = self.chance.sample(range(len(sentences)), count)
            said.append(self.layers(*stored.batch(chosen, course.hidden)))
            rows += [sentences[i][0] for i in chosen]
        own = torch.searchsorted(texts.shown, torch.tensor(rows))
        logits = self._scaled(torch.cat(said), texts.shown)
        ahead = functional.cross_entropy(logits, own)
        behind = _shared(logits[:, own].T, equal(rows))
        moved = _distance(said[-1], texts.english.before[chosen])
        return (ahead + behind + course.weights[0] * moved) / 2

    def _labels(self) -> Tensor:
        """Labels, product texts and Chinese names, against their pictures and some others."""
        lessons, course = self.lessons, self.course
        labelled = self._draw(lessons.labelled, course.labelled)
        named = self._draw(lessons.named, course.named)
        drawn = [lessons.labelled[i] for i in labelled] + [lessons.named[i] for i in named]
        said = [
            self.layers(*self.texts.labels.batch(labelled)),
            self.layers(*self.texts.named.batch(named)),
        ]
        rows = torch.tensor([one.row for one in drawn])
        shown = self.texts.shown
        others = shown[torch.randperm(len(shown))[: course.others]]
        logits = self._scaled(torch.cat(said), torch.cat([rows, others]))
        right = equal([one.text for one in drawn]) | equal(rows.tolist())
        ahead = _shared(logits, functional.pad(right, (0, len(others))))
        return (ahead + _shared(logits[:, : len(rows)].T, right)) / 2

    def _names(self) -> Tensor:
        """Chinese names against where their English was; English names stay there."""
        course, names = self.course, self.lessons.names
        weights = [name.weight for name in names]
        drawn = self.chance.choices(range(len(names)), weights=weights, k=course.names)
        kept = self.chance.sample(range(len(names)), course.kept)
        texts, meant = self.texts, self.texts.meant
        found, target = self.layers(*texts.names.batch(drawn)), meant.before[drawn]
        stays = _distance(self.layers(*meant.batch(kept)), meant.before[kept])
        same = texts.thing[drawn][:, None] == texts.thing[texts.distinct][None]
        same[torch.arange(len(drawn)), texts.place[drawn]] = False
        logits = (20 * found @ meant.before[texts.distinct].T).masked_fill(same, -1e4)
        apart = functional.cross_entropy(logits, texts.place[drawn])
        parts = stays / 2, _distance(found, target), apart
        return sum(
            (w * part for w, part in zip(course.weights, parts, strict=True)), torch.zeros(())
        )

    def _draw(self, among: Sequence[Said], count: int) -> list[int]:
        weights = [said.weight for said in among]
        return self.chance.choices(range(len(among)), weights=weights, k=count)

    def _scaled(self, said: Tensor, rows: Tensor) -> Tensor:
        texts = functional.normalize(self.lessons.text_map(said), dim=-1)
        return self.log_scale.exp().clamp(max=60) * texts @ self.lessons.pictures[rows].T


def _shared(logits: Tensor, right: Tensor) -> Tensor:
    """Return cross-entropy where the right answers of a row share the mass."""
    target = right.float() / right.sum(1, keepdim=True)
    return -(target * logits.log_softmax(1)).sum(1).mean()


def _distance(vectors: Tensor, targets: Tensor) -> Tensor:
    return (1 - (vectors * targets).sum(1)).mean()
