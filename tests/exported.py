"""Graphs that tests export: one of each form for all processes that run tests, as an export takes seconds.

What is kept is tried on each module that it is used for; where it does not compute the same, the module is exported.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

import onnx
import pytest

from drumlin.locks import lock
from drumlin.models.model import Graph
from drumlin.training import graphs
from drumlin.training.templates import Place, Template, is_faithful

PATIENCE_S = 600.0

_exported = graphs.graph_template


@contextmanager
def exporting_once(folder: Path) -> Iterator[None]:
    """Let trainings use the templates that `folder` keeps."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("graphs", "export", "starting"):
            patch.setattr(f"drumlin.training.{name}.graph_template", lambda graph: template_of(graph, folder))
        yield


def template_of(graph: Graph, folder: Path) -> Template | None:
    """Return the template of a graph, the one of an earlier graph where that computes the same."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{_form(graph)}.onnx"
    held = lock(file.with_suffix(".lock"), PATIENCE_S)
    assert held is not None
    with held:
        if file.exists() and is_faithful(kept := _read(file, graph.half), graph):
            return kept
        template = _exported(graph)
        if template is not None:
            _write(file, template)
        return template


def _form(graph: Graph) -> str:
    """Return what the sizes and names of a graph say, as a name of a file."""
    kind = type(graph.module)
    sizes = [(name, tuple(value.shape)) for name, value in graph.module.state_dict().items()]
    ports = [(name, tuple(value.shape), str(value.dtype)) for name, value in graph.inputs.items()]
    said = (kind.__module__, kind.__qualname__, str(graph.module), sizes, ports, graph.output, graph.half)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _write(file: Path, template: Template) -> None:
    places = {name: astuple(place) for name, place in template.places.items()}
    file.with_suffix(".json").write_text(json.dumps({"places": places, "former": dict(template.former)}))
    file.write_bytes(template.program.SerializeToString())


def _read(file: Path, half: bool) -> Template:
    said = json.loads(file.with_suffix(".json").read_text())
    places = {
        name: Place(parameter, tuple(axes), rows, tuple(dims))
        for name, (parameter, axes, rows, dims) in said["places"].items()
    }
    return Template(onnx.load_model_from_string(file.read_bytes()), places, said["former"], half)
