"""Export the towers to ONNX, store their weights in 8 bits, write the model folder.

Only stored weights are quantised (symmetric, one scale per output channel); they become float32
when a session loads, and everything is computed in float32. Dynamic int8 arithmetic would be a
little faster on some processors, but its results differ between those with and without VNNI
(u8 x s8 sums saturate on plain AVX2), and a vault's vectors must come out the same everywhere.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from propvault.vision.model_folder import TOKENIZER, ModelInfo, files_hash, write_info
from training.towers import SIZE, pooled

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer
    from transformers import BertModel

    from training.heads import PictureHead
    from training.towers import EfficientNetLite2

FILES = ("picture.onnx", "text.onnx", "tokenizer.json")
"""Files whose bytes, in this order, make the model id."""
CONTEXT = 128
_SMALL = 4096
"""Tensors below this many numbers stay float32: together they take under 0.3 MB."""


class Picture(nn.Module):
    """Normalised pixels [n, 3, 260, 260] to unit vectors [n, 384]."""

    def __init__(self, tower: EfficientNetLite2, head: PictureHead) -> None:
        super().__init__()
        self.tower, self.head = tower, head

    def forward(self, pixels: Tensor) -> Tensor:
        """Return unit picture vectors."""
        return self.head(self.tower(pixels))


class Text(nn.Module):
    """Token ids and mask [n, t] to unit vectors [n, 384]."""

    def __init__(self, tower: BertModel, head: PictureHead) -> None:
        super().__init__()
        self.tower, self.head = tower, head

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return unit text vectors."""
        return self.head.text(pooled(self.tower, input_ids, attention_mask))


def export_picture(tower: EfficientNetLite2, head: PictureHead) -> onnx.ModelProto:
    """Return the picture tower as float32 ONNX; the pooled features are called ``features``."""
    pixels = torch.zeros(2, 3, SIZE, SIZE)
    model = _export(Picture(tower.fuse(), head), (pixels,), ["pixels"], {"pixels": {0: "n"}})
    (pool,) = (node for node in model.graph.node if node.op_type == "ReduceMean")
    old = pool.output[0]
    for node in model.graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                if name == old:
                    names[i] = "features"
    return model


def export_text(tower: BertModel, head: PictureHead) -> onnx.ModelProto:
    """Return the text tower as float32 ONNX."""
    example = (torch.ones(2, 7, dtype=torch.int64), torch.ones(2, 7, dtype=torch.int64))
    axes = {0: "n", 1: "t"}
    names = ["input_ids", "attention_mask"]
    return _export(Text(tower, head), example, names, dict.fromkeys(names, axes))


def _export(
    module: nn.Module,
    example: tuple[Tensor, ...],
    names: list[str],
    axes: dict[str, dict[int, str]],
) -> onnx.ModelProto:
    import io

    buffer = io.BytesIO()
    torch.onnx.export(
        module.eval(),
        example,
        buffer,
        input_names=names,
        output_names=["vector"],
        dynamic_axes={**axes, "vector": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )
    return onnx.load_from_string(buffer.getvalue())


def store_in_8_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy whose large weights are int8 with one scale per output channel.

    A table that is only gathered from (word embeddings) is gathered as int8 and scaled after, so
    loading never blows it up to float32.
    """
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    added: list[onnx.NodeProto] = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _SMALL or values.ndim < 2:
            continue
        (user, *others) = users[tensor.name]
        kind = user.op_type
        if others and any(o.op_type != kind for o in others):
            raise ValueError(f"{tensor.name} is used by operators of different kinds")
        axis = _channel_axis(user, values)
        rest = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(rest, keepdims=True) / 127, 1e-12).astype(np.float32)
        codes = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        name = tensor.name
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(codes, f"{name}.int8"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        if kind == "Gather":
            for use in (user, *others):
                _gather_then_scale(graph, use, name)
        else:
            added.append(
                helper.make_node(
                    "Cast", [f"{name}.int8"], [f"{name}.f32"], to=onnx.TensorProto.FLOAT
                )
            )
            added.append(helper.make_node("Mul", [f"{name}.f32", f"{name}.scale"], [name]))
    for node in reversed(added):
        graph.node.insert(0, node)
    onnx.checker.check_model(model, full_check=True)
    return model


def _channel_axis(user: onnx.NodeProto, values: np.ndarray) -> int:
    if user.op_type in ("Conv", "Gather"):
        return 0
    if user.op_type == "Gemm":
        transposed = any(a.name == "transB" and a.i for a in user.attribute)
        return 0 if transposed else 1
    if user.op_type == "MatMul":
        return values.ndim - 1
    raise ValueError(f"no rule to quantise the weights of {user.op_type}")


def _gather_then_scale(graph: onnx.GraphProto, use: onnx.NodeProto, name: str) -> None:
    index, out = use.input[1], use.output[0]
    at = list(graph.node).index(use)
    use.input[0], use.output[0] = f"{name}.int8", f"{out}.int8"
    scale = helper.make_node("Gather", [f"{name}.scale", index], [f"{out}.scale"], axis=0)
    cast = helper.make_node("Cast", [f"{out}.int8"], [f"{out}.f32"], to=onnx.TensorProto.FLOAT)
    for i, node in enumerate(
        (scale, cast, helper.make_node("Mul", [f"{out}.f32", f"{out}.scale"], [out]))
    ):
        graph.node.insert(at + 1 + i, node)


def tokenizer_json(tokenizer: Tokenizer) -> str:
    """Return the tokenizer as JSON with truncation at the context length."""
    rules = json.loads(tokenizer.to_str())
    rules["truncation"]["max_length"] = CONTEXT
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Facts:
    """What ``model.toml`` says beyond the fixed part."""

    precision: str
    """What each tower is stored in."""
    check: str
    """The figures that justified it."""


def write_manifest(folder: Path, facts: Facts) -> str:
    """Write ``model.toml`` and return the model id."""
    name = f"mini-{files_hash(folder)}"
    info = ModelInfo(
        id=name,
        name="mini",
        version="5",
        folder=folder,
        dim=384,
        size=(SIZE, SIZE),
        resize="squash",
        filter="bicubic",
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        context_length=CONTEXT,
        pad="longest",
        pad_id=0,
        tokenizer_sha256=hashlib.sha256((folder / TOKENIZER).read_bytes()).hexdigest(),
        languages=("en", "zh"),
        scale=1.0,  # until `training.calibrate` measures it
        bias=0.0,
        source="training/ of propvault: EfficientNet-Lite2, all-MiniLM-L6-v2 taught Chinese,"
        " and a head",
        licence="MIT; encoders Apache-2.0; what it learned from: docs/dev/model-card-mini.md",
        precision=facts.precision,
        check=facts.check,
    )
    write_info(info)
    return name
