"""An open_clip tokenizer as ``tokenizer.json``: the same ids, without open_clip or transformers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from open_clip.tokenizer import HFTokenizer, SimpleTokenizer, get_clean_fn
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors

from propvault.errors import ModelError

_CLEANS = ("whitespace", "lower", "canonicalize")
_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}\x{345}]+"
"""How CLIP cuts a text into words (`SimpleTokenizer.pat` without the special tokens). U+0345, a
mark that folds to a letter, is in none of its classes when case is ignored: it is dropped."""


@dataclass(frozen=True)
class Tokens:
    """A tokenizer and what ``[text]`` of a ``model.toml`` says of it."""

    json: str
    """Content of ``tokenizer.json``."""
    context_length: int
    """Longest text in tokens."""
    pad_id: int
    """Token that fills."""
    clean: str
    """What happens to a text first."""


def read_tokenizer(tokenizer: Any) -> Tokens:
    """Return what a tokenizer of open_clip does.

    Raises:
        ModelError: ``model.tokenizer`` when it does what ``tokenizer.json`` cannot express.
    """
    cleans = [name for name in _CLEANS if get_clean_fn(name) is tokenizer.clean_fn]
    if not cleans or tokenizer.context_length is None:
        raise ModelError("model.tokenizer", detail=type(tokenizer).__name__)
    length = int(tokenizer.context_length)
    if isinstance(tokenizer, SimpleTokenizer):
        return Tokens(_bpe(tokenizer).to_str(), length, 0, cleans[0])
    if isinstance(tokenizer, HFTokenizer):
        return Tokens(_hugging_face(tokenizer), length, _padding(tokenizer), cleans[0])
    raise ModelError("model.tokenizer", detail=type(tokenizer).__name__)


def _bpe(tokenizer: SimpleTokenizer) -> Tokenizer:
    if tokenizer.reduction_fn is not None:
        raise ModelError("model.tokenizer", detail="reduction_mask")
    merges = sorted(tokenizer.bpe_ranks, key=tokenizer.bpe_ranks.__getitem__)
    made = Tokenizer(
        models.BPE(
            vocab=dict(tokenizer.encoder),
            merges=[pair for pair in merges if len(pair) == 2],
            end_of_word_suffix="</w>",
        )
    )
    words = pre_tokenizers.Split(Regex(_WORDS), "removed", invert=True)
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.pre_tokenizer = pre_tokenizers.Sequence([words, bytes_])
    made.decoder = decoders.ByteLevel()
    names = {index: name for name, index in tokenizer.encoder.items()}
    special = [names[index] for index in tokenizer.all_special_ids]
    made.add_special_tokens([AddedToken(name, special=True) for name in special])
    start, end = special[:2]
    made.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        special_tokens=[(start, tokenizer.sot_token_id), (end, tokenizer.eot_token_id)],
    )
    return made


def _hugging_face(tokenizer: HFTokenizer) -> str:
    inner = tokenizer.tokenizer
    backend = getattr(inner, "backend_tokenizer", None)
    unusual = {
        "tokenizer_mode": bool(tokenizer.tokenizer_mode),
        "strip_sep_token": tokenizer.strip_sep_token,
        "padding_side=left": inner.padding_side != "right",
        "truncation_side=left": inner.truncation_side != "right",
        "not a fast tokenizer": backend is None,
        "no padding token": inner.pad_token_id is None,
    }
    if any(unusual.values()):
        raise ModelError("model.tokenizer", detail=next(k for k, v in unusual.items() if v))
    rules = json.loads(backend.to_str())  # type: ignore[union-attr]  # checked just above
    rules["truncation"] = rules["padding"] = None
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


def _padding(tokenizer: HFTokenizer) -> int:
    return int(tokenizer.tokenizer.pad_token_id)
