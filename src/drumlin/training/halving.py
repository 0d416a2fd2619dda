"""Storing the weights of a graph in half precision: half the file, the same arithmetic.

The graph casts them back to single precision, which the runtime does once, when it loads the graph.
"""

from typing import Any

import numpy as np

SMALLEST = 1024
"""Numbers in a tensor that is worth a cast; smaller ones stay exact."""

HALF_SUFFIX = ".half"
"""What follows the name of a tensor that is stored in half precision."""

LARGEST = float(np.finfo(np.float16).max)


def halve_weights(model: Any) -> None:
    """Store the large float32 tensors of an ONNX model as float16, in place.

    Tensors with values beyond the range of half precision are left alone.
    """
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims, dtype=np.int64) < SMALLEST:
            continue
        values = numpy_helper.to_array(tensor)
        if np.abs(values).max() > LARGEST:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + HALF_SUFFIX))
        casts.append(helper.make_node("Cast", [name + HALF_SUFFIX], [name], f"{name}.cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def restore_weights(model: Any) -> None:
    """Take back what `halve_weights` did, but for the precision, in place."""
    from onnx import numpy_helper

    nodes = [node for node in model.graph.node if not (node.op_type == "Cast" and node.input[0].endswith(HALF_SUFFIX))]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    for tensor in model.graph.initializer:
        if tensor.name.endswith(HALF_SUFFIX):
            values = numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name.removesuffix(HALF_SUFFIX)))
