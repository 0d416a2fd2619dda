"""Mel spectrograms as the source study's tagger takes them, stored in bytes.

Panotti looks at 96 mel bands of Slaney's scale, frames of 46 ms every 11.6 ms at 44.1 kHz, the whole sound padded with
silence to the longest. Stored is one byte for each cell, in whole decibels: level, not phase. Cells that the network
never sees are stored as silence. Shapes: C channels, T points, F bands, N frames.
"""

from functools import cache

import numpy as np

from ..audio.resampling import resample
from ..features import spectrogram
from ..units import Array

RATE = 44_100
N_FFT, HOP = 2048, 512
BANDS = 96

LOWEST_DB = -120.0
"""Level of the byte 0, dB below a full-scale sine in a band; each further step is `STEP_DB`."""

STEP_DB = 1.0

SEEN_DB = 40.0
"""What lies further below the loudest cell of a picture, the network does not see."""
_OFFSET_DB = 76.0  # between these levels and those of the study's tool, which takes 20 log10 of a power

_LINEAR_HZ, _EDGE_HZ, _LOG_STEP = 200.0 / 3.0, 1000.0, np.log(6.4) / 27.0  # Slaney 1998, Auditory Toolbox


def melgram(channels: Array, sample_rate: int, frames: int) -> Array:
    """Return the bytes of a sound's mel spectrograms.

    Args:
        channels: (C, T), float32.
        sample_rate: Hz.
        frames: N; what is longer is cut, what is shorter padded with silence.
    Returns:
        (C, 96, N), uint8.
    """
    length = (frames - 1) * HOP
    rows = [resample(_numbers(one), sample_rate, RATE)[:length] for one in channels]
    padded = np.stack([np.pad(one, (0, length - len(one))) for one in rows])
    power = spectrogram(padded, n_fft=N_FFT, hop_length=HOP) @ slaney_filters().T  # (C, N, F)
    levels_db = 10.0 * np.log10(np.maximum(power, 1e-12))
    seen = np.where(levels_db > levels_db.max(axis=(1, 2), keepdims=True) - SEEN_DB, levels_db, LOWEST_DB)
    return to_bytes(np.swapaxes(seen, 1, 2))


def _numbers(channel: Array) -> Array:
    """Return a channel in which what is no number is silence, and what is infinite full scale."""
    return channel if np.isfinite(channel).all() else np.nan_to_num(channel, nan=0.0, posinf=1.0, neginf=-1.0)


def to_bytes(levels_db: Array) -> Array:
    """Return levels in dB as bytes, to the nearest step."""
    stored: Array = np.clip(np.round((levels_db - LOWEST_DB) / STEP_DB), 0, 255).astype(np.uint8)
    return stored


def to_study(stored: Array) -> Array:
    """Return bytes (..., C, F, N) as what Panotti looks at, float32: doubled decibels, 80 below the loudest cell.

    The study's tool takes decibels of a power as if it were an amplitude, which doubles them. It is kept: a network
    that learned it expects it.
    """
    doubled = 2.0 * (LOWEST_DB + STEP_DB * stored.astype(np.float32)) + _OFFSET_DB
    loudest = doubled.max(axis=(-1, -2), keepdims=True)
    seen: Array = np.maximum(doubled, loudest - 2.0 * SEEN_DB).astype(np.float32)
    return seen


@cache
def slaney_filters() -> Array:
    """Return triangles of Slaney's mel scale with equal areas, (96, N_FFT // 2 + 1), float32, read-only."""
    top = 15.0 + np.log(RATE / 2 / _EDGE_HZ) / _LOG_STEP
    mels = np.linspace(0.0, top, BANDS + 2)
    edges = np.where(mels < 15.0, _LINEAR_HZ * mels, _EDGE_HZ * np.exp(_LOG_STEP * (mels - 15.0)))
    bins = np.fft.rfftfreq(N_FFT, 1 / RATE)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    widest = (edges[2:] - edges[:-2]).max()
    scaled: Array = (triangles * (widest / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)
    scaled.flags.writeable = False
    return scaled
