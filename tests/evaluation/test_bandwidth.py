import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, hat, snare

from drumlin.evaluation import cliff_hz, dull_share, highs_db

SAMPLE_RATE = 44_100


def cut(sound: np.ndarray, frequency: float) -> np.ndarray:
    """Return a sound without anything above a frequency."""
    spectrum = np.fft.rfft(sound)
    return np.fft.irfft(np.where(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE) < frequency, spectrum, 0), len(sound))


def test_a_rate_that_was_too_low_leaves_a_cliff() -> None:
    for frequency in (4000.0, 8000.0, 11_025.0):
        found = cliff_hz(cut(snare(), frequency), SAMPLE_RATE)
        assert found == pytest.approx(frequency, rel=0.1)


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(DRUMS)), seed=st.integers(0, 200))
def test_clean_drums_have_no_cliff(name: str, seed: int) -> None:
    assert cliff_hz(DRUMS[name](seed), SAMPLE_RATE) is None


def test_a_dull_drum_has_no_cliff_either() -> None:
    noise = np.random.default_rng(0).standard_normal(20_000)
    frequency = np.fft.rfftfreq(20_000, 1 / SAMPLE_RATE)
    dull = np.fft.irfft(np.fft.rfft(noise) / (1 + (frequency / 1000) ** 4), 20_000)  # 24 dB an octave
    assert cliff_hz(dull, SAMPLE_RATE) is None


@pytest.mark.parametrize("sound", [np.zeros(5000), np.zeros(0), np.ones(1)])
def test_nothing_has_no_cliff(sound: np.ndarray) -> None:
    assert cliff_hz(sound, SAMPLE_RATE) is None


def test_white_noise_has_the_highs_that_its_band_is_wide() -> None:
    noise = np.random.default_rng(0).standard_normal(60_000)
    assert highs_db(noise, SAMPLE_RATE) == pytest.approx(10 * np.log10(12_050 / 22_050), abs=0.2)
    assert highs_db(cut(noise, 9000), SAMPLE_RATE) == pytest.approx(-120.0, abs=1e-6)
    assert highs_db(np.zeros(100), SAMPLE_RATE) == -120.0


def test_dull_is_what_has_less_highs_than_its_own_kind() -> None:
    real = [highs_db(hat(seed), SAMPLE_RATE) for seed in range(20)] + [-60.0] * 20
    labels = ["hat"] * 20 + ["kick"] * 20
    assert dull_share(real, labels, real, labels) <= 0.05
    assert dull_share([-30.0, -30.0], ["hat", "kick"], real, labels) == 0.5
    assert dull_share([-30.0, -90.0], ["cowbell", ""], real, labels) == 0.5
    assert dull_share([], [], real, labels) == 0.0
