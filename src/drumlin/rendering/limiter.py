"""A limiter that looks ahead: no true peak above its ceiling, no edge in its gain.

The peak of each block of 64 points is found between the points as well, at four times the rate (ITU-R BS.1770-4, annex
2), where the points themselves come within 6 dB of the ceiling. The gain of a block's edges is the least that any
block nearby needs, recovers slowly, and is averaged over the look ahead. Shape letters: C channels, T points, N blocks.
"""

import math

import numpy as np

from ..units import Array, Waveform, db_to_gain
from .compressor import STEP, decaying_maximum, with_gain
from .partials import SAMPLE_RATE

_AHEAD = 4  # blocks, 5.8 ms
_RELEASE_S = 0.08
_MARGIN_DB = 0.1  # for what moving gains and other interpolations may find between the points
_HALF, _PHASES = 12, 4
_CHUNK = 512


def limited(sound: Waveform, ceiling_dbtp: float) -> Waveform:
    """Return a sound (C, T) whose true peaks stay below a ceiling; the same array where they do already."""
    gain = limiting_gain(sound, db_to_gain(ceiling_dbtp - _MARGIN_DB))
    return sound if gain is None else with_gain(sound, gain)


def limiting_gain(sound: Waveform, ceiling: float) -> Array | None:
    """Return the gain at the edges of blocks, float32 (N + 1,), or None where nothing is above the ceiling."""
    needed = np.minimum(1.0, ceiling / np.maximum(block_peaks(sound, 0.5 * ceiling), 1e-9))
    if needed.min(initial=1.0) >= 1.0:
        return None
    edges = np.minimum(np.append(needed, 1.0), np.append(1.0, needed))
    padded = np.concatenate([edges, np.full(_AHEAD - 1, 1.0)])
    ahead = np.lib.stride_tricks.sliding_window_view(padded, _AHEAD).min(axis=1)
    recover = math.exp(-STEP / SAMPLE_RATE / _RELEASE_S)
    held = np.concatenate([np.full(_AHEAD - 1, ahead[0]), 1.0 - decaying_maximum(1.0 - ahead, recover)])
    smooth = np.lib.stride_tricks.sliding_window_view(held, _AHEAD).mean(axis=1)
    gain: Array = smooth.astype(np.float32)
    return gain


def block_peaks(sound: Waveform, interesting: float) -> Array:
    """Return the peak of each block over all channels, (N,); between the points where it is `interesting`."""
    channels, points = sound.shape
    blocks = math.ceil(points / STEP)
    padded = np.zeros((channels, blocks * STEP + 2 * _HALF), dtype=np.float32)
    padded[:, _HALF : _HALF + points] = sound
    inner = padded[:, _HALF : _HALF + blocks * STEP].reshape(channels, blocks, STEP)
    peaks: Array = np.maximum(inner.max(axis=2), -inner.min(axis=2)).max(axis=0).astype(np.float64)
    filters = _between()
    chosen = np.flatnonzero(peaks > interesting)
    windows = np.lib.stride_tricks.sliding_window_view(padded, STEP + 2 * _HALF, axis=1)[:, ::STEP]
    for first in range(0, len(chosen), _CHUNK):
        some = chosen[first : first + _CHUNK]
        for channel in windows:
            near = np.lib.stride_tricks.sliding_window_view(channel[some], 2 * _HALF, axis=1)[:, : STEP + 1]
            peaks[some] = np.maximum(peaks[some], np.abs(near @ filters).max(axis=(1, 2)))
    return peaks


def _between() -> Array:
    """Return filters that read a band-limited sound between points, (2 HALF, PHASES - 1)."""
    part = np.arange(1, _PHASES) / _PHASES
    place = np.arange(-_HALF, _HALF)[:, None] + 1.0 - part
    window = np.cos(0.5 * np.pi * place / (_HALF + 0.5)) ** 2
    filters: Array = (np.sinc(place) * window).astype(np.float32)
    return filters
