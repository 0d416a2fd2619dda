import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS

from drumlin.evaluation import find_combs, is_heard, line_height_db

SAMPLE_RATE = 44_100
TIME = np.arange(22_050) / SAMPLE_RATE
DECAY = np.exp(-TIME / 0.08)
PERIODS = (16, 64, 256, 512)


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(len(TIME)) * DECAY


def tone(f0_hz: float = 150.0) -> np.ndarray:
    return np.sin(2 * np.pi * f0_hz * TIME) * DECAY + 1e-4 * noise()


def lines(period: int, level_db: float) -> np.ndarray:
    comb = sum(np.sin(2 * np.pi * k * TIME * SAMPLE_RATE / period + k * k) for k in range(1, period // 2))
    return comb / np.sqrt(np.square(comb).mean()) * 10 ** (level_db / 20) * DECAY


def flutter(period: int, depth: float) -> np.ndarray:
    return 1 + depth * np.cos(2 * np.pi * TIME * SAMPLE_RATE / period)


def heard(sound: np.ndarray, period: int) -> bool:
    return is_heard(find_combs(sound, SAMPLE_RATE, (period,))[0])


@pytest.mark.parametrize("period", PERIODS)
def test_lines_below_a_tone_are_found_at_their_rate(period: int) -> None:
    sound = tone() + lines(period, -30.0)
    comb = find_combs(sound, SAMPLE_RATE, (period,))[0]
    assert comb.lines_db > 20 and is_heard(comb)


@pytest.mark.parametrize("period", [16, 64, 256])
def test_lines_as_loud_as_noise_are_found(period: int) -> None:
    assert heard(noise() + lines(period, 0.0), period)


@pytest.mark.parametrize("period", [64, 256, 512])
def test_noise_that_flutters_once_a_frame_is_found(period: int) -> None:
    assert heard(noise() * flutter(period, 0.3), period)


APART = st.one_of(st.floats(0.3, 0.35), st.floats(0.65, 0.9), st.floats(1.1, 12.0))
"""Multiples of the rate: at a half and at 1, a sideband lies on the tone's own mirror image, or on nothing."""


@settings(max_examples=30, deadline=None)
@given(rates=APART, period=st.sampled_from((128, 256)))
def test_a_tone_that_beats_at_the_hop_rate_is_found(rates: float, period: int) -> None:
    assert heard(tone(rates * SAMPLE_RATE / period) * flutter(period, 0.1), period)


@pytest.mark.parametrize("period", [90, 210, 300])
def test_a_comb_of_another_rate_is_none_of_ours(period: int) -> None:
    assert not any(is_heard(comb) for comb in find_combs(tone() + lines(period, -30.0), SAMPLE_RATE, (16, 64, 512)))


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(DRUMS)), seed=st.integers(0, 200))
def test_no_clean_drum_is_accused(name: str, seed: int) -> None:
    assert not any(is_heard(comb) for comb in find_combs(DRUMS[name](seed), SAMPLE_RATE, PERIODS))


@settings(max_examples=30, deadline=None)
@given(f0_hz=st.floats(40, 2000))
def test_no_harmonic_tone_with_a_little_noise_is_accused(f0_hz: float) -> None:
    sound = sum(tone(k * f0_hz) / k for k in (1, 2, 3)) + 0.01 * noise(1)
    multiples = f0_hz * np.arange(1, 7)  # of the partials, and of their beats
    rates = {period: SAMPLE_RATE / period for period in PERIODS}
    apart = [p for p, rate in rates.items() if (np.abs((multiples + rate / 2) % rate - rate / 2) > 12).all()]
    assert not any(is_heard(comb) for comb in find_combs(sound, SAMPLE_RATE, apart))


def test_gain_changes_nothing() -> None:
    sound = tone() + lines(256, -30.0)
    loud, quiet = (find_combs(gain * sound, SAMPLE_RATE, (256,))[0] for gain in (1.0, 0.01))
    assert loud.lines_db == pytest.approx(quiet.lines_db, abs=0.01)


@pytest.mark.parametrize("sound", [np.zeros(0), np.zeros(20_000), np.eye(1, 9000)[0], np.ones(10)])
def test_where_nothing_is_left_nothing_is_found(sound: np.ndarray) -> None:
    assert not any(is_heard(comb) for comb in find_combs(sound, SAMPLE_RATE))


def test_the_height_of_a_line_is_its_level_above_the_rest() -> None:
    power = np.ones(4001)
    power[100::100] = 100.0
    assert line_height_db(power, 100.0) == pytest.approx(20.0)
    assert line_height_db(power, 90.0) == pytest.approx(0.0, abs=1e-6)
