import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import hat, kick, snare, tom

from drumlin.evaluation import redraw_noise
from drumlin.features import log_mel_distance_db

SAMPLE_RATE = 44_100


def decaying_noise(seed: int) -> np.ndarray:
    time = np.arange(16_384) / SAMPLE_RATE
    return (np.random.default_rng(seed).standard_normal(len(time)) * np.exp(-time / 0.06)).astype(np.float32)


def redrawn(sound: np.ndarray, seed: int = 0) -> np.ndarray:
    return redraw_noise(sound, np.random.default_rng((1, seed)))


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_noise_is_as_far_from_its_redraw_as_from_another_draw(seed: int) -> None:
    sound = decaying_noise(seed)
    floor = log_mel_distance_db(sound, redrawn(sound), SAMPLE_RATE)
    assert floor == pytest.approx(log_mel_distance_db(sound, decaying_noise(seed + 1), SAMPLE_RATE), rel=0.15)


def test_a_redraw_is_another_waveform_of_the_same_energy() -> None:
    sound = hat()
    other = redrawn(sound)
    assert abs(np.corrcoef(sound, other)[0, 1]) < 0.2
    assert 10 * np.log10(np.square(other).sum() / np.square(sound).sum()) == pytest.approx(0.0, abs=1.5)


def test_a_tone_stays_as_it_is() -> None:
    time = np.arange(16_384) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 300 * time) * np.hanning(len(time))
    assert np.abs(redrawn(tone.astype(np.float32)) - tone).max() < 0.02


def test_drums_with_a_body_are_nearer_to_their_redraw_than_noise_is() -> None:
    distances = [log_mel_distance_db(sound, redrawn(sound), SAMPLE_RATE) for sound in (tom(), kick(), hat())]
    assert distances[0] < 2.0 and distances[1] < distances[2]


def test_silence_stays_silent_and_equal_seeds_agree() -> None:
    sound = np.concatenate([np.zeros(4000, np.float32), snare(), np.zeros(6000, np.float32)])
    assert not redrawn(sound)[:4000].any() and np.abs(redrawn(sound)[-2000:]).max() < 1e-6
    np.testing.assert_array_equal(redrawn(sound), redrawn(sound))
