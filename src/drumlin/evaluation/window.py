"""The judged window: the one alignment of real and made sounds, whatever system they come from.

A window begins `PRE_ROLL_S` before the onset and holds `WINDOW` points at `JUDGED_RATE`. What lies before the onset is
silence in it, and its peak is 1: how a system pads or scales its sounds is not judged, what is heard from the onset on
is. Shape letters: M sounds, T points.
"""

from collections.abc import Iterable

import numpy as np

from ..audio import resample
from ..features import find_onset
from ..units import Waveform, seconds_to_points

WINDOW = 16_384
"""Points of a window, 0.37 s: the input of the study's models, so that none is asked for more than it learned."""

JUDGED_RATE = 44_100
"""Sample rate at which sounds are judged, Hz."""

PRE_ROLL_S = 0.0015
"""Silence before the onset, so that an attack is not cut by the first frame of an analysis."""

_SILENT = 1e-6  # -120 dB: below it there is nothing to normalise


def judged_window(waveform: Waveform, sample_rate: int, length: int = WINDOW) -> Waveform:
    """Return the judged window of a sound.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz; resampled to `JUDGED_RATE` where it is another.
        length: points of the window.
    Returns:
        A new array, shape (length,): silence up to the onset, peak 1; zeros for a silent sound.
    """
    sound = resample(np.asarray(waveform, np.float32), sample_rate, JUDGED_RATE)
    window = np.zeros(length, np.float32)
    if float(np.abs(sound).max(initial=0.0)) < _SILENT:
        return window
    lead = min(seconds_to_points(PRE_ROLL_S, JUDGED_RATE), length)
    heard = sound[find_onset(sound, JUDGED_RATE) :][: length - lead]
    window[lead : lead + len(heard)] = heard
    loudest = float(np.abs(window).max())
    return window / np.float32(loudest) if loudest >= _SILENT else np.zeros_like(window)


def judged_windows(waveforms: Iterable[Waveform], sample_rate: int, length: int = WINDOW) -> Waveform:
    """Return the windows of sounds, each (T,), as one array (M, length)."""
    windows = [judged_window(waveform, sample_rate, length) for waveform in waveforms]
    return np.stack(windows) if windows else np.zeros((0, length), np.float32)
