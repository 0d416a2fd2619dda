import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drumlin.features import fourier
from drumlin.features.fourier import fast_length, inverse, quick_length, transform, transform_padded


@pytest.mark.parametrize("shape", [(3, 256), (2, 5, 90), (1, 557)])
def test_rows_are_transformed_as_by_numpy(shape: tuple[int, ...]) -> None:
    frames = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    spectrum = transform(frames)
    assert spectrum.dtype == np.complex64
    np.testing.assert_allclose(spectrum, np.fft.rfft(frames.astype(np.float64)), atol=1e-4)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_an_inverse_gives_back_what_was_filled_up_and_transformed(kind: type) -> None:
    sound = np.random.default_rng(1).standard_normal(700).astype(kind)
    back = inverse(transform_padded(sound, 720), 720)
    assert back.dtype == kind
    np.testing.assert_allclose(back, np.pad(sound, (0, 20)), atol=1e-5 if kind is np.float32 else 1e-13)


def test_without_the_compiled_part_the_numbers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = np.random.default_rng(1).standard_normal((4, 1024)).astype(np.float32)
    spectrum, sound = transform(frames), inverse(transform_padded(frames[0], 1125), 1125)
    monkeypatch.setattr(fourier, "_compiled", lambda: None)
    np.testing.assert_array_equal(transform(frames), spectrum)
    np.testing.assert_array_equal(inverse(transform_padded(frames[0], 1125), 1125), sound)


def test_what_scipy_loads_around_its_transforms_is_not_loaded() -> None:
    code = (
        "import sys, numpy as np; from drumlin.features.fourier import transform\n"
        "transform(np.zeros((2, 8), np.float32)); print('scipy.special' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@given(st.integers(1, 40_000))
def test_a_fast_length_is_the_next_product_of_small_primes(points: int) -> None:
    length = fast_length(points)
    assert length >= points
    assert pow(2 * 3 * 5 * 7, 16, length) == 0  # all its primes are among these
    assert all(pow(2 * 3 * 5 * 7, 16, other) for other in range(points, length))


@given(st.integers(1, 1 << 20))
def test_a_quick_length_is_at_most_a_quarter_too_long(points: int) -> None:
    length = quick_length(points)
    assert points <= length <= max(16, 1.25 * points)
    assert pow(2 * 3 * 5, 20, length) == 0
