import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import hat, kick, snare, tom

from drumlin.errors import PreprocessError
from drumlin.features import noise_power, noisiness_db
from drumlin.features.tonality import REACH

SAMPLE_RATE = 44_100
TIME = np.arange(22_050) / SAMPLE_RATE


def mixed(ratio_db: float, f0_hz: float = 440.0, seed: int = 0) -> np.ndarray:
    """Return a chord of partials and white noise, of a known ratio of energies."""
    tone = sum(np.sin(2 * np.pi * k * f0_hz * TIME + k) for k in (1, 1.6, 2.3))
    noise = np.random.default_rng(seed).standard_normal(len(TIME))
    noise *= np.sqrt(np.square(tone).sum() / np.square(noise).sum()) * 10 ** (ratio_db / 20)
    return (tone + noise) * np.exp(-TIME / 0.2)


@settings(max_examples=25, deadline=None)
@given(ratio_db=st.floats(-15, 10), f0_hz=st.floats(250, 3000), seed=st.integers(0, 99))
def test_a_mix_reads_as_it_was_mixed(ratio_db: float, f0_hz: float, seed: int) -> None:
    assert noisiness_db(mixed(ratio_db, f0_hz, seed), SAMPLE_RATE) == pytest.approx(ratio_db, abs=2.5)


@settings(max_examples=15, deadline=None)
@given(ratio_db=st.floats(-20, 10), seed=st.integers(0, 99))
def test_more_noise_reads_noisier(ratio_db: float, seed: int) -> None:
    less, more = (noisiness_db(mixed(ratio, seed=seed), SAMPLE_RATE) for ratio in (ratio_db, ratio_db + 1.5))
    assert more > less


def test_white_noise_is_noise_and_a_sine_is_tone() -> None:
    assert noisiness_db(np.random.default_rng(0).standard_normal(20_000), SAMPLE_RATE) > 18
    assert noisiness_db(np.sin(2 * np.pi * 440 * TIME), SAMPLE_RATE) < -18


def test_coloured_noise_is_noise() -> None:
    brown = np.diff(np.random.default_rng(0).standard_normal(20_001))
    assert noisiness_db(brown, SAMPLE_RATE) > 15


def test_drums_are_ordered_as_they_sound() -> None:
    noisiness = [noisiness_db(drum(), SAMPLE_RATE) for drum in (tom, snare, hat)]
    assert noisiness == sorted(noisiness)
    assert noisiness_db(kick(), SAMPLE_RATE) < 0


def test_silence_is_refused() -> None:
    with pytest.raises(PreprocessError, match="silent"):
        noisiness_db(np.zeros(1000, np.float32), SAMPLE_RATE)


@pytest.mark.parametrize("size", (129, 1025, 1024, 333))
def test_noise_is_the_median_around_a_bin_with_lines_between_every_fifth(size: int) -> None:
    power = np.random.default_rng(size).exponential(size=(3, size)).astype(np.float32)
    padded = np.pad(power, ((0, 0), (REACH, REACH)), mode="reflect")
    every_fifth = sorted({*range(0, size, 5), size - 1})
    for row, found in zip(padded, noise_power(power), strict=True):
        medians = [np.median(row[bin_ : bin_ + 2 * REACH + 1]) / np.log(2.0) for bin_ in every_fifth]
        np.testing.assert_allclose(found, np.interp(np.arange(size), every_fifth, medians), rtol=1e-6)
