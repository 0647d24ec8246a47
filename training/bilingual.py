"""Teach the English text tower Chinese; its vector of the English is the target.

Teacher-student distillation (Reimers & Gurevych 2020): the student starts as the teacher, gets one
token per Chinese character, and learns to give a Chinese sentence the vector that the untouched
teacher gives its English. English sentences are replayed so that English stays where it was.
"""

from __future__ import annotations

import copy
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from propvault.language.dictionary import open_dictionary
from propvault.language.glosses import best_gloss
from training.chinese import (
    characters,
    headwords,
    phrases,
    traditional_forms,
    translated_captions,
    vocabulary_names,
)
from training.towers import DIM, pooled, sentence_vectors, text_tower

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Tokenizer
    from transformers import BertModel

    from training.chinese import Pair

SAVE_EVERY = 100
"""Steps between checkpoints: about two minutes."""


@dataclass(frozen=True)
class Schedule:
    """Numbers of the distillation."""

    epochs: int = 2
    """Passes over each kind of pair."""
    sentences: int = 96
    """Caption pairs in a batch of captions."""
    words: int = 256
    """Pairs in a batch of headwords, names and phrases."""
    replay: int = 32
    """English texts added to every batch."""
    learning_rate: float = 1e-4
    """Of everything but the word embeddings."""
    embedding_rate: float = 5e-4
    """Of the word embeddings."""
    contrast: float = 0.2
    """Weight of InfoNCE in the batch."""
    seed: int = 0
    """Of the order of the batches."""


@dataclass(frozen=True)
class Lesson:
    """All pairs of one build, in two kinds that never share a batch."""

    captions: list[Pair]
    """Sentences."""
    words: list[Pair]
    """Headwords, vocabulary names and composed phrases."""
    english: list[str]
    """Texts replayed in English."""
    targets: dict[str, Tensor] = field(default_factory=dict)
    """Teacher's unit vector [384] float32 of each English text."""


def lesson(pack: Path, english: Sequence[str]) -> Lesson:
    """Gather the pairs; ``english`` are further texts to keep in place (training captions)."""
    captions = translated_captions(pack)
    words = [*headwords(), *vocabulary_names(), *phrases()]
    replay = dict.fromkeys([*english, *(en for _, en in captions), *(en for _, en in words)])
    return Lesson(captions, words, list(replay))


def tokenizer_with(source: Path, added: Sequence[str]) -> Tokenizer:
    """Return the WordPiece tokenizer with one token per character of ``added`` at its end."""
    from tokenizers import Tokenizer

    rules = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = rules["model"]["vocab"]
    for character in added:
        vocabulary.setdefault(character, len(vocabulary))
    rules["padding"] = None
    return Tokenizer.from_str(json.dumps(rules))


def student_tower(added: Sequence[str]) -> BertModel:
    """Return the tower with an embedding for every character that the vocabulary lacked.

    A new embedding starts as the mean of the tokens of the character's dictionary meaning.
    """
    model, tokenizer, _ = text_tower()
    known = tokenizer.get_vocab()
    new = [c for c in added if c not in known]
    old = model.embeddings.word_embeddings.weight.detach()
    rows = [old]
    for character in new:
        entries = open_dictionary().words_in(character).get(character, ())
        gloss = best_gloss(entries) if entries else None
        ids = tokenizer(gloss[0], add_special_tokens=False)["input_ids"] if gloss else []
        rows.append(old[ids].mean(0, keepdim=True) if ids else old.mean(0, keepdim=True))
    table = nn.Embedding.from_pretrained(torch.cat(rows), freeze=False, padding_idx=0)
    model.embeddings.word_embeddings = table
    model.config.vocab_size = len(table.weight)
    return model


