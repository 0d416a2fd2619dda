import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import tom

from drumlin.audio import resample
from drumlin.errors import AudioError


@given(st.integers(4000, 192000), st.integers(100, 5000))
def test_resampling_keeps_the_duration(rate: int, length: int) -> None:
    resampled = resample(np.zeros(length, np.float32), rate, 44100)
    assert abs(len(resampled) - length * 44100 / rate) <= 1


def test_a_sine_stays_a_sine_at_the_new_rate() -> None:
    time_s = np.arange(48000) / 48000
    resampled = resample(np.sin(2 * np.pi * 1000 * time_s).astype(np.float32), 48000, 44100)
    expected = np.sin(2 * np.pi * 1000 * np.arange(len(resampled)) / 44100)
    assert np.abs(resampled - expected)[2000:-2000].max() < 1e-4


def test_equal_rates_change_nothing() -> None:
    assert resample(tom(0), 44100, 44100) is tom(0)


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(AudioError, match="above 0"):
        resample(tom(0), 0, 44100)
