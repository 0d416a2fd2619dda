"""What a converter or a bad network does to a waveform: clipping, stairs, an offset.

All measures are relative to the peak of the sound, and 0 or `SILENCE_DB` for silence. Shapes: T points.
"""

import numpy as np

from ..units import SILENCE_DB, Array, Waveform, gain_to_db, seconds_to_points

TOP = 0.999
"""Points above this share of the largest value of their sign belong to a top."""

LEAST_SIDE = 0.25
"""A side that stays below this share of the peak has nothing that could be clipped."""

TOP_POINTS = 4
"""A top of fewer points may be any."""

STEEP = 6.0
"""The flanks of a clipped top are so many times steeper than those of a round one of its width."""

STAIR_BLOCK_S = 0.005
LOUD_DB = -40.0
"""Stairs are looked for in blocks above this: below, a real recording may show its own bits."""

LEVEL = 0.02
"""A step smaller than this share of the block's usual step is no step."""


def clipped_tops(waveform: Waveform) -> int:
    """Return how many tops of a sound (T,) are cut off flat.

    A top is a run of at least `TOP_POINTS` points above `TOP` of the largest value of its sign. A round one, a
    parabola, falls by 0.001 of it over half its width, which gives the slope at its ends; a clipped one has much
    steeper flanks.
    """
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak < 1e-6:
        return 0
    level = np.asarray(waveform, np.float64) / peak
    return sum(_flat_tops(side / side.max()) for side in (level, -level) if side.max() > LEAST_SIDE)


def stair_points(waveform: Waveform, sample_rate: int) -> float:
    """Return the share of a sound's loud points that repeat the one before: samples held, or too few bits.

    A repeated point is one whose step is below `LEVEL` of the root mean square of the steps around it; a smooth sound
    and noise have about 0.02 of them.
    """
    size = seconds_to_points(STAIR_BLOCK_S, sample_rate)
    sound = np.asarray(waveform, np.float64)
    count = (len(sound) - 1) // size
    peak = float(np.abs(sound).max(initial=0.0))
    if count == 0 or peak < 1e-6:
        return 0.0
    blocks = sound[: count * size].reshape(count, size)
    loud = np.sqrt(np.square(blocks).mean(axis=1)) > peak * 10.0 ** (LOUD_DB / 20.0)
    steps = np.diff(sound)[: count * size].reshape(count, size)[loud]
    usual = np.sqrt(np.square(steps).mean(axis=1, keepdims=True))
    return float((np.abs(steps) <= LEVEL * usual).mean()) if loud.any() else 0.0


def offset_db(waveform: Waveform) -> float:
    """Return the level of a sound's constant part in its second half, against the peak, in dB.

    In the second half, as the mean over a short hit is what its first swing leaves, and no offset. The window keeps
    low tones out of the mean.
    """
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak < 1e-6:
        return SILENCE_DB
    half = np.asarray(waveform[len(waveform) // 2 :], np.float64)
    window = np.hanning(len(half) + 2)[1:-1]
    return gain_to_db(abs(float(half @ window)) / float(window.sum()) / peak)


def _flat_tops(level: Array) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], level >= TOP, [0]]).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]  # the first point of a run, and the first after it
    wide = (ends - starts >= TOP_POINTS) & (starts >= 1) & (ends < len(level))
    starts, ends = starts[wide], ends[wide]
    flank = np.minimum(TOP - level[starts - 1], TOP - level[ends])
    round_slope = 4.0 * (1.0 - TOP) / (ends - starts)
    return int((flank > STEEP * round_slope).sum())
