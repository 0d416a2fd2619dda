import numpy as np
import pytest
from tests.listening.pieces import features

from drumlin.listening import ListenSettings
from drumlin.listening.analysis import FRAME_RATE
from drumlin.listening.periodicity import SIGNALS, autocorrelate
from drumlin.listening.tempo import GRID_BPM, RATIOS, find_tempo, tempo_features


def pulse(bpm: float) -> np.ndarray:
    """Return onsets of one stroke each beat for 30 s, shape (N, 5)."""
    onsets = np.zeros((round(30 * FRAME_RATE), 5))
    onsets[np.round(np.arange(0, 30 * bpm / 60) * 60 * FRAME_RATE / bpm).astype(int).clip(0, len(onsets) - 1)] = 5.0
    return onsets


def test_a_pulse_repeats_at_its_beat() -> None:
    correlation = autocorrelate(pulse(100.0))
    beat = round(60 * FRAME_RATE / 100)
    assert correlation.shape[0] == len(SIGNALS)
    assert correlation[5, beat] > 0.8
    assert correlation[5, beat // 2] < 0.2


def test_features_of_a_pulse_are_the_same_at_any_tempo() -> None:
    slow, fast = (
        tempo_features(autocorrelate(pulse(bpm)), np.array([bpm]))[0, 5 * len(RATIOS) : 6 * len(RATIOS)]
        for bpm in (75.0, 90.0)
    )
    np.testing.assert_allclose(slow[3:10], fast[3:10], atol=0.25)


def test_the_distribution_is_one() -> None:
    tempo = find_tempo(autocorrelate(features().onsets), ListenSettings())
    assert tempo.distribution.sum() == pytest.approx(1.0)
    assert tempo.distribution.shape == GRID_BPM.shape
    assert tempo.candidates[0].probability > 0.5


def test_candidates_are_different_tempi() -> None:
    bpm = [reading.bpm for reading in find_tempo(autocorrelate(features().onsets), ListenSettings()).candidates]
    assert all(abs(np.log(a / b)) > 0.04 for i, a in enumerate(bpm) for b in bpm[:i])


def test_a_tempo_outside_the_range_is_not_named() -> None:
    tempo = find_tempo(autocorrelate(features().onsets), ListenSettings(low_bpm=100.0, high_bpm=220.0))
    assert tempo.bpm > 97.0
