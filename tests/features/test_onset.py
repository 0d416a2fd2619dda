import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import DRUMS, snare

from drumlin.errors import PreprocessError
from drumlin.features import find_onset


@given(st.integers(0, 9000), st.sampled_from(sorted(DRUMS)))
def test_silence_before_a_hit_moves_the_onset_by_as_much(silence: int, name: str) -> None:
    hit = DRUMS[name](1)
    padded = np.concatenate([np.zeros(silence + 1, np.float32), hit])
    assert find_onset(padded, 44100) - find_onset(hit, 44100) == silence + 1


@given(st.floats(0.001, 1))
def test_level_does_not_move_the_onset(gain: float) -> None:
    assert find_onset(snare(0) * np.float32(gain), 44100) == find_onset(snare(0), 44100)


def test_nothing_before_the_onset_is_louder_than_40_db_below_the_peak() -> None:
    noisy = np.concatenate([np.full(5000, 0.001, np.float32), snare(2)])
    onset = find_onset(noisy, 44100)
    assert onset >= 5000
    assert np.abs(noisy[:onset]).max() < 0.01 * np.abs(noisy).max()


def test_the_onset_lies_on_a_zero_crossing_or_in_near_silence() -> None:
    sine = np.sin(2 * np.pi * 100 * np.arange(4000) / 44100)
    rising = (sine * np.linspace(0, 1, len(sine)) ** 2).astype(np.float32)
    for sound in (rising, rising + np.float32(0.0005), snare(0)):
        onset = find_onset(sound, 44100)
        before = sound[onset - 1] if onset else 0.0
        assert before * sound[onset] <= 0 or abs(before) < 1e-3 * np.abs(sound).max()


def test_the_start_of_a_file_counts_as_silence() -> None:
    assert find_onset(np.array([0.5, 1.0, -0.5], np.float32), 44100) == 0


def test_silence_has_no_onset() -> None:
    with pytest.raises(PreprocessError, match="silent"):
        find_onset(np.zeros(100, np.float32), 44100)
