"""Vibrato: a sound read at a place that sways, by short filters between its points. Shape letters: C, T points."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..units import Array, Waveform
from .partials import SAMPLE_RATE
from .stretches import stretches

_TAPS, _PHASES = 16, 4096
_COME_S = 0.4
_READ_AT_ONCE = 2048


@dataclass(frozen=True)
class Vibrato:
    """Slow changes of pitch that come in after a while: `rate_hz`, `depth_cents`, `after_s`."""

    rate_hz: float = 5.2
    depth_cents: float = 12.0
    after_s: float = 0.35


def with_vibrato(sound: Waveform, vibrato: Vibrato, seed: int) -> Waveform:
    """Return a sound (C, T) whose pitch sways; `seed` moves the rate a little, so that two notes are not in step."""
    points = sound.shape[1]
    rate_hz = vibrato.rate_hz * (0.94 + 0.12 * (seed % 97) / 96.0)
    depth = (2.0 ** (vibrato.depth_cents / 1200.0) - 1.0) / (2.0 * np.pi * rate_hz) * SAMPLE_RATE
    first = min(points, round(vibrato.after_s * SAMPLE_RATE))
    since_s = np.arange(points - first) / SAMPLE_RATE
    come = np.minimum(since_s / _COME_S, 1.0)
    late = depth * come * (1.0 - np.cos(2.0 * np.pi * rate_hz * since_s))
    swayed = sound.copy()
    swayed[:, first:] = _read(sound, np.arange(first, points) - late)
    return swayed


def _read(sound: Waveform, place: Array) -> Waveform:
    """Return a sound (C, T) at places between its points (R,), (C, R)."""
    fine = np.rint(place * _PHASES).astype(np.int64)
    whole, part = fine // _PHASES, fine % _PHASES
    padded = np.pad(sound, [(0, 0), (_TAPS // 2 - 1, _TAPS // 2)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _TAPS, axis=1)
    read = np.empty((len(sound), len(place)), dtype=np.float32)
    for some in stretches(len(place), _READ_AT_ONCE):
        filters = _filters()[part[some]]  # (R, TAPS)
        for channel, row in zip(windows, read, strict=True):
            np.einsum("rt,rt->r", channel[whole[some]], filters, out=row[some])
    return read


@lru_cache(maxsize=1)
def _filters() -> Array:
    """Return what reads a sound between two points, for each of many places between them, float32 (PHASES, TAPS)."""
    place = np.arange(_TAPS) - (_TAPS // 2 - 1) - (np.arange(_PHASES) / _PHASES)[:, None]
    window = np.i0(6.5 * np.sqrt(np.maximum(1.0 - (place / (_TAPS / 2)) ** 2, 0.0))) / np.i0(6.5)
    filters = np.sinc(place) * window
    table: Array = (filters / filters.sum(axis=1, keepdims=True)).astype(np.float32)
    return table
