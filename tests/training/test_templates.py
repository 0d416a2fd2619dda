"""Templates: weights are found wherever the exporter puts them, and read back by name."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from drumlin.models.model import Graph
from drumlin.training.graphs import export_graph, export_plainly, graph_template
from drumlin.training.templates import UNTOLD, read_weights, reused_template

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


class Layers(nn.Module):
    """Layers that the exporter transposes and reshapes; their fresh biases are all alike."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.mix = nn.Conv1d(4, 4, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(2, 4) for _ in range(2))
        self.wide, self.narrow = nn.Linear(40, 40), nn.Linear(40, 8)

    def forward(self, waveform: Tensor) -> Tensor:
        framed = self.norms[1](self.mix(self.norms[0](waveform.unflatten(1, (4, 40)))))
        return self.narrow(self.wide(framed)).flatten(1)


class Folded(nn.Module):
    """A layer of which the exporter may keep the result alone."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.level = nn.Parameter(torch.randn(8))
        self.other = nn.Parameter(torch.randn(8))

    def forward(self, waveform: Tensor) -> Tensor:
        return waveform * (self.level.exp() + self.other.exp())


class FirstRows(nn.Module):
    """A layer of which the graph needs the first half of the outputs."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.head = nn.Linear(6, 4)

    def forward(self, waveform: Tensor) -> Tensor:
        return nn.functional.linear(waveform, self.head.weight[:2], self.head.bias[:2])


def graph_of(module: nn.Module, size: int, half: bool = False) -> Graph:
    return Graph(module.eval(), {"waveform": torch.zeros(2, size)}, "out", half)


def run(data: bytes, waveform: Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    made: np.ndarray = session.run(["out"], {"waveform": waveform.numpy()})[0]
    return made


def sounds(size: int) -> Tensor:
    return torch.randn(3, size, generator=torch.Generator().manual_seed(5))


@pytest.fixture(scope="module")
def exported() -> bytes:
    return export_graph(graph_of(Layers(), 160, half=True))


def test_a_template_filled_with_other_weights_computes_what_they_do() -> None:
    template = graph_template(graph_of(Layers(0), 160))
    assert template is not None
    other = Layers(1).eval()
    with torch.no_grad():
        for value in other.norms.parameters():
            value.add_(torch.randn(value.shape))
        expected = other(sounds(160)).numpy()
    np.testing.assert_allclose(run(template.fill(other), sounds(160)), expected, atol=1e-4)


def test_weights_are_read_back_by_name_within_half_precision(exported: bytes) -> None:
    found, expected = read_weights(exported, Layers(3)), Layers().state_dict()
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.allclose(found[name], value, rtol=1e-3, atol=1e-6), name


def test_weights_of_another_size_are_not_taken(exported: bytes) -> None:
    other = Layers()
    other.narrow = nn.Linear(30, 8)
    assert "narrow.weight" not in read_weights(exported, other)


def test_a_parameter_that_the_exporter_folds_away_does_no_harm() -> None:
    module = Folded()
    data = export_graph(graph_of(module, 8))
    with torch.no_grad():
        expected = module(sounds(8)).numpy()
    np.testing.assert_allclose(run(data, sounds(8)), expected, atol=1e-5)


def test_a_template_whose_markers_stay_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(Layers(), 160)
    monkeypatch.setattr("drumlin.training.templates._find", lambda tensor, markers: None)
    assert graph_template(graph) is None
    with torch.no_grad():
        expected = graph.module(sounds(160)).numpy()
    np.testing.assert_allclose(run(export_graph(graph), sounds(160)), expected, atol=1e-4)


def test_the_exporter_is_left_as_it_was_and_writes_the_same_again() -> None:
    registration = pytest.importorskip("torch.onnx._internal.exporter._registration")
    before = registration.ONNXRegistry.__dict__["from_torchlib"]
    first, second = (export_plainly(graph_of(Folded(), 8)) for _ in range(2))
    assert first == second
    assert registration.ONNXRegistry.__dict__["from_torchlib"] is before


def test_outputs_that_a_graph_leaves_out_begin_constant_and_low() -> None:
    module = FirstRows().eval()
    from onnx import TensorProto, helper, numpy_helper

    tensors = {"head.weight": module.head.weight[:2], "head.bias": module.head.bias[:2]}
    constants = [numpy_helper.from_array(value.detach().numpy(), name) for name, value in tensors.items()]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("waveform", "out")]
    node = helper.make_node("Gemm", ["waveform", "head.weight", "head.bias"], ["out"], transB=1)
    data = helper.make_model(helper.make_graph([node], "part", ends[:1], ends[1:], constants)).SerializeToString()
    found = read_weights(data, FirstRows())
    assert torch.equal(found["head.weight"][:2], module.head.weight[:2])
    assert found["head.weight"][2:].abs().max() == 0.0
    assert found["head.bias"][2:].tolist() == [UNTOLD, UNTOLD]


def test_an_exported_graph_is_the_template_of_a_larger_module_without_an_export(exported: bytes) -> None:
    larger = Layers(4)
    larger.wide, larger.narrow = nn.Linear(40, 44), nn.Linear(44, 8)
    graph = graph_of(larger, 160, half=True)
    template = reused_template(exported, graph)
    assert template is not None
    with torch.no_grad():
        expected = larger(sounds(160)).numpy()
        np.testing.assert_allclose(run(template.fill(larger), sounds(160)), expected, atol=1e-2)
        larger.narrow.weight.mul_(2.0)
        expected = larger(sounds(160)).numpy()
    np.testing.assert_allclose(run(template.fill(larger), sounds(160)), expected, atol=1e-2)


def test_a_graph_with_other_sizes_inside_is_no_template(exported: bytes) -> None:
    other = Layers(4)
    other.narrow = nn.Linear(40, 9)
    assert reused_template(exported, graph_of(other, 160)) is None


def test_a_graph_that_does_not_name_all_weights_is_no_template(exported: bytes) -> None:
    larger = Layers()
    larger.unknown = nn.Linear(2, 2)
    assert reused_template(exported, graph_of(larger, 160)) is None
