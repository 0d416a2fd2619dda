import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.errors import PreprocessError
from drumlin.features import attack_s, decay_s

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
