import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import hat, kick, snare, tom

from drumlin.errors import PreprocessError
from drumlin.features import find_pitch

SAMPLE_RATE = 44_100
TIME = np.arange(round(0.5 * SAMPLE_RATE)) / SAMPLE_RATE


def membrane(f0_hz: float, tau_s: float = 0.1) -> np.ndarray:
    """Return the first partials of a circular membrane, the higher ones decaying faster."""
    partials = ((1.0, 1.0), (1.59, 0.7), (2.14, 0.5), (2.65, 0.3))
    return sum(a * np.sin(2 * np.pi * r * f0_hz * TIME) * np.exp(-TIME * r / tau_s) for r, a in partials)


@settings(max_examples=40, deadline=None)
@given(f0_hz=st.floats(40, 700))
def test_the_low_partial_of_a_membrane_is_its_pitch(f0_hz: float) -> None:
    pitch = find_pitch(membrane(f0_hz), SAMPLE_RATE)
    assert pitch.hz == pytest.approx(f0_hz, rel=0.03)
    assert pitch.confidence > 0.5


@settings(max_examples=15, deadline=None)
@given(semitones=st.floats(-12, 12), noise=st.floats(0.0, 0.1), seed=st.integers(0, 99))
def test_semitones_are_semitones_under_some_noise(semitones: float, noise: float, seed: int) -> None:
    hiss = noise * np.random.default_rng(seed).standard_normal(len(TIME)) * np.exp(-TIME / 0.05)
    low, high = (find_pitch(membrane(f0) + hiss, SAMPLE_RATE).hz for f0 in (150.0, 150.0 * 2 ** (semitones / 12)))
    assert 12 * np.log2(high / low) == pytest.approx(semitones, abs=0.7)


def test_drums_are_told_from_noise() -> None:
    assert min(find_pitch(drum(), SAMPLE_RATE).confidence for drum in (kick, tom)) > 0.6
    assert find_pitch(hat(), SAMPLE_RATE).confidence < 0.1
    assert find_pitch(np.random.default_rng(0).standard_normal(20_000), SAMPLE_RATE).confidence < 0.1


def test_a_kick_and_a_snare_have_their_bodies_pitch() -> None:
    assert 40 < find_pitch(kick(), SAMPLE_RATE).hz < 80
    assert 150 < find_pitch(snare(), SAMPLE_RATE).hz < 250


def test_nothing_after_the_stroke_has_no_pitch() -> None:
    click = np.zeros(4410)
    click[100] = 1.0
    assert find_pitch(click, SAMPLE_RATE).confidence == 0.0


def test_silence_is_refused() -> None:
    with pytest.raises(PreprocessError, match="silent"):
        find_pitch(np.zeros(1000, np.float32), SAMPLE_RATE)


@pytest.mark.parametrize("sample_rate", (8000, 11_025, 22_050, 48_000, 96_000))
def test_the_pitch_is_the_same_at_any_rate(sample_rate: int) -> None:
    time_s = np.arange(round(0.5 * sample_rate)) / sample_rate
    drum = np.sin(2 * np.pi * 173.0 * time_s) * np.exp(-time_s / 0.1)
    found = find_pitch(drum, sample_rate)
    assert found.hz == pytest.approx(173.0, rel=2e-3)
    assert found.confidence > 0.8
