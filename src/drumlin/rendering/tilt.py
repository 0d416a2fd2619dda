"""A tilt of the whole spectrum around 1 kHz: poles and zeros in turns along the frequencies (Smith and Smith 2016)."""

import numpy as np

from ..units import Array, Waveform
from .partials import SAMPLE_RATE

_PIVOT_HZ = 1000.0
_LOW_HZ, _HIGH_HZ = 30.0, 16000.0
_PAIRS = 6


def tilted(sound: Waveform, tilt_db: float) -> Waveform:
    """Return a sound (C, T) whose spectrum rises by `tilt_db` an octave, unchanged at 1 kHz."""
    from scipy.signal import sosfilt

    if tilt_db == 0.0:
        return sound
    changed: Waveform = sosfilt(tilt_sections(tilt_db).astype(np.float32), sound, axis=-1)
    return changed


def tilt_sections(tilt_db: float) -> Array:
    """Return the filter as second-order sections, (3, 6)."""
    slope = tilt_db / 6.0206  # of the amplitude, as a power of the frequency
    ratio = (_HIGH_HZ / _LOW_HZ) ** (1.0 / _PAIRS)
    poles_hz = _LOW_HZ * ratio ** (np.arange(_PAIRS) + 0.5 + 0.5 * slope)
    zeros_hz = _LOW_HZ * ratio ** (np.arange(_PAIRS) + 0.5 - 0.5 * slope)
    pole, zero = (_bilinear(frequency_hz) for frequency_hz in (poles_hz, zeros_hz))
    sections = [
        [1.0, -(zero[i] + zero[i + 1]), zero[i] * zero[i + 1], 1.0, -(pole[i] + pole[i + 1]), pole[i] * pole[i + 1]]
        for i in range(0, _PAIRS, 2)
    ]
    filter_ = np.array(sections)
    turn = np.exp(-2j * np.pi * _PIVOT_HZ / SAMPLE_RATE * np.arange(3))
    pivot = np.prod(np.abs((filter_[:, :3] @ turn) / (filter_[:, 3:] @ turn)))
    filter_[0, :3] /= pivot
    return filter_


def _bilinear(frequency_hz: Array) -> Array:
    tangent = np.tan(np.pi * np.minimum(frequency_hz, 0.49 * SAMPLE_RATE) / SAMPLE_RATE)
    place: Array = (1.0 - tangent) / (1.0 + tangent)
    return place
