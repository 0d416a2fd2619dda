import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.errors import InstrumentError
from drumlin.instrument.manifest import Manifest
from drumlin.instrument.points import Points, pack_arrays, pack_points, unpack_check, unpack_points

MANIFEST = Manifest(
    name="Tones",
    recipe="test",
    sample_rate=44100,
    length=100,
    latent_size=3,
    graphs={"map": "0" * 64, "decode": "0" * 64},
    points=4,
    labels=("hat", "kick"),
)
POINTS = Points(
    np.arange(12, dtype=np.float32).reshape(4, 3),
    np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2),
    ("kick", "hat", "hat", "kick"),
)


def test_points_survive_the_file() -> None:
    read = unpack_points(pack_points(POINTS, MANIFEST.labels), MANIFEST)
    assert read.labels == POINTS.labels
    np.testing.assert_array_equal(read.latents, POINTS.latents)
    np.testing.assert_array_equal(read.places, POINTS.places)


@pytest.mark.parametrize(
    "changes",
    [
        {"latents": np.zeros((4, 2), np.float32)},
        {"latents": np.full((4, 3), np.nan, np.float32)},
        {"latents": np.zeros((4, 3), np.float64)},
        {"places": np.full((4, 2), 1.5, np.float32)},
        {"labels": np.full(4, 2, np.int32)},
        {"labels": np.full(4, -1, np.int32)},
        {"more": np.zeros(1, np.float32)},
    ],
)
def test_broken_points_are_refused(changes: dict[str, np.ndarray]) -> None:
    arrays = {"latents": POINTS.latents, "places": POINTS.places, "labels": np.zeros(4, np.int32)}
    with pytest.raises(InstrumentError, match=r"points\.safetensors"):
        unpack_points(pack_arrays(arrays | changes), MANIFEST)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_arrays_are_refused(data: bytes) -> None:
    with pytest.raises(InstrumentError):
        unpack_points(data, MANIFEST)


def test_check_pair_needs_latent_and_waveform() -> None:
    with pytest.raises(InstrumentError, match="waveform missing"):
        unpack_check(pack_arrays({"latent": np.zeros((1, 3), np.float32)}), MANIFEST)
