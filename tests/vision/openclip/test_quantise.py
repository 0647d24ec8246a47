"""Fewer bits: small files, near results, and no blow-up in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from propvault.vision.openclip import quantise

ROWS, WIDTH = 600, 64


def tower(path: Path, *, biggest: float = 1.0) -> Path:
    """Gather rows of a table, then widen and narrow them as a block's two layers do."""
    random = np.random.default_rng(0)
    table = random.normal(size=(ROWS, WIDTH)).astype(np.float32)
    table[3, 3] = biggest
    wide = random.normal(size=(WIDTH, 4 * WIDTH)).astype(np.float32) / 8
    narrow = random.normal(size=(4 * WIDTH, WIDTH)).astype(np.float32) / 16
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"], "rows"),
        helper.make_node("MatMul", ["rows", "wide"], ["hidden"], "widening"),
        helper.make_node("Relu", ["hidden"], ["active"]),
        helper.make_node("MatMul", ["active", "narrow"], ["vector"], "narrowing"),
    ]
    graph = helper.make_graph(
        nodes,
        "tower",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", WIDTH])],
        [
            numpy_helper.from_array(value, name)
            for name, value in (("table", table), ("wide", wide), ("narrow", narrow))
        ],
    )
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), path)
    return path


def run(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (vectors,) = session.run(None, {"ids": np.arange(50)})
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("precision", "share", "cosine"),
    [("f32", 1.01, 1.0), ("f16", 0.55, 0.99999), ("int8-part", 0.5, 0.999), ("int8", 0.4, 0.999)],
)
def test_each_precision_is_smaller_and_near(
    tmp_path: Path, precision: str, share: float, cosine: float
) -> None:
    source, target = tower(tmp_path / "f32.onnx"), tmp_path / "kept.onnx"
    quantise.store(source, target, precision)
    assert target.stat().st_size <= source.stat().st_size * share
    assert (run(source) * run(target)).sum(1).min() >= cosine - 1e-6


def operators(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


def test_a_table_is_widened_after_rows_are_picked(tmp_path: Path) -> None:
    source, target = tower(tmp_path / "f32.onnx"), tmp_path / "kept.onnx"
    for precision in ("f16", "int8"):
        quantise.store(source, target, precision)
        kinds = operators(target)
        assert kinds.index("Gather") < kinds.index("Cast") or precision == "f16"
        gathers = [n for n in onnx.load(target).graph.node if n.op_type == "Gather"]
        stored = {t.name: t.data_type for t in onnx.load(target).graph.initializer}
        kind = TensorProto.FLOAT16 if precision == "f16" else TensorProto.INT8
        assert stored[gathers[0].input[0]] == kind


def test_part_leaves_the_narrowing_layer(tmp_path: Path) -> None:
    source, target = tower(tmp_path / "f32.onnx"), tmp_path / "kept.onnx"
    quantise.store(source, target, "int8-part")
    assert operators(target).count("MatMulInteger") == 1
    assert operators(target).count("MatMul") == 1
    quantise.store(source, target, "int8")
    assert operators(target).count("MatMulInteger") == 2


def test_what_16_bits_cannot_hold_stays(tmp_path: Path) -> None:
    source, target = tower(tmp_path / "f32.onnx", biggest=1e6), tmp_path / "kept.onnx"
    quantise.store(source, target, "f16")
    np.testing.assert_allclose(run(source), run(target), atol=2e-3)


def test_integers_are_for_matrix_products(tmp_path: Path) -> None:
    assert quantise.is_worth_integers(tower(tmp_path / "f32.onnx"))
