import numpy as np
import pytest
from benchmarks.decode import _gates, busy_neighbour, check_alike, first_sound_s, multiply_adds
from benchmarks.measuring import TURN, timed
from onnx import helper
from tests.instruments import build_model, make_instrument, map_graph, port


def test_a_matrix_product_counts_rows_times_columns() -> None:
    assert multiply_adds(map_graph(latent_size=5)) == 2 * 5


def test_a_dense_layer_counts_its_weights() -> None:
    layer = helper.make_node("Gemm", ["latent", "weights"], ["waveform"], transB=1)
    model = build_model([layer], [port("latent", 7)], [port("waveform", 11)], {"weights": np.ones((11, 7), np.float32)})
    assert multiply_adds(model) == 7 * 11


@pytest.mark.parametrize(
    ("op_type", "weights", "length", "expected"),
    [("Conv", (3, 2, 5), 16, 3 * 2 * 5 * 16), ("ConvTranspose", (2, 3, 5), 16, 16 * 2 * 3 * 5)],
)
def test_a_convolution_counts_its_kernel_at_every_point(
    op_type: str, weights: tuple[int, ...], length: int, expected: int
) -> None:
    shape = np.array([0, 2, length], np.int64)
    nodes = [
        helper.make_node("Reshape", ["latent", "shape"], ["in"]),
        helper.make_node(op_type, ["in", "weights"], ["out"], pads=[2, 2]),
        helper.make_node("Flatten", ["out"], ["waveform"]),
    ]
    constants = {"shape": shape, "weights": np.ones(weights, np.float32)}
    model = build_model(nodes, [port("latent", 2 * length)], [port("waveform", 3 * length)], constants)
    assert multiply_adds(model) == expected


def test_first_sound_comes_from_a_fresh_process(tmp_path) -> None:
    assert first_sound_s(make_instrument(tmp_path / "a.drumlin"), 1) > 0


def test_neighbour_is_gone_afterwards() -> None:
    import psutil

    before = {child.pid for child in psutil.Process().children()}
    with busy_neighbour():
        during = {child.pid for child in psutil.Process().children()}
    assert len(during - before) == 1
    assert not {child.pid for child in psutil.Process().children()} & (during - before)


def test_calls_take_turns_and_the_first_turn_does_not_count() -> None:
    called: list[str] = []
    times = timed([lambda: called.append("a"), lambda: called.append("b")], 2 * TURN)
    assert "".join(called) == 3 * ("a" * TURN + "b" * TURN)
    assert [len(taken) for taken in times] == [2 * TURN, 2 * TURN]


def test_different_sounds_are_not_compared() -> None:
    sound = np.sin(np.arange(100))
    check_alike("tone", sound, sound * 1.01)
    with pytest.raises(RuntimeError, match="tone"):
        check_alike("tone", sound, sound * 1.1)


@pytest.mark.parametrize(("eager_ms", "is_asked"), [(0.01, False), (1.0, True)])
def test_the_ratio_is_asked_of_models_and_not_of_calls(eager_ms: float, is_asked: bool) -> None:
    row = {"model": "m", "floor ms": 0.1, "p50 ms": 0.5, "eager torch p50 ms": eager_ms, "torch / ours": 2.0}
    names = [gate["name"] for gate in _gates({**row, "p95 / p50 beside a busy process": 1.0})]
    assert any("eager" in name for name in names) == is_asked
