import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import hat, kick, snare

from drumlin.features import log_mel, log_mel_distance_db, mel_filters, spectrogram
from drumlin.features.mel import frames_of, narrow_mel


def test_a_full_scale_sine_reads_zero_db() -> None:
    sine = np.sin(2 * np.pi * 44100 / 1024 * 40 * np.arange(8192) / 44100).astype(np.float32)
    power = spectrogram(sine)[8]
    assert power.argmax() == 40
    assert 10 * np.log10(power.max()) == pytest.approx(0, abs=0.01)


def test_power_is_that_of_a_plain_fourier_transform() -> None:
    frame = snare(0)[2048 - 512 : 2048 + 512].astype(float)
    window = np.hanning(1025)[:-1]
    expected = np.abs(np.fft.rfft(frame * window) / (window.sum() / 2)) ** 2
    assert spectrogram(snare(0))[8] == pytest.approx(expected, rel=1e-3, abs=1e-12)


def test_shapes_follow_batch_bands_and_frames() -> None:
    assert log_mel(kick(0), 44100, n_mels=40).shape == (40, 1 + len(kick(0)) // 256)
    assert log_mel(np.stack([kick(0)] * 3), 44100).shape == (3, 128, 1 + len(kick(0)) // 256)


def test_neighbouring_filters_add_to_one_between_the_outer_ones() -> None:
    filters = mel_filters(44100, 4096, 20)
    inside = filters.sum(axis=0)[100:1500]
    assert inside == pytest.approx(np.ones(len(inside)), abs=1e-4)


@pytest.mark.parametrize(("n_fft", "n_mels"), [(1024, 64), (4096, 64), (512, 7), (256, 128)])
def test_narrow_products_are_those_with_all_filters(n_fft: int, n_mels: int) -> None:
    power = np.random.default_rng(n_mels).exponential(size=(9, n_fft // 2 + 1)).astype(np.float32)
    expected = power.astype(float) @ mel_filters(44100, n_fft, n_mels).T
    np.testing.assert_allclose(narrow_mel(power, 44100, n_fft, n_mels), expected, rtol=1e-5, atol=1e-6)


def test_frames_overlap_and_none_reaches_over_the_end() -> None:
    frames = frames_of(np.arange(20, dtype=np.float32).reshape(2, 10), 4, 3)
    assert frames.tolist() == [
        [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]],
        [[10, 11, 12, 13], [13, 14, 15, 16], [16, 17, 18, 19]],
    ]


def test_low_sounds_fill_low_bands() -> None:
    centre = [float(np.arange(64) @ np.exp(log_mel(w, 44100, n_mels=64).max(1) / 10)) for w in (kick(0), hat(0))]
    weight = [float(np.exp(log_mel(w, 44100, n_mels=64).max(1) / 10).sum()) for w in (kick(0), hat(0))]
    assert centre[0] / weight[0] < 20 < 40 < centre[1] / weight[1]


@given(st.floats(0.05, 1.0), st.integers(0, 3))
def test_the_distance_to_a_quieter_copy_is_the_gain_where_nothing_meets_the_floor(gain: float, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal(4096).astype(np.float32) * 0.1
    inner = noise[:2048]  # whole frames only differ by the gain
    distance = log_mel_distance_db(np.tile(inner, 4), np.tile(inner, 4) * np.float32(gain), 44100)
    assert distance == pytest.approx(-20 * np.log10(gain), abs=0.5)


def test_the_distance_is_zero_for_equals_symmetric_and_grows_with_difference() -> None:
    assert log_mel_distance_db(snare(0), snare(0), 44100) == 0
    assert log_mel_distance_db(np.zeros(99, np.float32), np.zeros(9, np.float32), 44100) == 0
    near, far = log_mel_distance_db(snare(0), snare(1), 44100), log_mel_distance_db(snare(0), kick(0), 44100)
    assert near == pytest.approx(log_mel_distance_db(snare(1), snare(0), 44100))
    assert 0 < near < far <= 70
