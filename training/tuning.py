"""Second course of the text tower: Chinese as people write it, and the names people search for.

Translations of captions are not how people write, and most headwords of a dictionary are never
photographed. Here a sentence that somebody wrote about a picture has the mean of the picture's
English captions as its target, beside some translations, names of the vocabulary, and English.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.bilingual import contrast, encode
from training.chinese import (
    may_be_learned,
    phrases,
    sentences,
    translated_captions,
    vocabulary_names,
)
from training.texts import flickr8k_rows
from training.towers import class_names, sentence_vectors, text_tower

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tokenizers import Tokenizer
    from transformers import BertModel

    from training.data import Pack


@dataclass(frozen=True)
class Course:
    """Numbers of the second course."""

    steps: int = 230
    """Batches; each takes about two seconds on two cores."""
    written: int = 64
    """Sentences by people in a batch."""
    translated: int = 32
    """Machine translations in a batch."""
    words: int = 64
    """Names and composed phrases in a batch."""
    replay: int = 28
    """English texts in a batch."""
    rates: tuple[float, float] = (1e-4, 5e-4)
    """Learning rate of the tower, and of its word embeddings."""
    contrast: tuple[float, float] = (0.2, 0.1)
    """Weight of InfoNCE among sentences, and among words."""
    seed: int = 1
    """Seed of what is drawn."""


@dataclass(frozen=True)
class Batch:
    """Texts with their targets' keys; equal keys are no wrong answers of each other."""

    sentences: list[tuple[str, str]]
    """(Chinese, key)."""
    words: list[tuple[str, str]]
    """(Chinese, key)."""
    english: list[str]
    """Texts that are their own keys."""


def tune(
    model: BertModel, tokenizer: Tokenizer, pack: Pack, folder: Path, course: Course
) -> BertModel:
    """Train ``model`` in place through the course and return it."""
    torch.manual_seed(course.seed)
    batches = _batches(pack, folder, course)
    targets = _targets(pack, batches)
    table = model.embeddings.word_embeddings.weight
    rest = [p for p in model.parameters() if p is not table]
    optimiser = torch.optim.AdamW([{"params": rest}, {"params": [table]}])
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, list(course.rates), total_steps=len(batches), pct_start=0.1
    )
    model.train()
    for batch in batches:
        optimiser.zero_grad()
        _loss(model, tokenizer, batch, targets, course).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rates.step()
    return model.eval()


def _batches(pack: Pack, folder: Path, course: Course) -> list[Batch]:
    chance = random.Random(course.seed)
    allowed, rows = may_be_learned(folder), flickr8k_rows(pack)
    captioned = set(pack.caption_picture[pack.training_pairs()].tolist())
    written = [
        (text, f"picture {rows[name]}")
        for (name, _), text in sentences(folder, "zhc").items()
        if name in allowed and rows.get(name) in captioned
    ]
    chance.shuffle(written)
    translated = chance.sample(translated_captions(folder), course.steps * course.translated)
    names, composed = vocabulary_names(), phrases()
    learned = pack.training_pairs().tolist()
    batches = []
    for step in range(course.steps):
        start = step * course.written
        mine = [written[(start + k) % len(written)] for k in range(course.written)]
        more = translated[step * course.translated : (step + 1) * course.translated]
        words = [
            chance.choice(names if chance.random() < 0.7 else composed) for _ in range(course.words)
        ]
        english = [_english(chance, pack, learned, names) for _ in range(course.replay)]
        batches.append(Batch([*mine, *more], words, english))
    return batches


def _english(
    chance: random.Random, pack: Pack, learned: Sequence[int], names: Sequence[tuple[str, str]]
) -> str:
    """Return a caption, or as often a name in the template that classes are asked for with."""
    if chance.random() < 0.5:
        return pack.captions[chance.choice(learned)]
    name = chance.choice(class_names()) if chance.random() < 0.1 else chance.choice(names)[1]
    return f"a photo of a {name}"


def _targets(pack: Pack, batches: Sequence[Batch]) -> dict[str, Tensor]:
    """Return the teacher's vector of each key; of a picture the mean over its captions."""
    of_picture: dict[str, list[str]] = {}
    for pair in pack.training_pairs().tolist():
        key = f"picture {pack.caption_picture[pair]}"
        of_picture.setdefault(key, []).append(pack.captions[pair])
    keys = {key for b in batches for _, key in (*b.sentences, *b.words)}
    keys |= {text for b in batches for text in b.english}
    captions = [text for key in keys & of_picture.keys() for text in of_picture[key]]
    texts = sorted({*(keys - of_picture.keys()), *captions})
    teacher, tokenizer, _ = text_tower()
    vectors = dict(zip(texts, sentence_vectors(teacher, tokenizer, texts), strict=True))
    for key in keys & of_picture.keys():
        mean = torch.stack([vectors[text] for text in of_picture[key]]).mean(0)
        vectors[key] = functional.normalize(mean, dim=0)
    return vectors


def _loss(
    model: BertModel,
    tokenizer: Tokenizer,
    batch: Batch,
    targets: dict[str, Tensor],
    course: Course,
) -> Tensor:
    # sentences and words apart: less padding
    count = len(batch.sentences)
    long = encode(model, tokenizer, [*(text for text, _ in batch.sentences), *batch.english])
    short = encode(model, tokenizer, [text for text, _ in batch.words])
    said, worded = [k for _, k in batch.sentences], [k for _, k in batch.words]
    keys = [*said, *batch.english, *worded]
    cosine = (torch.cat([long, short]) * _stacked(keys, targets)).sum(1)
    among_sentences = contrast(long[:count], _stacked(said, targets), said)
    among_words = contrast(short, _stacked(worded, targets), worded)
    return (
        1 - cosine.mean() + course.contrast[0] * among_sentences + course.contrast[1] * among_words
    )


def _stacked(keys: Sequence[str], targets: dict[str, Tensor]) -> Tensor:
    return torch.stack([targets[key] for key in keys])
