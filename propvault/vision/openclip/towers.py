"""The two towers of an open_clip model as ONNX: pixels and token ids in, unit vectors out.

Picture: ``pixels`` float32 [n, 3, height, width], normalised. Text: ``input_ids`` int64 [n, t],
padded with the model's own padding id. Both give ``vector`` float32 [n, dim].
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.functional import normalize

from propvault.errors import ModelError
from propvault.vision.openclip.quiet import quiet

OPSET = 20
"""The first with Gelu as one operator, which onnxruntime runs a fifth faster than its parts."""
_LARGEST = 1_900_000_000
"""Bytes of weights that one ONNX file takes; protobuf ends at 2 GiB, the graph needs some."""


class PictureTower(nn.Module):  # type: ignore[misc]  # torch is not followed: it may be absent
    """Normalised pixels [n, 3, h, w] to unit vectors [n, dim]."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.visual = _fused(model.visual)

    def forward(self, pixels: Any) -> Any:
        """Return unit picture vectors."""
        return normalize(self.visual(pixels), dim=-1)


class PaddedText(nn.Module):  # type: ignore[misc]  # torch is not followed: it may be absent
    """Token ids [n, context] to unit vectors; what fills the context takes part."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any) -> Any:
        """Return unit text vectors."""
        return normalize(self.model.encode_text(input_ids), dim=-1)


class CausalText(nn.Module):  # type: ignore[misc]  # torch is not followed: it may be absent
    """Token ids [n, t] to unit vectors; CLIP's own tower on as many tokens as there are.

    A token sees only those before it and the vector is taken at the end token, so the padding
    after it changes nothing. Short texts run several times faster than padded to 77.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        text = getattr(model, "text", model)
        self.tokens, self.blocks, self.last = text.token_embedding, text.transformer, text.ln_final
        self.positions, self.projection = text.positional_embedding, text.text_projection
        self.register_buffer("mask", text.attn_mask, persistent=False)

    def forward(self, input_ids: Any) -> Any:
        """Return unit text vectors."""
        length = input_ids.shape[1]
        x = self.tokens(input_ids) + self.positions[:length]
        x = self.last(self.blocks(x, attn_mask=self.mask[:length, :length]))
        x = x[torch.arange(x.shape[0]), input_ids.argmax(dim=-1)]
        if isinstance(self.projection, nn.Linear):
            x = self.projection(x)
        elif self.projection is not None:
            x = x @ self.projection
        return normalize(x, dim=-1)


class HuggingFaceText(nn.Module):  # type: ignore[misc]  # torch is not followed: it may be absent
    """Token ids [n, t] to unit vectors; padding is masked, as open_clip's `HFTextEncoder` does."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.text = model.text

    def forward(self, input_ids: Any) -> Any:
        """Return unit text vectors."""
        mask = (input_ids != self.text.config.pad_token_id).long()
        states = self.text.transformer(input_ids=input_ids, attention_mask=mask)
        return normalize(self.text.proj(self.text.pooler(states, mask)), dim=-1)


def text_tower(model: Any) -> tuple[nn.Module, str]:
    """Return the text tower and how texts are padded for it: ``longest`` or ``context``."""
    text = getattr(model, "text", model)
    if hasattr(text, "pooler"):
        return HuggingFaceText(model), "longest"
    pool = getattr(model, "text_pool_type", getattr(text, "pool_type", None))
    has_class_token = getattr(text, "cls_emb", None) is not None
    if pool == "argmax" and text.attn_mask is not None and not has_class_token:
        return CausalText(model), "longest"
    return PaddedText(model), "context"


def export_picture(model: Any, size: tuple[int, int], path: Path) -> None:
    """Write the picture tower for pictures of ``size`` (width, height) as float32 ONNX.

    Raises:
        ModelError: ``model.too_large``, or the tower cannot be exported.
    """
    width, height = size
    tower = PictureTower(model)
    example = torch.zeros(2, 3, height, width)
    _export(tower, example, ("pixels", {0: torch.export.Dim("n")}), path)


def export_text(model: Any, context_length: int, path: Path) -> str:
    """Write the text tower as float32 ONNX and return how texts are padded for it.

    Raises:
        ModelError: ``model.too_large``, or the tower cannot be exported.
    """
    tower, pad = text_tower(model)
    shape = {0: torch.export.Dim("n")}
    if pad == "longest":
        shape[1] = torch.export.Dim("t", min=2, max=context_length)
    example = torch.full((2, context_length), 3, dtype=torch.int64)
    _export(tower, example, ("input_ids", shape), path)
    return pad


def _export(tower: nn.Module, example: Any, given: tuple[str, Any], path: Path) -> None:
    size = sum(p.numel() * p.element_size() for p in tower.parameters())
    if size > _LARGEST:
        raise ModelError("model.too_large", file=path.name, gigabytes=f"{size / 1e9:.1f}")
    name, shape = given
    with quiet(), torch.no_grad():
        program = torch.onnx.export(
            tower.eval(),
            (example,),
            dynamo=True,
            input_names=[name],
            output_names=["vector"],
            dynamic_shapes=(shape,),
            opset_version=OPSET,
            verbose=False,
        )
    program.save(str(path))


def _fused(visual: nn.Module) -> nn.Module:
    """Merge the parallel branches that MobileOne and FastViT train with; equal but for rounding."""
    if not hasattr(visual, "trunk"):
        return visual
    from timm.utils import reparameterize_model

    return reparameterize_model(visual, inplace=False)
