"""Store a tower in fewer bits: 8-bit integers that multiply faster, or 16-bit floats.

Measured on two AVX2 cores, ViT-B-32-256, pictures a second in one run: float32 12.2; integer
products 19.6, whether weights take 7 or 8 bits; blocks of 32 with a scale each 8.6. Seven bits
and a scale per channel came closest to float32 (cosine .9997, eight bits .9957), because sums of
8-bit products overflow the 16 bits that processors without VNNI add them in. So seven it is:
no overflow, hence the same vector on every processor.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from propvault.vision.openclip.quiet import quiet

PRECISIONS = ("int8", "int8-part", "f16", "f32")
"""What a tower can be stored in, smallest first; ``int8-part`` leaves each block's last layer."""
_SMALL = 4096
"""Tensors below this many numbers stay float32."""
_PRODUCTS = ("MatMul", "Gemm")
_HALF_MAX = float(np.finfo(np.float16).max)


def is_worth_integers(path: Path) -> bool:
    """Tell whether matrix products hold most weights; convolutions are slower in integers."""
    model = onnx.load(path)
    weights = {t.name: int(np.prod(t.dims)) for t in _large(model)}
    used = {"product": 0, "other": 0}
    for node in model.graph.node:
        size = sum(weights.get(name, 0) for name in node.input)
        if node.op_type != "Gather":
            used["product" if node.op_type in _PRODUCTS else "other"] += size
    return used["product"] > used["other"]


def store(source: Path, target: Path, precision: str) -> None:
    """Write the float32 tower ``source`` to ``target`` in one of `PRECISIONS`."""
    if precision == "f32":
        target.write_bytes(source.read_bytes())
        return
    if precision == "f16":
        model = onnx.load(source)
    else:
        model = _with_integers(source, target, partly=precision == "int8-part")
        _tables_to_8_bits(model)
    _rest_to_16_bits(model)
    onnx.save(model, target)


def _with_integers(source: Path, target: Path, *, partly: bool) -> onnx.ModelProto:
    excluded = _narrowing(onnx.load(source)) if partly else []
    with quiet():
        logging.disable(logging.CRITICAL)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=list(_PRODUCTS),
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=excluded,
            extra_options={"MatMulConstBOnly": True},
        )
    return onnx.load(target)


def _narrowing(model: onnx.ModelProto) -> list[str]:
    """Return the products that take more numbers than they give.

    They follow the activation of each block, where single channels are a hundred times larger
    than the others, so that one scale for all costs the most there.
    """
    shapes = {t.name: list(t.dims) for t in _large(model)}
    names = []
    for node in model.graph.node:
        shape = shapes.get(node.input[1]) if node.op_type in _PRODUCTS else None
        if shape and len(shape) == 2:
            flipped = any(a.name == "transB" and a.i for a in node.attribute)
            rows, columns = reversed(shape) if flipped else shape
            names += [node.name] if rows > columns else []
    return names


def _tables_to_8_bits(model: onnx.ModelProto) -> None:
    """Store tables that rows are picked from as int8 with a scale per row, scaled after picking."""
    for tensor, users in _tables(model):
        values = numpy_helper.to_array(tensor)
        scale = np.maximum(np.abs(values).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
        codes = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        name = tensor.name
        _replace(model, name, numpy_helper.from_array(codes, f"{name}.int8"))
        model.graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        for user in users:
            row, user.input[0] = user.output[0], f"{name}.int8"
            _after(model, user, [
                helper.make_node("Cast", [f"{row}.stored"], [f"{row}.f32"], to=TensorProto.FLOAT),
                helper.make_node("Gather", [f"{name}.scale", user.input[1]], [f"{row}.scale"]),
                helper.make_node("Mul", [f"{row}.f32", f"{row}.scale"], [row]),
            ])  # fmt: skip


def _rest_to_16_bits(model: onnx.ModelProto) -> None:
    """Store what is still float32 and large as float16; it is widened before use."""
    for tensor, users in _tables(model):
        values = numpy_helper.to_array(tensor)
        if not _fits(values):
            continue
        name = tensor.name
        _replace(model, name, numpy_helper.from_array(values.astype(np.float16), f"{name}.f16"))
        for user in users:
            row, user.input[0] = user.output[0], f"{name}.f16"
            cast = helper.make_node("Cast", [f"{row}.stored"], [row], to=TensorProto.FLOAT)
            _after(model, user, [cast])
    for name in [tensor.name for tensor in _large(model)]:
        values = numpy_helper.to_array(next(t for t in _large(model) if t.name == name))
        if _fits(values):
            _replace(model, name, numpy_helper.from_array(values.astype(np.float16), f"{name}.f16"))
            cast = helper.make_node("Cast", [f"{name}.f16"], [name], to=TensorProto.FLOAT)
            model.graph.node.insert(0, cast)


def _large(model: onnx.ModelProto) -> Iterator[TensorProto]:
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= _SMALL:
            yield tensor


def _tables(model: onnx.ModelProto) -> list[tuple[TensorProto, list[onnx.NodeProto]]]:
    """Return large matrices that are used only to gather rows from, with those uses.

    Widening one before the gather would blow it up in memory: 786 MB for a vocabulary of 256000.
    """
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found = []
    for tensor in _large(model):
        uses = users.get(tensor.name, [])
        if len(tensor.dims) == 2 and uses and all(_picks_rows(n, tensor.name) for n in uses):
            found.append((tensor, uses))
    return found


def _picks_rows(node: onnx.NodeProto, table: str) -> bool:
    axis = next((a.i for a in node.attribute if a.name == "axis"), 0)
    return node.op_type == "Gather" and node.input[0] == table and axis == 0


def _fits(values: NDArray[np.float32]) -> bool:
    return bool(np.abs(values).max() < _HALF_MAX)


def _replace(model: onnx.ModelProto, name: str, stored: TensorProto) -> None:
    place = next(i for i, t in enumerate(model.graph.initializer) if t.name == name)
    del model.graph.initializer[place]
    model.graph.initializer.append(stored)


def _after(model: onnx.ModelProto, user: onnx.NodeProto, nodes: list[onnx.NodeProto]) -> None:
    """Let ``nodes`` make the output of ``user`` out of what it gives now, called ``*.stored``."""
    place = list(model.graph.node).index(user) + 1
    user.output[0] = f"{user.output[0]}.stored"
    for offset, node in enumerate(nodes):
        model.graph.node.insert(place + offset, node)
