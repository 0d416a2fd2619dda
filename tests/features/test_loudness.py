"""Loudness against pyloudnorm and against what the standard says of a sine."""

import math

import numpy as np
import pyloudnorm
import pytest

from drumlin.features.loudness import integrated_lufs, weighting_gain
from drumlin.units import Array


def noise(seconds: float, sample_rate: int, seed: int = 0) -> Array:
    generator = np.random.default_rng(seed)
    swell = np.sin(np.arange(int(seconds * sample_rate)) / sample_rate) ** 2
    return 0.2 * generator.standard_normal((2, len(swell))) * swell


@pytest.mark.parametrize("sample_rate", [44100, 48000])
def test_loudness_is_that_of_pyloudnorm(sample_rate: int) -> None:
    sound = noise(7.3, sample_rate)
    meter = pyloudnorm.Meter(sample_rate, filter_class="DeMan")
    assert integrated_lufs(sound, sample_rate) == pytest.approx(meter.integrated_loudness(sound.T), abs=0.05)


def test_a_full_sine_of_1_khz_in_one_channel_is_3_lu_below_full_scale() -> None:
    sine = np.sin(2 * np.pi * 997 / 48000 * np.arange(48000 * 3))
    assert integrated_lufs(sine, 48000) == pytest.approx(-3.01, abs=0.02)


def test_silence_has_no_loudness() -> None:
    assert integrated_lufs(np.zeros((2, 44100)), 44100) == -math.inf


def test_a_gain_is_read_as_it_is() -> None:
    sound = noise(3.0, 44100)
    assert integrated_lufs(0.5 * sound, 44100) == pytest.approx(integrated_lufs(sound, 44100) - 6.02, abs=0.05)


def test_weighting_rises_by_4_db_and_lets_no_rumble_through() -> None:
    low, middle, high = 20 * np.log10(weighting_gain(np.array([20.0, 500.0, 10000.0]), 48000))
    assert low < -10 and abs(middle) < 0.3 and high == pytest.approx(4.0, abs=0.1)
