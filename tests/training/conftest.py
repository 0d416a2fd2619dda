"""What several tests of trainings start from."""

import os
from collections.abc import Hashable, Iterator
from pathlib import Path

import pytest

from drumlin.locks import lock
from drumlin.models.model import Graph
from drumlin.training import graphs
from drumlin.training.templates import Template, is_faithful

from .origin import make_origin

PATIENCE_S = 600.0


@pytest.fixture(autouse=True, scope="session")
def exported_once() -> Iterator[None]:
    """Export graphs of one form once in a process: that takes seconds, and what is kept is tried on each module."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("graphs", "export", "starting"):
            patch.setattr(f"drumlin.training.{name}.graph_template", template_of)
        yield


@pytest.fixture(scope="session")
def small_instrument(exported_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small spectral instrument of kicks and snares: one for all processes that run tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small"
    folder.mkdir(exist_ok=True)
    held = lock(folder / "lock", PATIENCE_S)
    assert held is not None
    with held:
        made = folder / "Small.drumlin"
        return made if made.exists() else make_origin(folder)


def template_of(graph: Graph) -> Template | None:
    """Return the template of a graph, the one of an earlier graph where that computes the same."""
    sizes = tuple((name, tuple(value.shape)) for name, value in graph.module.state_dict().items())
    ports = tuple((name, tuple(value.shape)) for name, value in graph.inputs.items())
    form = (type(graph.module), sizes, ports, graph.output, graph.half)
    kept = _KEPT.get(form)
    if kept is not None and is_faithful(kept, graph):
        return kept
    _KEPT[form] = _exported(graph)
    return _KEPT[form]


_exported = graphs.graph_template
_KEPT: dict[Hashable, Template | None] = {}
