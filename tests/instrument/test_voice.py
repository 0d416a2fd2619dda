import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.drums import tom

from drumlin.instrument.voice import drop_lead, shift_pitch, shorten, strike
from drumlin.units import Waveform

RATE = 44100


def test_resting_voice_returns_the_same_array() -> None:
    sound = tom()
    assert shift_pitch(sound, 0, RATE) is sound
    assert shorten(sound, 2.0, RATE) is sound
    assert strike(sound, 1.0) is sound


def test_an_octave_up_doubles_the_frequency_and_halves_the_length() -> None:
    sine = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)
    higher = shift_pitch(sine, 12, RATE)
    assert abs(len(higher) - RATE // 2) <= 1
    assert np.argmax(np.abs(np.fft.rfft(higher, RATE))) == 880


@pytest.mark.parametrize("semitones", [-24, -0.01, 0.01, 24])
def test_pitched_sound_stays_finite_float32(semitones: float) -> None:
    shifted = shift_pitch(tom(), semitones, RATE)
    assert shifted.dtype == np.float32
    assert np.isfinite(shifted).all()


@given(st.floats(0.0001, 0.39))
def test_shortened_sound_ends_in_silence_on_time(duration_s: float) -> None:
    sound = tom()
    shortened = shorten(sound, duration_s, RATE)
    assert len(shortened) == max(1, round(duration_s * RATE))
    fade = min(round(0.005 * RATE), round(len(shortened) * 0.25))
    assert np.array_equal(shortened[: len(shortened) - fade], sound[: len(shortened) - fade])
    assert fade == 0 or abs(shortened[-1]) < 1e-6


def test_half_velocity_is_twelve_decibels_softer() -> None:
    sound = tom()
    np.testing.assert_allclose(strike(sound, 0.5), sound / 4, rtol=1e-6)
    assert not strike(sound, 0.0).any()


def test_the_lead_before_a_late_onset_is_cut_without_a_step() -> None:
    sound = np.concatenate([np.full(3000, 0.05, np.float32), np.ones(1000, np.float32)])
    cut = drop_lead(sound, 44_100)
    assert len(cut) == 1000 + 132  # 3 ms
    assert abs(cut[0]) < 1e-4
    assert np.abs(np.diff(cut[:132])).max() < 0.005
    np.testing.assert_array_equal(cut[132:], sound[3000:])


@pytest.mark.parametrize("sound", [np.ones(100, np.float32), np.zeros(100, np.float32), np.zeros(0, np.float32)])
def test_a_sound_that_starts_at_once_and_silence_are_left_alone(sound: Waveform) -> None:
    assert drop_lead(sound, 44_100) is sound
