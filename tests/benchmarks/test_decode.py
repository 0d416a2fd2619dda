import numpy as np
import pytest
from benchmarks.decode import busy_neighbour, first_sound_s, multiply_adds
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
