"""Attributes of synthesised hits whose every number is known: each follows its own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drumlin.features import attack_s, brightness, decay_s, find_pitch, noisiness_db
from drumlin.synthesis import Hit, Mode, Noise, Sweep, render

RATE = 44_100
HISS = Noise(level_db=-6.0, low_hz=500.0, high_hz=8000.0, decay_s=0.3)


def tom(f0_hz: float, decay: float = 0.5, semitones: float = 3.0) -> Hit:
    modes = tuple(
        Mode(ratio * f0_hz, -level, decay / ratio) for ratio, level in ((1.0, 3.0), (1.59, 9.0), (2.14, 14.0))
    )
    return Hit(modes, sweep=Sweep(semitones, 0.02))


@settings(max_examples=25, deadline=None)
@given(f0_hz=st.floats(60, 500), decay=st.floats(0.25, 1.0), semitones=st.floats(0, 4))
def test_pitch_is_the_frequency_of_the_lowest_mode(f0_hz: float, decay: float, semitones: float) -> None:
    pitch = find_pitch(render(tom(f0_hz, decay, semitones), 1.0, RATE), RATE)
    assert 12 * np.log2(pitch.hz / f0_hz) == pytest.approx(0.0, abs=0.6)
    assert pitch.confidence > 0.5


@settings(max_examples=25, deadline=None)
@given(decay=st.floats(0.15, 1.2), f0_hz=st.floats(60, 500))
def test_decay_is_two_thirds_of_the_time_to_60_db(decay: float, f0_hz: float) -> None:
    sound = render(Hit((Mode(f0_hz, 0.0, decay),)), 1.4, RATE)
    assert decay_s(sound, RATE) == pytest.approx(2 / 3 * decay, rel=0.05, abs=0.012)


@settings(max_examples=20, deadline=None)
@given(level_db=st.floats(-20, 0), step_db=st.floats(2, 10), seed=st.integers(0, 99))  # softer noise drowns: -10 dB
def test_noisiness_grows_with_the_level_of_the_noise(level_db: float, step_db: float, seed: int) -> None:
    read = [
        noisiness_db(render(replace(tom(200.0), noises=(replace(HISS, level_db=level),)), 0.6, RATE, seed), RATE)
        for level in (level_db, level_db + step_db)
    ]
    assert read[1] > read[0]


@settings(max_examples=20, deadline=None)
@given(low_hz=st.floats(60, 2000), octaves=st.floats(0.5, 2), seed=st.integers(0, 99))
def test_brightness_grows_with_the_band_of_the_noise(low_hz: float, octaves: float, seed: int) -> None:
    read = [
        brightness(render(Hit(noises=(replace(HISS, low_hz=low, high_hz=3 * low),)), 0.5, RATE, seed), RATE)
        for low in (low_hz, low_hz * 2**octaves)
    ]
    assert read[1] > read[0]


@settings(max_examples=20, deadline=None)
@given(attack=st.floats(0.003, 0.03))
def test_attack_grows_with_the_rise_of_the_modes(attack: float) -> None:
    read = [
        attack_s(render(Hit((Mode(900.0, 0.0, 1.0),), attack_s=rise), 1.0, RATE), RATE)
        for rise in (attack, 1.5 * attack)
    ]
    assert read[1] > read[0]
