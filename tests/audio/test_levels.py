import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import kick

from drumlin.audio import find_tail_end, is_silent, normalising_gain_db, peak, peak_db, rms
from drumlin.errors import PreprocessError
from drumlin.units import db_to_gain


@given(st.floats(-60, 20), st.integers(0, 5))
def test_normalising_brings_the_peak_to_the_target(target_db: float, seed: int) -> None:
    scaled = kick(seed) * db_to_gain(normalising_gain_db(kick(seed), target_db))
    assert peak_db(scaled) == pytest.approx(target_db, abs=1e-3)


def test_the_peak_counts_both_signs() -> None:
    assert peak(np.array([0.1, -0.5], np.float32)) == 0.5
    assert peak(np.zeros(0, np.float32)) == 0
    assert math.isnan(peak(np.array([0.1, np.nan], np.float32)))


def test_a_full_sine_has_an_rms_of_minus_three_db() -> None:
    sine = np.sin(2 * np.pi * np.arange(44100) / 441).astype(np.float32)
    assert 20 * math.log10(rms(sine)) == pytest.approx(-3.01, abs=0.01)


def test_silence_has_no_gain() -> None:
    assert is_silent(np.full(10, 1e-7, np.float32))
    assert not is_silent(np.full(10, 1e-5, np.float32))
    with pytest.raises(PreprocessError, match="silent"):
        normalising_gain_db(np.zeros(10, np.float32), -1)


def test_the_tail_ends_after_the_last_loud_point() -> None:
    waveform = np.array([1.0, 0.5, 0.002, 0.0005, 0.0], np.float32)
    assert find_tail_end(waveform, -60) == 3
    assert find_tail_end(np.zeros(5, np.float32), -60) == 0
