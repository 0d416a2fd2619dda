import numpy as np
import pytest
from tests.listening.pieces import features

from drumlin.listening import ListenSettings
from drumlin.listening.analysis import FRAME_RATE
from drumlin.listening.periodicity import SIGNALS, autocorrelate
from drumlin.listening.tempo import GRID_BPM, RATIOS, find_tempo, pool_near, read_tempo, tempo_features


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


def test_a_broad_tempo_wins_over_a_narrow_one_of_less_probability() -> None:
    distribution = np.zeros(len(GRID_BPM))
    distribution[60] = 0.4
    distribution[129:132] = 0.2
    readings = read_tempo(distribution, autocorrelate(pulse(100.0))).candidates
    assert [round(reading.probability, 3) for reading in readings] == [0.6, 0.4]
    assert readings[0].bpm == pytest.approx(GRID_BPM[130], rel=0.03)


def test_pooling_keeps_the_middle_of_a_peak_and_what_lies_alone() -> None:
    distribution = np.zeros((2, len(GRID_BPM)))
    distribution[:, [20, 70, 71, 72]] = 0.25
    pooled = pool_near(distribution)
    assert pooled[0].argmax() == 71
    assert pooled[0, 20] == pytest.approx(0.25)
    np.testing.assert_array_equal(pooled[0], pooled[1])
