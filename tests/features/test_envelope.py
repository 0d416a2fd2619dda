import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.errors import PreprocessError
from drumlin.features import attack_s, decay_s
from drumlin.features.envelope import ATTACK_WINDOW_S, _analytic_envelope, envelope

SAMPLE_RATE = 44_100
TIME = np.arange(SAMPLE_RATE) / SAMPLE_RATE


def ramped(rise_s: float) -> np.ndarray:
    """Return a 1 kHz tone that rises along a straight line and stays."""
    return np.minimum(TIME / rise_s, 1.0) * np.sin(2 * np.pi * 1000 * TIME)


def decaying(tau_s: float, carrier: np.ndarray) -> np.ndarray:
    return carrier[: len(TIME)] * np.exp(-TIME / tau_s)


@settings(max_examples=25, deadline=None)
@given(rise_s=st.floats(0.005, 0.08))
def test_a_straight_rise_takes_six_tenths_of_it(rise_s: float) -> None:
    sound = ramped(rise_s) * np.exp(-np.maximum(TIME - rise_s, 0) / 0.1)
    assert attack_s(sound, SAMPLE_RATE) == pytest.approx(0.6 * rise_s, rel=0.05, abs=1e-3)


def test_a_step_takes_about_a_millisecond() -> None:
    sound = np.where(TIME > 0.1, np.sin(2 * np.pi * 1000 * TIME), 0.0)
    assert attack_s(sound, SAMPLE_RATE) < 0.002


@settings(max_examples=25, deadline=None)
@given(tau_s=st.floats(0.01, 0.15), frequency=st.floats(40, 8000))
def test_an_exponential_decays_by_40_db_in_its_time(tau_s: float, frequency: float) -> None:
    sound = decaying(tau_s, np.sin(2 * np.pi * frequency * TIME))
    assert decay_s(sound, SAMPLE_RATE) == pytest.approx(tau_s * np.log(100), rel=0.05, abs=0.012)


@settings(max_examples=15, deadline=None)
@given(tau_s=st.floats(0.01, 0.1), seed=st.integers(0, 1000))
def test_noise_decays_longer_when_it_is_held_longer(tau_s: float, seed: int) -> None:
    carrier = np.random.default_rng(seed).standard_normal(len(TIME))
    short, long = (decay_s(decaying(tau, carrier), SAMPLE_RATE) for tau in (tau_s, 1.2 * tau_s))
    assert long > short


def test_a_sound_that_is_cut_reads_as_long_as_it_is() -> None:
    assert decay_s(np.ones(4410), SAMPLE_RATE) == pytest.approx(0.1, abs=0.06)


@pytest.mark.parametrize("measure", [attack_s, decay_s])
def test_silence_is_refused(measure: object) -> None:
    with pytest.raises(PreprocessError, match="silent"):
        measure(np.zeros(100), SAMPLE_RATE)  # type: ignore[operator]


@given(st.integers(0, 2**32 - 1), st.integers(400, 3000), st.sampled_from((8000, 44100)))
def test_the_envelope_is_the_mean_power_in_a_hann_window(seed: int, length: int, rate: int) -> None:
    sound = np.random.default_rng(seed).standard_normal(length)
    window = np.hanning(round(0.004 * rate) + 2)[1:-1]
    power = np.convolve(np.square(sound), window / window.sum(), "same")
    np.testing.assert_allclose(envelope(sound, rate, 0.004), np.sqrt(power), rtol=1e-6, atol=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(300, 3000))
def test_the_attack_looks_at_the_analytic_signal(seed: int, length: int) -> None:
    from scipy.signal import hilbert

    rate = 44100
    sound = np.random.default_rng(seed).standard_normal(length)
    size = min(size for size in (*(1 << n for n in range(20)), *(3 << n for n in range(20))) if size >= length + 2205)
    magnitude = np.abs(hilbert(np.pad(sound, (0, size - length))))[:length]
    expected = envelope(magnitude, rate, ATTACK_WINDOW_S)
    np.testing.assert_allclose(_analytic_envelope(sound, rate), expected, rtol=1e-6, atol=1e-9)
