"""From torch modules to ONNX: free batch, fixed names, standard operators, and nothing about who exported it."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from ..errors import TrainingError
from ..models.model import Graph
from .halving import halve_weights
from .templates import Template, make_template, marked

OPSET = 18

MOVING = ("Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze")
"""Operators after which a weight can still be recognised."""


def export_graph(graph: Graph) -> bytes:
    """Return a part of a model as ONNX, its weights under the names that they have in the module where possible.

    Raises:
        TrainingError: it uses something that ONNX has no word for.
    """
    template = graph_template(graph)
    return export_plainly(graph) if template is None else template.fill(graph.module)


def export_plainly(graph: Graph) -> bytes:
    """Return a part of a model as ONNX, its weights under whatever names.

    Raises:
        TrainingError: as for `export_graph`.
    """
    program = _program(graph, graph.module)
    if graph.half:
        halve_weights(program)
    return program.SerializeToString()  # type: ignore[no-any-return]


def graph_template(graph: Graph) -> Template | None:
    """Return a part of a model as ONNX that can be filled with other weights; None where it cannot.

    Raises:
        TrainingError: as for `export_graph`.
    """
    graph.module.eval()
    return make_template(graph, _program(graph, marked(graph.module), keep_weights=True))


def _program(graph: Graph, module: nn.Module, keep_weights: bool = False) -> Any:
    """Return the ONNX model of a module with the ports of `graph`.

    Args:
        graph: names and examples of the inputs.
        module: what is exported.
        keep_weights: reckon nothing out of its weights that would have to be reckoned anew for others.
    """
    module.eval()
    batch = torch.export.Dim("batch")
    try:
        with _quietly(), _operators_read_once():
            program = torch.onnx.export(
                module,
                tuple(graph.inputs.values()),
                dynamo=True,
                opset_version=OPSET,
                input_names=list(graph.inputs),
                output_names=[graph.output],
                dynamic_shapes=tuple({0: batch} for _ in graph.inputs),
                verbose=False,
                optimize=not keep_weights,
            )
            if keep_weights and program is not None:
                _optimise_around(program.model, set(module.state_dict()))
    except torch.onnx.OnnxExporterError as error:
        raise TrainingError(f"the graph that makes {graph.output!r} cannot be exported: {error}") from error
    if program is None:
        raise TrainingError(f"the graph that makes {graph.output!r} cannot be exported")
    return _without_origin(program.model_proto)  # made anew at each access


def _optimise_around(model: Any, weights: set[str]) -> None:
    """Do what the exporter does to a graph, but for what it would fold of the weights into other constants."""
    from onnxscript.optimizer import optimize_ir

    moved = set(weights)

    def should_fold(node: Any) -> bool | None:
        if not any(value is not None and value.name in moved for value in node.inputs):
            return None
        if node.op_type not in MOVING:
            return False
        moved.update(value.name for value in node.outputs)
        return None

    optimize_ir(model, should_fold=should_fold)


def _without_origin(model: object) -> object:
    """Remove what the exporter notes of the source: names of files on this machine are nobody's business."""
    graph = model.graph  # type: ignore[attr-defined]
    model.ClearField("metadata_props")  # type: ignore[attr-defined]
    model.ClearField("doc_string")  # type: ignore[attr-defined]
    for part in (graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    return model


_REGISTRIES: dict[tuple[tuple[str, Any], ...], Any] = {}
"""The exporter's operators, by what they were asked for with."""


@contextlib.contextmanager
def _operators_read_once() -> Iterator[None]:
    """Let the exporter read the source of its operators once in a process: it does for each graph, for seconds.

    That lies inside of torch. Where it lies elsewhere, exports are as slow as without this.
    """
    try:
        from torch.onnx._internal.exporter._registration import ONNXRegistry

        read = ONNXRegistry.__dict__["from_torchlib"]
    except (ImportError, KeyError):
        yield
        return

    def kept(**options: Any) -> Any:
        key = tuple(sorted(options.items()))
        if key not in _REGISTRIES:
            _REGISTRIES[key] = read.__get__(None, ONNXRegistry)(**options)
        return _REGISTRIES[key]

    ONNXRegistry.from_torchlib = staticmethod(kept)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ONNXRegistry.from_torchlib = read  # type: ignore[method-assign]


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep the exporter's own chatter (missing torchvision, its own deprecations) from the user."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with (
            warnings.catch_warnings(),
            open(os.devnull, "w") as nowhere,  # noqa: PTH123 (a device, no path)
            contextlib.redirect_stdout(nowhere),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
