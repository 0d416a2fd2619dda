"""Graphs that are exported once and filled with weights again and again, and read back by the names of these weights.

An exporter transposes, reshapes and renames parameters as it likes. To find them again, a copy of the module is
exported whose parameters hold numbers of their own, *markers*: where they turn up, there is the parameter's place. The
place is given the parameter's name (and how its axes were turned, where they were), so that an instrument's weights can
be read back from its file alone; and a snapshot of a training needs no export, which takes seconds.
"""

import copy
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..models.model import Graph
from ..units import Array
from .halving import HALF_SUFFIX, halve_weights, restore_weights

MARKER_SEED = 7
TURNED = ".turned"
"""What follows the name of a parameter whose axes were turned: `blocks.0.expand.weight.turned10`."""

TOLERANCE = 1e-3
"""Of the largest value: a filled template that is farther from its module is of no use."""

ROUNDED = 1e-2
"""The same, where the tables in the graph have been in half precision."""

UNTOLD = -4.0
"""Bias of outputs that a graph leaves out: an exported encoder needs no log-variances, a training begins with low
ones."""


@dataclass(frozen=True)
class Place:
    """Where a parameter stands in a graph.

    Args:
        parameter: its name in the module.
        axes: order of its axes in the graph.
        rows: how many of its first rows the graph has.
        dims: shape in the graph.
    """

    parameter: str
    axes: tuple[int, ...]
    rows: int
    dims: tuple[int, ...]

    @property
    def name(self) -> str:
        """Name in the graph."""
        turn = "".join(map(str, self.axes)) if self.axes != tuple(range(len(self.axes))) else ""
        return f"{self.parameter}{TURNED}{turn}" if turn else self.parameter

    def of(self, value: Tensor) -> Array:
        """Return what stands there for a parameter's value."""
        array: Array = value.detach().float().cpu().numpy()[: self.rows]
        return np.ascontiguousarray(array.transpose(self.axes)).reshape(self.dims)


@dataclass(frozen=True)
class Template:
    """An exported graph and the places of its module's parameters.

    Args:
        program: the ONNX model, whose weights are markers.
        places: by name in the graph.
        former: names that the exporter had given, by name in the graph.
        half: whether weights are stored in half precision.
    """

    program: Any
    places: Mapping[str, Place]
    former: Mapping[str, str]
    half: bool

    def fill(self, module: nn.Module) -> bytes:
        """Return the graph with the weights of a module."""
        from onnx import numpy_helper

        program = copy.deepcopy(self.program)
        values = module.state_dict()
        for tensor in program.graph.initializer:
            if place := self.places.get(tensor.name):
                tensor.CopyFrom(numpy_helper.from_array(place.of(values[place.parameter]), tensor.name))
        if self.half:
            halve_weights(program)
        data: bytes = program.SerializeToString()
        return data


def make_template(graph: Graph, program: Any) -> Template | None:
    """Return the template of a graph, or None where filling it does not give what the module computes.

    Args:
        graph: its module holds the weights to try the template with.
        program: the ONNX model that was exported from `marked(graph.module)`.
    """
    markers = _markers(graph.module)
    places, former = {}, {}
    for tensor in program.graph.initializer:
        place = _find(tensor, markers)
        if place and place.name not in places and _is_free(place.name, tensor.name, program):
            places[place.name], former[place.name] = place, tensor.name
    _rename({old: new for new, old in former.items() if new != old}, program)
    template = Template(program, places, former, graph.half)
    return template if is_faithful(template, graph) else None


def reused_template(data: bytes, graph: Graph) -> Template | None:
    """Return the template that an exported graph with named weights is; None where it tells not all of them.

    Args:
        data: the ONNX model, perhaps with fewer or more classes.
        graph: what it is to hold.
    """
    import onnx

    program = onnx.load_model_from_string(data)
    restore_weights(program)
    wanted, places = _numbers(graph.module), {}
    for tensor in program.graph.initializer:
        name, _, turn = tensor.name.partition(TURNED)
        if name in wanted:
            places[tensor.name] = _place_for(name, tuple(map(int, turn)), wanted[name], tuple(tensor.dims))
    if wanted.keys() != {place.parameter for place in places.values()}:
        return None
    for port in program.graph.input:
        for dim, size in zip(port.type.tensor_type.shape.dim[1:], graph.inputs[port.name].shape[1:], strict=True):
            dim.dim_value = size
    program.graph.ClearField("value_info")
    template = Template(program, places, {}, graph.half)
    return template if is_faithful(template, graph, ROUNDED) else None


def marked(module: nn.Module) -> nn.Module:
    """Return a copy of a module whose parameters hold markers."""
    twin = copy.deepcopy(module)
    twin.load_state_dict(twin.state_dict() | _markers(module))
    return twin.eval()


