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
    """Return how far the middle of the power around a fundamental is from it, over all channels."""
    size = 1 << 19
    power = np.square(np.abs(np.fft.rfft(sound * np.blackman(sound.shape[1]), size, axis=1))).sum(axis=0)
    frequency_hz = np.fft.rfftfreq(size, 1 / RATE)
    near = np.abs(1200 * np.log2(np.maximum(frequency_hz, 1) / f0_hz)) < 70
    return float(1200 * np.log2((power * frequency_hz)[near].sum() / power[near].sum() / f0_hz))


def true_peak(sound: Array) -> float:
    """Return the largest value between the points as well, at four times the rate."""
    return float(np.abs(resample_poly(sound.astype(np.float64), 4, 1, axis=-1)).max())


def level_db(sound: Array) -> float:
    """Return the RMS level of a sound."""
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def largest_step(sound: Array) -> float:
    """Return the largest change from one point to the next."""
    return float(np.abs(np.diff(sound)).max())
