"""Weights in half precision: a smaller file, the same sound but for the rounding."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from drumlin.training.halving import halve_weights, restore_weights


def product_model(weights: np.ndarray) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, weights.shape[0]])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, weights.shape[1]])]
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "g", inputs, outputs, [numpy_helper.from_array(weights, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def run(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


def test_large_weights_are_halved_and_the_result_is_that_of_the_rounded_weights() -> None:
    generator = np.random.default_rng(0)
    weights, x = generator.standard_normal((64, 64), np.float32), generator.standard_normal((1, 64), np.float32)
    model = product_model(weights)
    before = model.ByteSize()
    halve_weights(model)
    assert model.ByteSize() < 0.55 * before
    assert run(model, x) == pytest.approx(x @ weights.astype(np.float16).astype(np.float32), abs=1e-4)


@pytest.mark.parametrize("weights", [np.ones((8, 8), np.float32), np.full((64, 64), 1e6, np.float32)])
def test_small_and_very_large_numbers_stay_exact(weights: np.ndarray) -> None:
    model = product_model(weights)
    halve_weights(model)
    assert numpy_helper.to_array(model.graph.initializer[0]).dtype == np.float32


def test_halved_weights_are_restored_but_for_their_precision() -> None:
    generator = np.random.default_rng(1)
    weights, x = generator.standard_normal((64, 64), np.float32), generator.standard_normal((1, 64), np.float32)
    model = product_model(weights)
    halve_weights(model)
    halved = model.SerializeToString()
    restore_weights(model)
    assert [node.op_type for node in model.graph.node] == ["MatMul"]
    assert np.array_equal(numpy_helper.to_array(model.graph.initializer[0]), weights.astype(np.float16))
    assert run(model, x) == pytest.approx(x @ weights.astype(np.float16).astype(np.float32), abs=1e-4)
    halve_weights(model)
    assert model.SerializeToString() == halved