def read_weights(data: bytes, module: nn.Module, former: Mapping[str, str] | None = None) -> dict[str, Tensor]:
    """Return the weights that a graph holds of a module, by name; what the graph does not hold is left out.

    Rows that are missing at a parameter's end are those of outputs that the graph does not need: they are made
    constant, see `UNTOLD`.

    Args:
        data: the ONNX model; one that was checked, see `instrument.load`.
        module: gives names and shapes; its own weights are left alone.
        former: names that an exporter gave, by the name that a template gives; for files without such names.
    """
    found = dict(_named_arrays(data))
    for name, old in (former or {}).items():
        if old in found:
            found.setdefault(name, found[old])
    wanted = _numbers(module)
    weights = {}
    for key, array in found.items():
        name, _, turn = key.partition(TURNED)
        if name in wanted and (value := _restored(array, tuple(map(int, turn)), wanted[name])) is not None:
            weights[name] = value
    return weights


def _markers(module: nn.Module) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(MARKER_SEED)
    return {
        name: torch.rand(value.shape, generator=generator) + 0.1  # positive: some may be variances
        for name, value in _numbers(module).items()
    }


def _numbers(module: nn.Module) -> dict[str, Tensor]:
    return {name: value for name, value in module.state_dict().items() if value.is_floating_point()}


def _find(tensor: Any, markers: Mapping[str, Tensor]) -> Place | None:
    from onnx import TensorProto, numpy_helper

    if tensor.data_type != TensorProto.FLOAT:
        return None
    array = numpy_helper.to_array(tensor)
    for name, marker in markers.items():
        for place in _candidates(name, marker, array):
            if np.array_equal(place.of(marker), array):
                return place
    return None


def _candidates(name: str, marker: Tensor, array: Array) -> Iterator[Place]:
    """Yield the ways in which an array could hold a parameter: whole, or its first rows; in any order of axes."""
    if marker.ndim == 0 or array.size == 0 or marker.flatten()[0] != array.flat[0]:
        return
    rows, rest = divmod(array.size, marker[0].numel())
    if rest or rows > len(marker):
        return
    for axes in itertools.permutations(range(marker.ndim)):
        yield Place(name, axes, rows, tuple(array.shape))


def _is_free(name: str, own: str, program: Any) -> bool:
    taken = {tensor.name for tensor in program.graph.initializer} | {o for n in program.graph.node for o in n.output}
    return name == own or name not in taken


def _rename(names: Mapping[str, str], program: Any) -> None:
    for tensor in program.graph.initializer:
        tensor.name = names.get(tensor.name, tensor.name)
    for node in program.graph.node:
        inputs = [names.get(name, name) for name in node.input]
        del node.input[:]
        node.input.extend(inputs)


def _place_for(name: str, turn: tuple[int, ...], value: Tensor, dims: tuple[int, ...]) -> Place:
    """Return where a parameter stands that was named in a graph; it may have grown since."""
    axes = turn or tuple(range(value.ndim))
    kept = dims if math.prod(dims) == value.numel() else tuple(value.shape[axis] for axis in axes)
    return Place(name, axes, len(value), kept)


def is_faithful(template: Template, graph: Graph, tolerance: float = TOLERANCE) -> bool:
    """Whether the filled template computes what the module does: a parameter may have been folded into others."""
    feeds = _trial(graph.inputs)
    with torch.no_grad():
        wanted = graph.module(*feeds.values()).numpy()
    filled = replace(template, half=False).fill(graph.module)
    try:
        got = _run(filled, graph.output, feeds)
    except Exception:  # ONNX Runtime raises its own bare exceptions: sizes inside do not fit the module's
        return False
    return got.shape == wanted.shape and bool(
        np.abs(got - wanted).max() <= tolerance * max(1e-6, float(np.abs(wanted).max()))
    )


def _run(data: bytes, output: str, feeds: Mapping[str, Tensor]) -> Array:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    needed = {item.name for item in session.get_inputs()}
    result: Array = session.run([output], {name: feeds[name].numpy() for name in feeds.keys() & needed})[0]
    return result


def _trial(inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return inputs that reach more of a graph than its examples, which may be zeros."""
    generator = torch.Generator().manual_seed(MARKER_SEED)
    return {
        name: value + 0.3 * torch.randn(value.shape, generator=generator) if value.is_floating_point() else value
        for name, value in inputs.items()
    }


def _named_arrays(data: bytes) -> Iterable[tuple[str, Array]]:
    import onnx
    from onnx import numpy_helper

    for tensor in onnx.load_model_from_string(data).graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype in (np.float32, np.float16):
            yield tensor.name.removesuffix(HALF_SUFFIX), array.astype(np.float32)


def _restored(array: Array, turn: tuple[int, ...], like: Tensor) -> Tensor | None:
    """Return a parameter out of what stands in a graph, or None where it does not fit."""
    axes = turn or tuple(range(like.ndim))
    if sorted(axes) != list(range(like.ndim)) or like.ndim == 0:
        return None
    rows, rest = divmod(array.size, max(1, like[0].numel()))
    if rest or not 0 < rows <= len(like):
        return None
    shape = (rows, *like.shape[1:])
    turned = array.reshape([shape[axis] for axis in axes]).transpose(np.argsort(axes))
    restored = torch.full_like(like, UNTOLD) if like.ndim == 1 else torch.zeros_like(like)
    restored[:rows] = torch.from_numpy(np.ascontiguousarray(turned))
    return restored
