"""Text towers that open_clip takes from transformers by name, described without the network.

open_clip asks the hub for the ``config.json`` of these; the numbers below are those files'. A
wrong width, depth or vocabulary cannot pass, since the weights are loaded strictly.
"""

from __future__ import annotations

from typing import Any

_ROBERTA: dict[str, Any] = {
    "attention_probs_dropout_prob": 0.1,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "initializer_range": 0.02,
    "layer_norm_eps": 1e-05,
    "max_position_embeddings": 514,
    "pad_token_id": 1,
    "position_embedding_type": "absolute",
    "type_vocab_size": 1,
}
_BASE = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
}
_LARGE = {
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_attention_heads": 16,
    "num_hidden_layers": 24,
}
_XLM = {"model_type": "xlm-roberta", "vocab_size": 250002}

KNOWN: dict[str, dict[str, Any]] = {
    "xlm-roberta-base": _ROBERTA | _BASE | _XLM,
    "xlm-roberta-large": _ROBERTA | _LARGE | _XLM,
    "roberta-base": _ROBERTA | _BASE | {"model_type": "roberta", "vocab_size": 50265},
}
"""``config.json`` by the name in open_clip's ``hf_model_name``."""
