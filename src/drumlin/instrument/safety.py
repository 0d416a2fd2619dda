"""What a graph in an instrument may be, checked with the `onnx` package before anything of it is run.

Allowed are plain array operators of the `ai.onnx` domain that neither loop, branch, call, read files nor draw
random numbers. Sizes may depend on constants and on the batch, never on the values fed in: so a run at each batch
size that is used, in a process with limits, shows what the graph costs. This module is imported by the checking
process, not by the one that plays.
"""

from collections.abc import Iterator

import numpy as np
import onnx
from onnx import TensorProto, shape_inference

from ..errors import InstrumentUnsafeError
from .graphs import OPTIONAL, OUTPUTS, REQUIRED
from .limits import BATCH, MAX_NODES, MAX_TENSOR_ELEMENTS
from .manifest import Manifest
from .operators import ALLOWED, SIZE_INPUTS

OPSETS = range(13, 27)
"""Versions of the `ai.onnx` operators that are accepted; older ones lack what the exporters write."""

SIZES = frozenset({"Shape", "Size"})
"""Operators whose output depends on the shape of their input, not on its values."""


def check_graph(name: str, data: bytes, manifest: Manifest) -> None:
    """Check one graph of an instrument.

    Raises:
        InstrumentUnsafeError: it is no ONNX model, or does what a graph of an instrument may not.
    """
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf raises its own kinds
        raise InstrumentUnsafeError(f"graph {name}: no ONNX model ({type(error).__name__})") from error
    for complaint in _complaints(name, model, manifest):
        raise InstrumentUnsafeError(f"graph {name}: {complaint}")
    _check_shapes(name, model)


def _complaints(name: str, model: onnx.ModelProto, manifest: Manifest) -> Iterator[str]:
    yield from _model_complaints(model)
    for node in model.graph.node:
        yield from _node_complaints(node)
    for tensor in _tensors(model):
        yield from _tensor_complaints(tensor)
    yield from _port_complaints(name, model.graph, manifest)
    yield from _value_dependent_sizes(model.graph)


def _model_complaints(model: onnx.ModelProto) -> Iterator[str]:
    if len(model.functions):
        yield "it brings functions of its own: only plain operators are played"
    if len(model.training_info):
        yield "it holds training graphs"
    for opset in model.opset_import:
        if opset.domain not in ("", "ai.onnx"):
            yield f"operators of the domain {opset.domain[:80]!r}: only ai.onnx is played"
        elif opset.version not in OPSETS:
            yield f"ai.onnx version {opset.version}: {OPSETS.start} to {OPSETS.stop - 1} are played"
    if not len(model.opset_import):
        yield "it does not say which operators it uses"
    if len(model.graph.node) > MAX_NODES:
        yield f"{len(model.graph.node)} operators: {MAX_NODES} at most are expected"
    if len(model.graph.sparse_initializer):
        yield "sparse constants"


def _node_complaints(node: onnx.NodeProto) -> Iterator[str]:
    if node.domain not in ("", "ai.onnx"):
        yield f"the operator {node.op_type[:80]} of the domain {node.domain[:80]!r}: only ai.onnx is played"
    if node.op_type not in ALLOWED:
        yield f"the operator {node.op_type[:80]} is not among those that instruments may use"
    for attribute in node.attribute:
        if attribute.HasField("g") or len(attribute.graphs):
            yield f"a graph inside {node.op_type[:80]}: loops and branches are not played"
        if attribute.HasField("sparse_tensor") or len(attribute.sparse_tensors):
            yield f"a sparse constant in {node.op_type[:80]}"


