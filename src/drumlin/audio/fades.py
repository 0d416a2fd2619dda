"""Smooth starts and ends, so that no sound clicks."""

import numpy as np

from ..units import Waveform


def fade_curve(points: int) -> Waveform:
    """Return half a raised cosine, shape (points,), from just above 0 to just below 1; reversed it fades out."""
    phase = (np.arange(points, dtype=np.float32) + 0.5) / max(points, 1)
    return (0.5 - 0.5 * np.cos(np.pi * phase)).astype(np.float32)


def fade_in(waveform: Waveform, points: int) -> Waveform:
    """Return a copy, shape (T,), whose first `points` points rise smoothly from silence."""
    faded = waveform.copy()
    points = min(points, len(faded))
    faded[:points] *= fade_curve(points)
    return faded


def fade_out(waveform: Waveform, points: int, end: int | None = None) -> Waveform:
    """Return a copy, shape (T,), that falls to silence over `points` points and is zero from `end` on.

    Args:
        waveform: mono audio, shape (T,).
        points: length of the fade; shorter where the sound before `end` is shorter.
        end: first silent point; the end of the waveform if None.
    """
    faded = waveform.copy()
    end = len(faded) if end is None else min(max(end, 0), len(faded))
    points = min(points, end)
    faded[end - points : end] *= fade_curve(points)[::-1]
    faded[end:] = 0.0
    return faded
