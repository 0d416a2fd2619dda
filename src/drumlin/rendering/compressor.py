"""A compressor: what is above a threshold rises less. The level is that of both channels together.

The gain is reckoned once in 64 points and drawn in straight lines between; it falls and recovers as the smooth
decoupled detector of Giannoulis, Massberg and Reiss (2012). Shape letters: C channels, T points, N steps.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform
from .partials import SAMPLE_RATE
from .stretches import stretches

STEP = 64
"""Points between two gains, 1.5 ms."""

_MEAN = 9
"""Steps over which the power is averaged, 13 ms: half a period of the lowest bass."""


@dataclass(frozen=True)
class Compressor:
    """Settings: `threshold_db` of the RMS, `ratio`, times in which the gain goes two thirds of its way."""

    threshold_db: float = -18.0
    ratio: float = 2.0
    attack_s: float = 0.01
    release_s: float = 0.12
    knee_db: float = 6.0


def compression_gain(sound: Waveform, compressor: Compressor) -> Array:
    """Return the gain at the edges of steps, float32 (N + 1,), for a sound (C, T)."""
    steps = math.ceil(sound.shape[1] / STEP)
    whole = sound.shape[1] // STEP * STEP
    power = np.zeros(steps)
    power[: whole // STEP] = np.einsum("cns,cns->n", *[sound[:, :whole].reshape(len(sound), -1, STEP)] * 2)
    power[whole // STEP :] = np.square(sound[:, whole:]).sum()
    sums = np.concatenate([[0.0], np.cumsum(np.pad(power, [(_MEAN // 2, _MEAN - _MEAN // 2 - 1)]))])
    power = (sums[_MEAN:] - sums[:-_MEAN]) / _MEAN
    level_db = 10.0 * np.log10(np.maximum(power, 0.0) / (STEP * len(sound)) + 1e-12)
    over_db = level_db - compressor.threshold_db
    knee_db = compressor.knee_db
    bent_db = np.clip(over_db + 0.5 * knee_db, 0.0, knee_db) ** 2 / (2.0 * knee_db) + np.maximum(
        over_db - 0.5 * knee_db, 0.0
    )
    wanted_db = -bent_db * (1.0 - 1.0 / compressor.ratio)
    gain_db = _followed(wanted_db, compressor)
    edges = np.concatenate([gain_db[:1], gain_db])
    gain: Array = (10.0 ** (edges / 20.0)).astype(np.float32)
    return gain


def with_gain(sound: Waveform, gain: Array, *, in_place: bool = False) -> Waveform:
    """Return a sound (C, T) times a gain at the edges of steps (N + 1,), straight between; the same array if asked."""
    changed = sound if in_place else np.empty_like(sound)
    ramp = np.arange(STEP, dtype=np.float32) / np.float32(STEP)
    for part in stretches(sound.shape[1]):
        edges = gain[part.start // STEP : -(-part.stop // STEP) + 1]
        curve = (edges[1:] - edges[:-1])[:, None] * ramp
        curve += edges[:-1, None]
        np.multiply(sound[:, part], curve.reshape(-1)[: part.stop - part.start], out=changed[:, part])
    return changed


def decaying_maximum(values: Array, share: float) -> Array:
    """Return values that fall no faster than to `share` of the last, float64 (N,): d[n] = max(v[n], share d[n - 1])."""
    slope = np.arange(len(values)) * math.log(share)
    with np.errstate(divide="ignore"):
        highest = np.maximum.accumulate(np.log(np.asarray(values, np.float64)) - slope)
    held: Array = np.exp(highest + slope)
    return held


def _followed(wanted_db: Array, compressor: Compressor) -> Array:
    """Return a gain (N,) that recovers slowly, and then falls no faster than the attack lets it."""
    from scipy.signal import lfilter

    recover = math.exp(-STEP / SAMPLE_RATE / compressor.release_s)
    fall = math.exp(-STEP / SAMPLE_RATE / compressor.attack_s)
    followed: Array = -lfilter([1.0 - fall], [1.0, -fall], decaying_maximum(-wanted_db, recover))
    return followed