def _tensors(model: onnx.ModelProto) -> Iterator[TensorProto]:
    yield from model.graph.initializer
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _tensor_complaints(tensor: TensorProto) -> Iterator[str]:
    if tensor.data_location == TensorProto.EXTERNAL or len(tensor.external_data):
        yield f"the constant {tensor.name[:80]!r} lies in another file: instruments are one file"
    if tensor.data_type in (TensorProto.STRING, TensorProto.UNDEFINED):
        yield f"the constant {tensor.name[:80]!r} holds text or nothing"
    elements = 1
    for size in tensor.dims:
        if size < 0:
            yield f"the constant {tensor.name[:80]!r} has a negative size"
        elements *= max(size, 0)
    if elements > MAX_TENSOR_ELEMENTS:
        yield f"the constant {tensor.name[:80]!r} has {elements} elements: {MAX_TENSOR_ELEMENTS} at most are expected"


def _port_complaints(name: str, graph: onnx.GraphProto, manifest: Manifest) -> Iterator[str]:
    constants = {tensor.name for tensor in graph.initializer}
    declared = {value.name: value for value in graph.input if value.name not in constants}
    allowed = (*REQUIRED[name], *OPTIONAL[name])
    if unknown := sorted(set(declared) - set(allowed)):
        yield f"an input named {unknown[0][:80]!r}: {', '.join(allowed)} are known"
    if missing := sorted(set(REQUIRED[name]) - set(declared)):
        yield f"no input named {missing[0]!r}"
    if [value.name for value in graph.output] != [OUTPUTS[name]]:
        yield f"its output should be {OUTPUTS[name]!r} alone"
    sizes = port_sizes(manifest)
    for value in (*declared.values(), *graph.output):
        if value.name in sizes:
            yield from _port_shape(value, sizes[value.name])


def port_sizes(manifest: Manifest) -> dict[str, int | None]:
    """Return the second dimension of every input and output by name; None for a bare batch."""
    latent, length = manifest.latent_size, manifest.length
    known: dict[str, int | None] = {"latent": latent, "carry": latent, "waveform": length, "xy": 2, "seed": None}
    return known | {"class": len(manifest.classes), "controls": len(manifest.controls), "velocity": 1, "length": 1}


def _port_shape(value: onnx.ValueInfoProto, size: int | None) -> Iterator[str]:
    kind = value.type.tensor_type
    wanted_type = TensorProto.INT64 if value.name == "seed" else TensorProto.FLOAT
    dims = kind.shape.dim
    found = tuple(dim.dim_value if dim.HasField("dim_value") else "B" for dim in dims)
    wanted = ("B",) if size is None else ("B", size)
    if kind.elem_type != wanted_type or found != wanted:
        names = {number: text for text, number in TensorProto.DataType.items()}
        found_type = names.get(kind.elem_type, "of an unknown type")
        yield f"{value.name} is {found_type} {found}: {names[wanted_type]} {wanted} is expected"


def _value_dependent_sizes(graph: onnx.GraphProto) -> Iterator[str]:
    constants = {tensor.name for tensor in graph.initializer}
    fed = {value.name for value in graph.input} - constants
    for node in graph.node:
        for index in SIZE_INPUTS.get(node.op_type, ()):
            if index < len(node.input) and node.input[index] in fed:
                yield f"the size of {node.op_type} depends on the values fed in"
        if node.op_type not in SIZES and any(source in fed for source in node.input):
            fed.update(node.output)


def _check_shapes(name: str, model: onnx.ModelProto) -> None:
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    for value in (*fixed.graph.input, *fixed.graph.output):
        if value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_value = BATCH
    del fixed.graph.value_info[:]
    try:
        onnx.checker.check_model(model, full_check=False)
        inferred = shape_inference.infer_shapes(fixed, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # onnx raises its own kinds
        raise InstrumentUnsafeError(f"graph {name}: not a valid model: {str(error)[:200]}") from error
    for value in inferred.graph.value_info:
        dims = [dim.dim_value for dim in value.type.tensor_type.shape.dim if dim.HasField("dim_value")]
        elements = float(np.prod(np.array(dims, dtype=np.float64))) if dims else 1.0
        if elements > MAX_TENSOR_ELEMENTS or min(dims, default=0) < 0:
            raise InstrumentUnsafeError(
                f"graph {name}: the value {value.name[:80]!r} has {elements:.0f} elements, "
                f"{MAX_TENSOR_ELEMENTS} at most are expected"
            )
