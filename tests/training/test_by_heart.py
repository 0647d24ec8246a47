"""The text tower learns names by heart, and keeps what it knew."""

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from training.bilingual import Student
from training.by_heart import ByHeart, learn_by_heart
from training.names import Named

ENGLISH = ["door", "window", "red", "boat", "bridge", "lamp"]
CHINESE = {"门": "door", "窗": "window", "红": "red", "船": "boat", "桥": "bridge", "灯": "lamp"}
TOKENS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", *ENGLISH, *CHINESE, "橋", "a"]


@pytest.fixture
def student() -> Student:
    torch.manual_seed(0)
    tokenizer = Tokenizer(models.WordLevel({t: i for i, t in enumerate(TOKENS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", None, [("[CLS]", 1), ("[SEP]", 2)]
    )
    config = BertConfig(
        vocab_size=len(TOKENS),
        num_hidden_layers=1,
        num_attention_heads=6,
        hidden_size=384,
        intermediate_size=64,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    model.set_attn_implementation("eager")
    return Student(model, tokenizer)


def test_names_come_to_stand_where_their_english_does(student: Student) -> None:
    names = [Named(zh, en, en, 1.0) for zh, en in CHINESE.items()]
    course = ByHeart(
        steps=60, names=24, phrases=2, kept=4, sentences=2, english=2, rates=(1e-3, 1e-2)
    )
    kept = ["a boat", "a lamp"]
    was = student.encode([*ENGLISH, *kept])
    model = learn_by_heart(student, names, (["红 船", "红 门"], kept), course)
    now = Student(model, student.tokenizer)
    near = now.encode(list(CHINESE)) @ was[: len(ENGLISH)].T
    assert near.argmax(1).tolist() == list(range(len(ENGLISH)))
    assert (now.encode([*ENGLISH, *kept]) * was).sum(1).min() > 0.9
    table, ids = model.embeddings.word_embeddings.weight, student.tokenizer.get_vocab()
    assert torch.equal(table[ids["橋"]], table[ids["桥"]])
    assert model.config._attn_implementation == "eager"  # what the export can write
