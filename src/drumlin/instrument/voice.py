"""The voice: what every instrument does with a decoded sound, whatever its model.

At rest (pitch 0, velocity 1, no length) the sound is passed on untouched, bit for bit, but for the lead of one whose
peak is what was aligned.
"""

import numpy as np

from ..audio.fades import fade_in
from ..units import Waveform, seconds_to_points, semitones_to_ratio

ONSET_SHARE = 0.1
"""A hit has begun where it first reaches this share of its peak: louder than what blurred models put before it."""

LEAD_S, LEAD_FADE_S = 0.003, 0.001
"""What is kept before that point, and how fast it fades in: a cut lead must not click."""

FADE_S = 0.005
"""Longest fade of a shortened sound, seconds: short enough to keep a hit tight, long enough not to click."""

FADE_SHARE = 0.25
"""A very short sound fades over this part of its length at most."""


def drop_lead(waveform: Waveform, sample_rate: int) -> Waveform:
    """Cut what lies before the onset of a sound whose peak, not onset, has a fixed place: it would come late.

    Args:
        waveform: mono audio, (T,).
        sample_rate: Hz.
    Returns:
        A new array that starts `LEAD_S` before the onset and fades in; the same one where there is nothing to cut.
    """
    magnitude = np.abs(waveform)
    onset = int(np.argmax(magnitude >= ONSET_SHARE * magnitude.max(initial=0.0))) if len(waveform) else 0
    start = onset - seconds_to_points(LEAD_S, sample_rate)
    return fade_in(waveform[start:], seconds_to_points(LEAD_FADE_S, sample_rate)) if start > 0 else waveform


def shift_pitch(waveform: Waveform, semitones: float, sample_rate: int) -> Waveform:
    """Play a sound faster or slower, as a sampler does.

    Args:
        waveform: mono audio, (T,).
        semitones: pitch change; 12 halve the duration.
        sample_rate: Hz.
    Returns:
        (T / 2^(semitones / 12),), the same array for 0 semitones.
    """
    if semitones == 0:
        return waveform
    import soxr

    shifted: Waveform = soxr.resample(waveform, sample_rate * semitones_to_ratio(semitones), sample_rate, quality="VHQ")
    return shifted.astype(np.float32, copy=False)


def shorten(waveform: Waveform, duration_s: float, sample_rate: int) -> Waveform:
    """Fade a sound to silence by `duration_s` along half a cosine and end it there.

    Returns:
        A new array, at most `duration_s` long; the same one if the sound is no longer than that.
    """
    length = max(1, seconds_to_points(duration_s, sample_rate))
    if length >= len(waveform):
        return waveform
    fade = min(seconds_to_points(FADE_S, sample_rate), round(length * FADE_SHARE))
    shortened = waveform[:length].copy()
    if fade:
        travel = np.arange(1, fade + 1, dtype=np.float64) / fade
        shortened[-fade:] *= (0.5 + 0.5 * np.cos(np.pi * travel)).astype(np.float32)
    return shortened


def level_of(velocity: float) -> float:
    """Return the level of a stroke, 0 to 1: the square of its velocity, 0.5 is 12 dB softer; as General MIDI has it."""
    return velocity * velocity


def strike(waveform: Waveform, velocity: float) -> Waveform:
    """Scale a sound to the level of its velocity.

    Returns:
        A new array, (T,); the same one for velocity 1.
    """
    if velocity == 1:
        return waveform
    return waveform * np.float32(level_of(velocity))
