import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drums import DRUMS, hat, kick, snare

from drumlin.errors import PreprocessError
from drumlin.features import brightness, measure_attributes

SAMPLE_RATE = 44_100


def noise(seed: int = 0, length: int = 30_000) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(length)


def tilted(sound: np.ndarray, slope_db: float) -> np.ndarray:
    """Return a sound with a tilt of so many dB per octave around 1 kHz."""
    spectrum = np.fft.rfft(sound)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE), 20.0) / 1000.0)
    return np.fft.irfft(spectrum * 10 ** (slope_db * octaves / 20), len(sound))


def test_the_middle_of_a_band_of_noise_is_its_brightness() -> None:
    spectrum = np.fft.rfft(noise())
    frequency = np.fft.rfftfreq(30_000, 1 / SAMPLE_RATE)
    band = np.fft.irfft(np.where((frequency > 1900) & (frequency < 2100), spectrum, 0), 30_000)
    assert brightness(band, SAMPLE_RATE) == pytest.approx(1.0, abs=0.2)


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(sorted(DRUMS)), seed=st.integers(0, 20), slope=st.floats(-6, 5), step=st.floats(0.2, 3))
def test_a_tilt_always_moves_the_brightness_its_way(name: str, seed: int, slope: float, step: float) -> None:
    sound = np.pad(DRUMS[name](seed), (0, 4000))
    less, more = (brightness(tilted(sound, tilt), SAMPLE_RATE) for tilt in (slope, slope + step))
    assert more > less


def test_drums_are_ordered_as_they_sound() -> None:
    bright = [brightness(drum(), SAMPLE_RATE) for drum in (kick, snare, hat)]
    assert bright == sorted(bright)


@settings(max_examples=15, deadline=None)
@given(name=st.sampled_from(sorted(DRUMS)), gain=st.floats(1e-3, 1.0), lead=st.integers(0, 3000))
def test_neither_gain_nor_leading_silence_changes_a_drum(name: str, gain: float, lead: int) -> None:
    sound = DRUMS[name]()
    moved = np.concatenate([np.zeros(lead), gain * sound.astype(np.float64)])
    first, second = measure_attributes(sound, SAMPLE_RATE), measure_attributes(moved, SAMPLE_RATE)
    assert second.brightness == pytest.approx(first.brightness, abs=0.15)
    assert second.decay_s == pytest.approx(first.decay_s, abs=1e-3)
    assert second.pitch_hz == pytest.approx(first.pitch_hz, rel=0.01)
    assert second.noisiness_db == pytest.approx(first.noisiness_db, abs=1.0)
    assert second.attack_s == pytest.approx(first.attack_s, abs=3e-4)


def test_silence_is_refused() -> None:
    with pytest.raises(PreprocessError, match="silent"):
        measure_attributes(np.zeros(5000, np.float32), SAMPLE_RATE)
    with pytest.raises(PreprocessError, match="silent"):
        brightness(np.zeros(0, np.float32), SAMPLE_RATE)


def test_a_single_point_can_be_measured() -> None:
    attributes = measure_attributes(np.array([0.5], np.float32), SAMPLE_RATE)
    assert np.isfinite([attributes.brightness, attributes.decay_s, attributes.attack_s]).all()
