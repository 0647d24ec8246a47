"""Third course: text tower and head together, sentences straight against pictures.

The first two courses teach the tower what English it stands for, and the head sees fixed sentence
vectors. Here sentences in both languages and names of things move the tower and the head towards
the pictures themselves, while the tower as it was holds names and English in place. `read_back`
takes tower and head from a built model folder, so the course can also start from what is shipped.
Of the head only a part of the way is kept (`Joint.keep`), as in Wortsman et al. 2022: the whole way
costs façades and rooms more than it brings captions.
"""

from __future__ import annotations

import copy
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn

from training.averaging import follow
from training.bilingual import Student, contrast, encode, equal
from training.chinese import headwords, may_be_learned, phrases, sentences, vocabulary_names
from training.data import WEIGHTS
from training.heads import PictureHead
from training.texts import flickr8k_rows, products, shown
from training.towers import CLASSES, FEATURES, class_names, text_tower

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from transformers import BertModel

    from training.data import Pack


@dataclass(frozen=True)
class Joint:
    """Numbers of the course."""

    steps: int = 220
    """Batches; five seconds each on two cores."""
    pictures: int = 48
    """Flickr8k pictures in a batch, all with a Chinese sentence, two thirds with an English one."""
    others: int = 24
    """Captions and product names of other sets."""
    named: int = 16
    """Pictures of things with the thing's Chinese name."""
    negatives: int = 640
    """Further Flickr8k pictures that sentences are told apart from."""
    rates: tuple[float, float, float, float] = (1e-4, 4e-4, 2e-4, 5e-5)
    """Of the tower, its word embeddings, the head, the shared text map."""
    average: float = 0.98
    """Decay of the running average of the weights, which is the result."""
    keep: float = 0.4
    """How far the head goes from its start to the result."""
    seed: int = 3
    """Of everything drawn."""


@dataclass(frozen=True)
class Material:
    """What is drawn from; rows are pictures of the pack."""

    written: dict[int, list[str]]
    """Chinese sentences by people."""
    translated: dict[int, list[str]]
    """Machine translations."""
    english: dict[int, list[str]]
    """English sentences of Flickr8k."""
    others: list[tuple[int, str, float]]
    """(row, English text, weight) of the other sets."""
    named: list[tuple[int, str, float]]
    """(row, Chinese name, weight)."""


def read_back(folder: Path) -> tuple[Student, PictureHead]:
    """Return the text tower and the head of a built model folder, as float32."""
    text, picture = _weights(folder / "text.onnx"), _weights(folder / "picture.onnx")
    model = text_tower()[0]
    state = model.state_dict()
    for name in state:
        layer = "/tower/" + name.removesuffix(".weight").replace(".", "/").replace(
            "layer/", "layer."
        )
        found = text.get(f"tower.{name}", text.get(f"{layer}/MatMul_output_0"))
        if found is not None:
            state[name] = torch.tensor(found)
    table = state["embeddings.word_embeddings.weight"].clone()
    model.embeddings.word_embeddings = nn.Embedding.from_pretrained(table, False, padding_idx=0)
    model.config.vocab_size = len(table)
    model.load_state_dict(state)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    return Student(model.eval(), tokenizer), _head(picture, text["/text_map/MatMul_output_0"])


def _head(stored: dict[str, NDArray[np.float32]], text_map: NDArray[np.float32]) -> PictureHead:
    classifier = nn.Linear(FEATURES, CLASSES)
    names, mean, std = (torch.tensor(stored[f"head.{n}"]) for n in ("names", "mean", "std"))
    hidden = len(stored["head.mlp.0.bias"])
    head = PictureHead(classifier, names, mean, std, hidden=hidden)
    state = {
        n: torch.tensor(v) for n in head.state_dict() if (v := stored.get(f"head.{n}")) is not None
    }
    # The export stores equal tensors once; the two biases get the same gradients and are equal.
    state["mlp.3.bias"] = state.get("mlp.3.bias", state["linear.bias"])
    state["text_map.weight"] = torch.tensor(text_map)
    head.load_state_dict(state)
    return head