class Distillation:
    """Trains a student tower; saves itself so that a stopped run goes on."""

    def __init__(self, lesson: Lesson, added: Sequence[str], schedule: Schedule) -> None:
        teacher, teacher_tokenizer, folder = text_tower()
        texts = lesson.english
        lesson.targets.update(
            zip(texts, sentence_vectors(teacher, teacher_tokenizer, texts), strict=True)
        )
        self.lesson, self.schedule = lesson, schedule
        self.tokenizer = tokenizer_with(folder, added)
        self.student = student_tower(added)
        embedding = self.student.embeddings.word_embeddings.weight
        rest = [p for p in self.student.parameters() if p is not embedding]
        self.plan = self._plan()
        self.optimiser = torch.optim.AdamW([{"params": rest}, {"params": [embedding]}])
        self.rates = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser,
            [schedule.learning_rate, schedule.embedding_rate],
            total_steps=len(self.plan),
            pct_start=0.1,
        )

    def _plan(self) -> list[tuple[list[Pair], list[str]]]:
        """Return (pairs, replayed English) of every step: like lengths together, kinds mixed."""
        chance = np.random.default_rng(self.schedule.seed)
        steps: list[list[Pair]] = []
        kinds = (
            (self.lesson.captions, self.schedule.sentences),
            (self.lesson.words, self.schedule.words),
        )
        for _ in range(self.schedule.epochs):
            for pairs, size in kinds:
                jitter = chance.normal(0, 3, len(pairs))
                order = np.argsort([len(p[0]) + j for p, j in zip(pairs, jitter, strict=True)])
                parts = np.array_split(order, len(pairs) // size)
                steps += [[pairs[i] for i in part] for part in parts]
        english = self.lesson.english
        mixed = [steps[i] for i in chance.permutation(len(steps))]
        replayed = chance.integers(0, len(english), (len(mixed), self.schedule.replay))
        return [(s, [english[i] for i in row]) for s, row in zip(mixed, replayed, strict=True)]

    def run(self, path: Path) -> BertModel:
        """Train from the last checkpoint at ``path`` to the end and return the student."""
        start = self._resume(path)
        self.student.train()
        torch.manual_seed(self.schedule.seed + start)
        began, sums = time.monotonic(), np.zeros(2)
        for step in range(start, len(self.plan)):
            loss, cosine = self.loss(*self.plan[step])
            self.optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
            self.optimiser.step()
            self.rates.step()
            sums += float(loss), cosine
            if (step + 1) % SAVE_EVERY == 0 or step + 1 == len(self.plan):
                self._save(path, step + 1)
                pace = (time.monotonic() - began) / (step + 1 - start)
                print(
                    f"{step + 1}/{len(self.plan)} loss, cosine:",
                    sums / SAVE_EVERY,
                    f"{pace:.2f} s",
                    flush=True,
                )
                sums[:] = 0
        return self.student.eval()

    def loss(self, pairs: list[Pair], english: list[str]) -> tuple[Tensor, float]:
        """Return (loss, mean cosine of the Chinese to its targets) of one batch."""
        goals = [en for _, en in pairs] + english
        target = torch.stack([self.lesson.targets[g] for g in goals])
        found = self.encode([zh for zh, _ in pairs] + english)
        cosine = (found * target).sum(1)
        apart = contrast(found[: len(pairs)], target[: len(pairs)], goals[: len(pairs)])
        loss = 1 - cosine.mean() + self.schedule.contrast * apart
        return loss, float(cosine[: len(pairs)].mean())

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Return the student's unit vectors [n, 384] with gradients."""
        return encode(self.student, self.tokenizer, texts)

    def _save(self, path: Path, step: int) -> None:
        parts = (self.student, self.optimiser, self.rates)
        torch.save((step, *(p.state_dict() for p in parts)), path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def _resume(self, path: Path) -> int:
        if not path.exists():
            return 0
        step, *states = torch.load(path, weights_only=False)
        parts = (self.student, self.optimiser, self.rates)
        for part, state in zip(parts, states, strict=True):
            part.load_state_dict(state)
        return int(step)


def encode(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Return unit vectors [n, 384] of one batch of texts."""
    return pooled(model, *padded(tokenizer, texts))


def padded(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return token ids and mask [n, t] of one batch of texts."""
    lines = [t.ids for t in tokenizer.encode_batch(list(texts))]
    ids = nn.utils.rnn.pad_sequence([torch.tensor(line) for line in lines], batch_first=True)
    mask = nn.utils.rnn.pad_sequence(
        [torch.ones(len(n), dtype=torch.long) for n in lines], batch_first=True
    )
    return ids, mask


def equal(keys: Sequence[object]) -> Tensor:
    """Return [n, n], true where two keys are the same."""
    numbers = np.unique(np.array(keys), return_inverse=True)[1]
    return torch.from_numpy(numbers[:, None] == numbers[None])


def contrast(vectors: Tensor, targets: Tensor, keys: Sequence[object]) -> Tensor:
    """Return InfoNCE (temperature 1/20); equal keys are no wrong answers of each other."""
    wrong = equal(keys) & ~torch.eye(len(keys), dtype=torch.bool)
    logits = (20 * vectors @ targets.T).masked_fill(wrong, -1e4)
    return functional.cross_entropy(logits, torch.arange(len(keys)))


@dataclass(frozen=True)
class Student:
    """A trained text tower and its tokenizer."""

    model: BertModel
    """The tower."""
    tokenizer: Tokenizer
    """Its tokenizer."""

    def encode(self, texts: Sequence[str]) -> Tensor:
        """Return unit vectors [n, 384] of many texts, like lengths together, no gradients."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = torch.empty(len(texts), DIM)
        with torch.no_grad():
            for start in range(0, len(order), 256):
                part = order[start : start + 256]
                out[part] = encode(self.model, self.tokenizer, [texts[i] for i in part])
        return out


def with_traditional(model: BertModel, added: Sequence[str]) -> tuple[BertModel, list[str]]:
    """Return the tower and its characters, each Traditional form sharing its Simplified vector."""
    folder = text_tower()[2]
    ids = tokenizer_with(folder, added).get_vocab()
    forms = [(old, new) for old, new in traditional_forms(list(ids)) if old not in ids]
    model = copy.deepcopy(model)
    table = model.embeddings.word_embeddings.weight.detach()
    rows = table[[ids[new] for _, new in forms]]
    model.embeddings.word_embeddings = nn.Embedding.from_pretrained(
        torch.cat([table, rows]), padding_idx=0
    )
    return model, [*added, *(old for old, _ in forms)]


def all_characters(lesson: Lesson) -> list[str]:
    """Return the characters the student gets tokens for."""
    return characters([*lesson.captions, *lesson.words])
