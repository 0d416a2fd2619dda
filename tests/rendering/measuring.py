"""What tests measure of sounds, independently of the code under test."""

import numpy as np
from scipy.signal import resample_poly

from drumlin.units import Array

RATE = 44100


def spectrum(sound: Array) -> tuple[Array, Array]:
    """Return frequencies, Hz, and the power of a windowed sound (C, T) over all channels."""
    power = np.square(np.abs(np.fft.rfft(sound * np.blackman(sound.shape[1]), axis=1))).sum(axis=0)
    return np.fft.rfftfreq(sound.shape[1], 1 / RATE), power


def pitch_error_cents(sound: Array, f0_hz: float) -> float:
    """Return how far the middle of the power around the fundamental is from it, over all channels.

    The second and third harmonic count as well where they are as loud: they are heard as its pitch.
    """
    size = 1 << 18
    power = np.square(np.abs(np.fft.rfft(sound * np.blackman(sound.shape[1]), size, axis=1))).sum(axis=0)
    frequency_hz, harmonic = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 1), np.array([[1], [2], [3]])
    near = np.abs(1200 * np.log2(frequency_hz / f0_hz / harmonic)) < 70
    heard = np.minimum(near * power, power[near[0]].max())
    heard = heard * (heard.sum(axis=1, keepdims=True) > 0.3 * heard[0].sum())
    return float(1200 * np.log2((heard * frequency_hz / harmonic).sum() / heard.sum() / f0_hz))


def true_peak(sound: Array) -> float:
    """Return the largest value between the points as well, at four times the rate."""
    return float(np.abs(resample_poly(sound.astype(np.float64), 4, 1, axis=-1)).max())


def level_db(sound: Array) -> float:
    """Return the RMS level of a sound."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def largest_step(sound: Array) -> float:
    """Return the largest change from one point to the next."""
    return float(np.abs(np.diff(sound)).max())