def _weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return float32 weights by name; of a product without a name by its output, transposed."""
    graph = onnx.load(path).graph
    stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    found = {}
    for name, value in stored.items():
        if name.endswith(".int8"):
            plain = name.removesuffix(".int8")
            found[plain] = value.astype(np.float32) * stored[f"{plain}.scale"]
        elif not name.endswith(".scale"):
            found[name] = value
    products = [n for n in graph.node if n.op_type == "MatMul" and n.input[1] in found]
    return found | {n.output[0]: found[n.input[1]].T for n in products}


def material(pack: Pack, folder: Path) -> Material:
    """Gather what is drawn from; nothing of a development, holdout or test picture."""
    rows, allowed = flickr8k_rows(pack), may_be_learned(folder)
    english: dict[int, list[str]] = defaultdict(list)
    others, named = [], []
    in_chinese: dict[str, list[str]] = defaultdict(list)
    for zh, en in vocabulary_names():
        in_chinese[en].append(zh)
    for pair in pack.training_pairs().tolist():
        row, text = int(pack.caption_picture[pair]), pack.captions[pair]
        source = pack.caption_source[pair]
        if source == "flickr8k":
            english[row].append(text)
            continue
        others.append((row, text, WEIGHTS[source]))
        if source != "ikea":
            weight = 0.5 * WEIGHTS[source]
            named += [(row, zh, weight) for zh in in_chinese[shown(text)]]
    for row, name, weight in products(pack):
        others += [(row, text, 0.7 * weight) for text in (name, f"a photo of a {name}")]
        named += [(row, zh, weight) for zh in in_chinese[name]]
    said: dict[str, dict[int, list[str]]] = {"zhc": defaultdict(list), "zhb": defaultdict(list)}
    for kind, into in (("zhc", "zhc"), ("zhb", "zhb"), ("zhg", "zhb")):
        for (name, _), text in sentences(folder, kind).items():
            if name in allowed and rows.get(name) in english:
                said[into][rows[name]].append(text)
    return Material(said["zhc"], said["zhb"], dict(english), others, named)


class Words:
    """Names and English whose place the tower as it was decides."""

    def __init__(self, pack: Pack) -> None:
        seen: defaultdict[str, int] = defaultdict(int)
        for pair in pack.training_pairs().tolist():
            for word in set(re.findall("[a-z]{3,}", pack.captions[pair].lower())):
                seen[word] += 1
        self.classes = class_names()
        known = {name.lower() for name in self.classes}
        entries = headwords()
        self.pools = (
            (vocabulary_names(), 26),
            (phrases(), 6),
            ([(zh, en) for zh, en in entries if len(en.split()) <= 3 and _visible(en, seen)], 12),
            ([(zh, en) for zh, en in entries if en.lower() in known], 8),
        )

    def draw(self, chance: random.Random) -> tuple[list[tuple[str, str]], list[str]]:
        """Return (Chinese, English) pairs and English texts of one batch."""
        pairs = [chance.choice(pool) for pool, count in self.pools for _ in range(count)]
        english = [f"a photo of a {chance.choice(self.classes)}" for _ in range(8)]
        return pairs, english + [chance.choice(self.pools[0][0])[1] for _ in range(16)]


def _visible(gloss: str, seen: dict[str, int]) -> bool:
    """Tell whether captions use every word of a gloss: the rest is rarely photographed."""
    return all(seen[word] >= 5 for word in re.findall("[a-z]{3,}", gloss.lower()))


def teach(
    student: Student, head: PictureHead, pack: Pack, drawn: Material, course: Joint
) -> tuple[BertModel, PictureHead]:
    """Run the course and return the averaged tower and head."""
    run = _Run(student, head, pack, drawn, course)
    smooth = copy.deepcopy((run.model, run.head))
    run.model.train()
    run.head.train()
    for step in range(1, course.steps + 1):
        run.optimiser.zero_grad()
        run.loss().backward()
        parts = [*run.model.parameters(), *run.head.parameters()]
        nn.utils.clip_grad_norm_(parts, 2.0)
        run.optimiser.step()
        run.schedule.step()
        for average, trained in zip(smooth, (run.model, run.head), strict=True):
            follow(average, trained, step, course.average)
    return smooth[0].eval(), smooth[1].eval()


class _Run:
    def __init__(
        self, student: Student, head: PictureHead, pack: Pack, drawn: Material, course: Joint
    ) -> None:
        self.before = Student(copy.deepcopy(student.model).eval(), student.tokenizer)
        self.model, self.tokenizer, self.head = student.model, student.tokenizer, head
        self.drawn, self.course, self.words = drawn, course, Words(pack)
        self.chance = random.Random(course.seed)
        with torch.no_grad():
            features = torch.from_numpy(pack.features)
            self.conse, probability = head.conse(features)
            self.z = head.standardised(features)
        self.probability = probability.half()
        self.log_scale = nn.Parameter(torch.tensor(1 / 0.05).log())
        table = self.model.embeddings.word_embeddings.weight
        tower = [p for p in self.model.parameters() if p is not table]
        rest = [p for n, p in head.named_parameters() if not n.startswith("text_map")]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": tower},
                {"params": [table], "weight_decay": 0.0},
                {"params": [*rest, self.log_scale], "weight_decay": 0.2},
                {"params": head.text_map.parameters(), "weight_decay": 0.2},
            ]
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, list(course.rates), total_steps=course.steps, pct_start=0.08
        )

    def loss(self) -> Tensor:
        """Return the loss of one drawn batch."""
        rows, long, short = self._sentences()
        pairs, english = self.words.draw(self.chance)
        with torch.no_grad():
            target = self.before.encode([*(en for _, en in pairs), *english])
        briefly = encode(self.model, self.tokenizer, [*short, *(zh for zh, _ in pairs), *english])
        said = torch.cat([encode(self.model, self.tokenizer, long), briefly[: len(short)]])
        words = briefly[len(short) :]
        keys = [en for _, en in pairs]
        kept = (1 - (words * target).sum(1)).mean()
        apart = contrast(words[: len(pairs)], target[: len(pairs)], keys)
        return self._against_pictures(said, rows, [*long, *short]) + 8 * kept + 0.3 * apart

    def _sentences(self) -> tuple[Tensor, list[str], list[str]]:
        drawn, chance, course = self.drawn, self.chance, self.course
        shown = chance.sample(sorted(drawn.written), course.pictures)
        long = [self._chinese(row) for row in shown]
        also = shown[: course.pictures * 2 // 3]
        long += [chance.choice(drawn.english[row]) for row in also]
        more = _weighted(chance, drawn.others, course.others)
        more += _weighted(chance, drawn.named, course.named)
        rows = [*shown, *also, *(row for row, _, _ in more)]
        return torch.tensor(rows), long, [text for _, text, _ in more]

    def _chinese(self, row: int) -> str:
        translated = self.drawn.translated.get(row)
        by_people = self.chance.random() < 0.75 or not translated
        return self.chance.choice(self.drawn.written[row] if by_people else translated or [])

    def _against_pictures(self, said: Tensor, rows: Tensor, texts: Sequence[str]) -> Tensor:
        """Symmetric InfoNCE over the batch's pictures and more, and what the classifier knows."""
        others = self.chance.sample(sorted(self.drawn.english), self.course.negatives)
        seen = torch.unique(torch.cat([rows, torch.tensor(others)]))
        noisy = self.z[seen] + 0.05 * torch.randn(len(seen), FEATURES)
        pictures = self.head.combine(self.conse[seen], noisy)
        scale = self.log_scale.exp().clamp(max=100)
        logits = scale * self.head.text(said) @ pictures.T
        own = (rows[:, None] == seen[None]).float()
        right = ((equal(texts).float() @ own) > 0).float()
        ahead = -(right / right.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
        has = right.sum(0) > 0
        back_right, back = right.T[has], logits.T[has].log_softmax(1)
        behind = -(back_right / back_right.sum(1, keepdim=True) * back).sum(1).mean()
        known = (scale * pictures[has] @ self.head.text(self.head.names).T).log_softmax(1)
        knowledge = -(self.probability[seen[has]].float() * known).sum(1).mean()
        return (ahead + behind) / 2 + 0.7 * knowledge


def _weighted(
    chance: random.Random, pool: list[tuple[int, str, float]], count: int
) -> list[tuple[int, str, float]]:
    return chance.choices(pool, weights=[weight for _, _, weight in pool], k=count)
