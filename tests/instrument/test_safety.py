"""Graphs that an instrument may not hold; each is refused before anything in it is run."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from tests.instruments import LENGTH, decode_graph, encode_graph, map_graph, place_graph

from drumlin.errors import InstrumentError, InstrumentUnsafeError
from drumlin.instrument.graphs import Graph
from drumlin.instrument.manifest import Manifest
from drumlin.instrument.operators import ALLOWED, SIZE_INPUTS
from drumlin.instrument.safety import check_graph

MANIFEST = Manifest(
    name="Tones",
    recipe="test",
    sample_rate=44100,
    length=LENGTH,
    latent_size=2,
    graphs={"map": "0" * 64, "decode": "0" * 64},
    points=0,
    classes=("a", "b"),
)


def edited(change: Callable[[onnx.ModelProto], object], data: bytes | None = None) -> bytes:
    model = onnx.load_model_from_string(data or map_graph())
    change(model)
    return model.SerializeToString()


def with_node(op_type: str, inputs: list[str], *constants: tuple[str, Any], **attributes: Any) -> bytes:
    """Return the map with one more operator that nothing uses."""

    def add(model: onnx.ModelProto) -> None:
        model.graph.initializer.extend(numpy_helper.from_array(np.array(value), name) for name, value in constants)
        model.graph.node.insert(0, helper.make_node(op_type, inputs, ["more"], **attributes))

    return edited(add)


def assert_refused(data: bytes, words: str | None = None, name: str = "map") -> None:
    with pytest.raises(InstrumentUnsafeError, match=words):
        check_graph(name, data, MANIFEST)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("map", map_graph()),
        ("place", place_graph()),
        ("encode", encode_graph()),
        ("decode", decode_graph(seeded=True)),
        ("decode", decode_graph(classes=2)),
    ],
)
def test_honest_graphs_pass(name: str, data: bytes) -> None:
    check_graph(name, data, MANIFEST)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 100, b"not a model", b"\xff" * 1000, map_graph()[:-7]],
    ids=["empty", "zeros", "text", "ones", "truncated"],
)
def test_what_is_no_model_is_refused(data: bytes) -> None:
    assert_refused(data)


def test_foreign_domain_is_refused() -> None:
    def change(model: onnx.ModelProto) -> None:
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))

    assert_refused(edited(change), "com.microsoft")
    assert_refused(with_node("Gelu", ["xy"], domain="com.microsoft"), "com.microsoft")


def test_old_and_unknown_operator_versions_are_refused() -> None:
    for version in (1, 12, 999):
        assert_refused(edited(lambda model, v=version: setattr(model.opset_import[0], "version", v)), str(version))


@pytest.mark.parametrize(
    "op_type", ["RandomNormal", "NonZero", "StringConcat", "SequenceEmpty", "Bernoulli", "Nonsense"]
)
def test_operators_outside_the_list_are_refused(op_type: str) -> None:
    assert_refused(with_node(op_type, ["xy"]), op_type)


@pytest.mark.parametrize("op_type", ["Loop", "If", "Scan"])
def test_loops_and_branches_are_refused(op_type: str) -> None:
    body = helper.make_graph([], "body", [], [])
    assert_refused(with_node(op_type, ["xy"], body=body), op_type)


def test_graph_hidden_in_an_allowed_operator_is_refused() -> None:
    body = helper.make_graph([], "body", [], [])
    assert_refused(with_node("Relu", ["xy"], body=body), "a graph inside Relu")


def test_functions_are_refused() -> None:
    function = helper.make_function("local", "f", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], [])
    assert_refused(edited(lambda model: model.functions.append(function)), "functions")


def test_external_constants_are_refused() -> None:
    def change(model: onnx.ModelProto) -> None:
        tensor = model.graph.initializer[0]
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="../../etc/passwd")

    assert_refused(edited(change), "another file")


def test_external_constant_inside_an_operator_is_refused() -> None:
    tensor = numpy_helper.from_array(np.zeros(2, np.float32), "c")
    tensor.external_data.add(key="location", value="/etc/passwd")
    assert_refused(with_node("Constant", [], value=tensor), "another file")


def test_sparse_constants_are_refused() -> None:
    values = numpy_helper.from_array(np.ones(1, np.float32), "v")
    sparse = helper.make_sparse_tensor(values, numpy_helper.from_array(np.zeros(1, np.int64), "i"), [1 << 40])
    assert_refused(edited(lambda model: model.graph.sparse_initializer.append(sparse)), "sparse")


def test_constant_that_claims_a_huge_size_is_refused() -> None:
    def change(model: onnx.ModelProto) -> None:
        model.graph.initializer[0].dims[:] = [1 << 20, 1 << 20]

    assert_refused(edited(change), "at most")


@pytest.mark.parametrize(
    "bomb",
    [
        with_node("ConstantOfShape", ["size"], ("size", np.array([1 << 15, 1 << 15], np.int64))),
        with_node("Expand", ["one", "size"], ("one", np.float32(1)), ("size", np.array([1 << 40], np.int64))),
        with_node("Tile", ["two", "size"], ("two", np.ones(2, np.float32)), ("size", np.array([1 << 35], np.int64))),
    ],
)
def test_size_bombs_are_refused_unrun(bomb: bytes) -> None:
    assert_refused(bomb, "at most")


def test_size_that_depends_on_what_is_fed_in_is_refused() -> None:
    def change(model: onnx.ModelProto) -> None:
        model.graph.node.insert(0, helper.make_node("Cast", ["xy"], ["whole"], to=TensorProto.INT64))
        model.graph.node.insert(1, helper.make_node("Flatten", ["whole"], ["flat"]))
        model.graph.node.insert(2, helper.make_node("ConstantOfShape", ["flat"], ["more"]))

    assert_refused(edited(change), "the size of ConstantOfShape depends")


def test_size_that_depends_on_the_batch_alone_passes() -> None:
    def change(model: onnx.ModelProto) -> None:
        model.graph.node.insert(0, helper.make_node("Shape", ["xy"], ["size"]))
        model.graph.node.insert(1, helper.make_node("ConstantOfShape", ["size"], ["zeros"]))

    check_graph("map", edited(change), MANIFEST)


def test_every_size_input_belongs_to_an_allowed_operator() -> None:
    assert set(SIZE_INPUTS) <= ALLOWED
    known = {schema.name for schema in onnx.defs.get_all_schemas()}
    assert known >= ALLOWED


def test_unknown_inputs_and_outputs_are_refused() -> None:
    def rename_input(model: onnx.ModelProto) -> None:
        model.graph.input[0].name = model.graph.node[0].input[0] = "place"

    def rename_output(model: onnx.ModelProto) -> None:
        model.graph.output[0].name = model.graph.node[0].output[0] = "out"

    assert_refused(edited(rename_input), "an input named 'place'")
    assert_refused(edited(rename_output), "its output should be 'latent' alone")
    assert_refused(map_graph(), "latent", name="decode")


def test_other_sizes_than_the_manifest_says_are_refused() -> None:
    assert_refused(map_graph(3), "latent is FLOAT")
    assert_refused(decode_graph(length=100), "waveform is FLOAT", name="decode")
    assert_refused(decode_graph(classes=3), "class is FLOAT", name="decode")


def test_fixed_batch_is_refused() -> None:
    def change(model: onnx.ModelProto) -> None:
        model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1

    assert_refused(edited(change), "xy is FLOAT")


def test_dangling_input_is_refused() -> None:
    assert_refused(with_node("Relu", ["nowhere"]), "not a valid model")


@settings(max_examples=200)
@given(st.data())
def test_damaged_graph_is_refused_or_still_harmless(data: st.DataObject) -> None:
    name, whole = data.draw(st.sampled_from([("map", map_graph()), ("decode", decode_graph(seeded=True))]))
    broken = bytearray(whole)
    for position in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=3)):
        broken[position] ^= data.draw(st.integers(1, 255))
    ports = {"xy": np.zeros((16, 2)), "latent": np.zeros((16, 2))}
    feeds = {port: value.astype(np.float32) for port, value in ports.items()} | {"seed": np.zeros(16, np.int64)}
    try:
        check_graph(name, bytes(broken), MANIFEST)
        made = Graph(name, bytes(broken)).run(feeds)
    except InstrumentError:  # by the check, or by the runtime: what is refused in words does no harm
        return
    assert len(made) == 16
