"""Names and conversions of the units in use; shape letters stand in the docstrings of those who need them.

A waveform is mono, float32, full scale [-1, 1], shape (T,); stacked ones have shape (B, T). Times are seconds,
rates Hz, levels dB relative to full scale, pitches semitones.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Waveform = NDArray[np.float32]
"""Mono audio, shape (T,), float32, full scale [-1, 1]."""

Array = NDArray[Any]
"""Any numpy array; its shape is in the docstring."""

SILENCE_DB = -120.0
"""Floor of every level in dB: below the least step of 16-bit audio, above the noise of float32."""


def db_to_gain(level_db: float) -> float:
    """Return the amplitude ratio of a level in dB; 0 dB is 1."""
    return float(10.0 ** (level_db / 20.0))


def gain_to_db(gain: float) -> float:
    """Return the level in dB of an amplitude ratio, at least `SILENCE_DB`."""
    return max(SILENCE_DB, 20.0 * math.log10(gain)) if gain > 0 else SILENCE_DB


def semitones_to_ratio(semitones: float) -> float:
    """Return the frequency ratio of a pitch change; 12 semitones are 2."""
    return float(2.0 ** (semitones / 12.0))


def seconds_to_points(duration_s: float, sample_rate: int) -> int:
    """Return the number of points nearest to a duration."""
    return round(duration_s * sample_rate)
