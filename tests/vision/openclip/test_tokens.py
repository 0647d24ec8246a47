"""Exported tokenizers give open_clip's ids, whatever is typed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from open_clip.tokenizer import HFTokenizer, SimpleTokenizer
from tokenizers import Tokenizer

from propvault.errors import ModelError
from propvault.vision.openclip.check_set import SENTENCES
from propvault.vision.openclip.quiet import quiet
from propvault.vision.openclip.tokens import Tokens, read_tokenizer
from propvault.vision.text_cleaning import clean_text
from tests.vision.openclip.families import write_tokenizer

CLIP = SimpleTokenizer()
READ = read_tokenizer(CLIP)


def made(tokens: Tokens) -> Tokenizer:
    tokenizer = Tokenizer.from_str(tokens.json)
    tokenizer.no_padding()
    tokenizer.enable_truncation(tokens.context_length)
    return tokenizer


def padded(tokens: Tokens, tokenizer: Tokenizer, text: str) -> list[int]:
    ids = tokenizer.encode(clean_text(text, tokens.clean)).ids
    return ids + [tokens.pad_id] * (tokens.context_length - len(ids))


EXPORTED = made(READ)


def test_the_size_of_clips_vocabulary() -> None:
    assert (READ.context_length, READ.pad_id, READ.clean) == (77, 0, "lower")
    assert EXPORTED.get_vocab_size() == 49408


@pytest.mark.parametrize("text", SENTENCES)
def test_clip_ids_of_the_check_sentences(text: str) -> None:
    assert padded(READ, EXPORTED, text) == CLIP([text])[0].tolist()


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=60))
@example("’s ＇S ſ İ ẞ Ǆ")
@example("&amp;amp;lt; &#39; <b>bold</b>")
@example("\u00cd\x85 a\u0345b \u0345")
@example("a\u00a0b\u3000c\x1fd\x85e")
def test_clip_ids_of_anything(text: str) -> None:
    assert padded(READ, EXPORTED, text) == CLIP([text])[0].tolist()


def test_a_long_text_keeps_its_end_token() -> None:
    ids = EXPORTED.encode("window " * 200).ids
    assert (len(ids), ids[0], ids[-1]) == (77, 49406, 49407)


@pytest.mark.parametrize(("family", "clean"), [("siglip2", "canonicalize"), ("xlm", "whitespace")])
def test_hugging_face_ids(family: str, clean: str, tmp_path: Path) -> None:
    write_tokenizer(family, tmp_path)
    with quiet():
        theirs = HFTokenizer(str(tmp_path), context_length=64, clean=clean)
        expected = theirs(list(SENTENCES))
    tokens = read_tokenizer(theirs)
    tokenizer = made(tokens)
    for text, ids in zip(SENTENCES, expected.tolist(), strict=True):
        assert padded(tokens, tokenizer, text) == ids, text


@pytest.mark.parametrize("change", [{"padding_side": "left"}, {"truncation_side": "left"}])
def test_what_tokenizer_json_cannot_say_is_refused(change: dict[str, str], tmp_path: Path) -> None:
    write_tokenizer("siglip2", tmp_path)
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with quiet():
        theirs = HFTokenizer(str(tmp_path), context_length=64)
    with pytest.raises(ModelError) as caught:
        read_tokenizer(theirs)
    assert caught.value.reason.get("detail") == "=".join(*change.items())


def test_an_unknown_tokenizer_is_refused() -> None:
    with pytest.raises(ModelError):
        read_tokenizer(SimpleNamespace(clean_fn=len, context_length=77))
    with pytest.raises(ModelError):
        read_tokenizer(SimpleTokenizer(reduction_mask="simple"))
