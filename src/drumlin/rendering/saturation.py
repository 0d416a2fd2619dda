"""Saturation: a soft bend at twice the rate, so that what it adds does not fold back. Shape letters: C, T points."""

import math

import numpy as np

from ..units import Waveform, db_to_gain
from .partials import SAMPLE_RATE

_REFERENCE_DB = -12.0
"""RMS level to which the loud parts of a bus are brought before it is driven: the same drive for every bus."""


def saturated(sound: Waveform, drive_db: float) -> Waveform:
    """Return a sound (C, T) driven into a bend, at about its own level."""
    import soxr

    level = _rms(sound)
    if drive_db <= 0.0 or level < 1e-6:
        return sound
    gain = db_to_gain(drive_db + _REFERENCE_DB) / level
    fine = soxr.resample(sound.T, SAMPLE_RATE, 2 * SAMPLE_RATE, quality="HQ")
    fine *= np.float32(gain)
    np.tanh(fine, out=fine)
    bent = soxr.resample(fine, 2 * SAMPLE_RATE, SAMPLE_RATE, quality="HQ")[: sound.shape[1]].T
    whole = np.zeros_like(sound)
    whole[:, : bent.shape[1]] = bent
    whole *= np.float32(level / _rms(bent))
    return whole


def _rms(sound: Waveform) -> float:
    return math.sqrt(float(np.einsum("ct,ct->", sound, sound)) / max(sound.size, 1))
