import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.drums import kick, snare

from drumlin.datasets import align_peak
from drumlin.datasets.align import peak_index, place, polarity, remove_rumble
from drumlin.errors import PreprocessError

_waveforms = hnp.arrays(np.float32, st.integers(2, 40), elements=st.floats(-1, 1, width=32)).filter(
    lambda waveform: np.abs(waveform).max() > 1e-3
)


@given(_waveforms, st.data())
def test_the_peak_lands_where_it_is_wanted(waveform: np.ndarray, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(waveform) - 1))
    aligned = align_peak(waveform, position)
    assert aligned.shape == waveform.shape
    assert abs(aligned[position]) == np.abs(waveform).max() == np.abs(aligned).max()


@given(_waveforms, st.data())
def test_aligning_twice_is_aligning_once(waveform: np.ndarray, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(waveform) - 1))
    once = align_peak(waveform, position)
    assert np.array_equal(align_peak(once, peak_index(once)), once)


@given(_waveforms, st.integers(-60, 60), st.integers(1, 80))
def test_placing_moves_each_point_by_the_same_distance(waveform: np.ndarray, position: int, length: int) -> None:
    placed = place(waveform, 0, position, length)
    expected = [waveform[i - position] if 0 <= i - position < len(waveform) else 0.0 for i in range(length)]
    assert placed.tolist() == [float(value) for value in expected]


def test_a_silent_sound_cannot_be_aligned() -> None:
    with pytest.raises(PreprocessError, match="silent"):
        align_peak(np.zeros(10, np.float32), 3)


def test_polarity_is_that_of_the_first_loud_half_wave() -> None:
    assert polarity(np.array([0.0, 0.05, -0.2, 1.0], np.float32)) == -1
    assert polarity(np.array([0.0, -0.05, 0.2, -1.0], np.float32)) == 1


def test_the_high_pass_removes_offset_and_rumble_and_keeps_a_kick() -> None:
    time_s = np.arange(44100) / 44100
    hum = (0.2 + 0.3 * np.sin(2 * np.pi * 2 * time_s)).astype(np.float32)
    assert np.abs(remove_rumble(hum, 44100)[22050:]).max() < 0.02
    assert np.corrcoef(remove_rumble(kick(0), 44100), kick(0))[0, 1] > 0.9


def test_the_high_pass_answers_as_a_butterworth_filter() -> None:
    from scipy.signal import butter, sosfilt

    sound = snare(0) - snare(0).mean()
    expected = sosfilt(butter(2, 20, "highpass", fs=44100, output="sos"), sound)
    assert np.abs(remove_rumble(snare(0), 44100) - expected).max() < 1e-3


def test_the_high_pass_rings_after_its_cause_only() -> None:
    click = np.zeros(4410, np.float32)
    click[2000] = 1.0
    assert np.abs(remove_rumble(click, 44100)[:2000]).max() < 1e-3
