import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, hat, kick, snare, tom

from drumlin.evaluation import compare_pairs, low_band_si_sdr_db, multi_resolution
from drumlin.features import log_mel_distance_db

SAMPLE_RATE = 44_100
DRUM_NAMES = sorted(DRUMS)


def test_a_sound_is_itself() -> None:
    sounds = np.stack([kick()[:8000], snare()[:8000]])
    scores = compare_pairs(sounds, sounds, SAMPLE_RATE)
    assert not scores.log_mel_db.any() and not scores.convergence.any() and not scores.attack_ms.any()
    assert (scores.low_band_db > 50).all()


def test_silence_misses_all_of_a_sound() -> None:
    scores = compare_pairs(tom()[None], np.zeros_like(tom()[None]), SAMPLE_RATE)
    assert scores.convergence[0] == pytest.approx(1.0)
    assert np.isnan(scores.attack_ms[0])
    assert scores.low_band_db[0] == pytest.approx(-60.0, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(DRUM_NAMES), gain=st.floats(0.1, 1.0))
def test_a_quieter_copy_is_as_far_as_it_is_quieter(name: str, gain: float) -> None:
    convergence, log_magnitude = multi_resolution(DRUMS[name](), np.float32(gain) * DRUMS[name]())
    assert convergence == pytest.approx(1 - gain, abs=1e-3)
    assert 0 <= log_magnitude <= -20 * np.log10(gain) + 1e-3


def test_log_mel_error_is_the_one_of_features() -> None:
    scores = compare_pairs(snare(0)[None], snare(1)[None], SAMPLE_RATE)
    assert scores.log_mel_db[0] == log_mel_distance_db(snare(0), snare(1), SAMPLE_RATE)


def test_a_slower_attack_is_found_in_milliseconds() -> None:
    time = np.arange(20_000) / SAMPLE_RATE
    fast, slow = (np.minimum(time / rise, 1) * np.exp(-time / 0.1) * np.sin(5000 * time) for rise in (0.01, 0.03))
    error = compare_pairs(fast[None], slow[None], SAMPLE_RATE).attack_ms[0]
    assert error == pytest.approx(0.6 * 20, rel=0.15)


@settings(max_examples=20, deadline=None)
@given(shift=st.integers(-80, 80), gain=st.floats(0.05, 2.0))
def test_neither_gain_nor_a_small_shift_costs_the_low_band(shift: int, gain: float) -> None:
    sound = np.pad(kick(), 2000)
    assert low_band_si_sdr_db(sound, gain * np.roll(sound, shift), SAMPLE_RATE) > 40


@settings(max_examples=20, deadline=None)
@given(level_db=st.floats(-30, 10), seed=st.integers(0, 99))
def test_the_low_band_reads_the_ratio_of_a_foreign_tone(level_db: float, seed: int) -> None:
    time = np.arange(44_100) / SAMPLE_RATE
    sound, other = np.sin(2 * np.pi * 60 * time), np.sin(2 * np.pi * 97 * time + seed)
    made = sound + 10 ** (level_db / 20) * other
    assert low_band_si_sdr_db(sound, made, SAMPLE_RATE) == pytest.approx(-level_db, abs=1.0)


def test_what_lies_above_the_low_band_is_not_judged() -> None:
    hiss = np.random.default_rng(0).standard_normal(len(kick()))
    bright = np.fft.irfft(np.where(np.fft.rfftfreq(len(hiss), 1 / SAMPLE_RATE) > 600, np.fft.rfft(hiss), 0), len(hiss))
    assert low_band_si_sdr_db(kick(), kick() + bright, SAMPLE_RATE) > 30


def test_a_sound_without_a_body_has_no_low_band() -> None:
    assert np.isnan(low_band_si_sdr_db(hat(), hat(), SAMPLE_RATE))


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="the same"):
        compare_pairs(np.zeros((2, 100)), np.zeros((1, 100)), SAMPLE_RATE)


def test_what_the_caller_raises_ends_the_comparison() -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_pairs(tom()[None], tom()[None], SAMPLE_RATE, stop)
