"""Levels of a waveform: peak, normalising, the end of a tail. All dB are relative to full scale unless said."""

import numpy as np

from ..errors import PreprocessError
from ..units import SILENCE_DB, Waveform, db_to_gain, gain_to_db


def peak(waveform: Waveform) -> float:
    """Return the largest absolute value; 0 for an empty waveform, NaN if any point is NaN."""
    return max(float(waveform.max()), -float(waveform.min())) if waveform.size else 0.0


def peak_db(waveform: Waveform) -> float:
    """Return the peak level in dB, at least `SILENCE_DB`."""
    return gain_to_db(peak(waveform))


def rms(waveform: Waveform) -> float:
    """Return the root of the mean square; 0 for an empty waveform."""
    return float(np.sqrt(np.mean(np.square(waveform, dtype=np.float64)))) if waveform.size else 0.0


def is_silent(waveform: Waveform) -> bool:
    """Tell whether nothing in the waveform reaches `SILENCE_DB`."""
    return peak(waveform) < db_to_gain(SILENCE_DB)


def normalising_gain_db(waveform: Waveform, target_db: float) -> float:
    """Return the gain in dB that brings the peak to `target_db`.

    Raises:
        PreprocessError: the waveform is silent.
    """
    if is_silent(waveform):
        raise PreprocessError("the sound is silent: there is no peak to normalise")
    return target_db - gain_to_db(peak(waveform))


def find_tail_end(waveform: Waveform, floor_db: float) -> int:
    """Return the index after the last point louder than `floor_db` relative to the peak; 0 if silent."""
    level = np.abs(waveform)
    threshold = peak(waveform) * db_to_gain(floor_db)
    loud = np.flatnonzero(level > threshold)
    return int(loud[-1]) + 1 if loud.size else 0
