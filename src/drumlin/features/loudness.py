"""How loud a sound is: integrated loudness after ITU-R BS.1770-4, of mono or stereo, at any rate.

Two filters (a shelf for the head, a high-pass) weight the sound; powers of blocks of 400 ms, a new one each 100 ms, are
gated at -70 LUFS and at 10 LU below what is left. The filters' analogue constants are those that give the standard's
table at 48 kHz. Shape letters: C channels, T points, N hops of 100 ms.
"""

import math
from typing import Any

import numpy as np

from ..units import Array

HOP_S = 0.1
BLOCK_HOPS = 4
OFFSET_LU = -0.691
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0

_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773


def integrated_lufs(waveform: Array, sample_rate: int) -> float:
    """Return the gated loudness of a sound (T,) or (C, T), LUFS; minus infinity where all of it is gated."""
    return gated_lufs(hop_powers(weighted(np.atleast_2d(waveform), sample_rate), sample_rate))


def weighted(waveform: Array, sample_rate: int) -> Array:
    """Return a sound (C, T) as the meter hears it, of the same shape and type."""
    from scipy.signal import sosfilt

    heard: Array = sosfilt(weighting(sample_rate).astype(waveform.dtype), waveform, axis=-1)
    return heard


def hop_powers(heard: Array, sample_rate: int) -> Array:
    """Return the power of each whole hop of a weighted sound (C, T), summed over channels, float64 (N,).

    A sound shorter than one hop is one hop.
    """
    hop = min(round(HOP_S * sample_rate), max(heard.shape[-1], 1))
    count = heard.shape[-1] // hop
    hops = heard[:, : count * hop].reshape(len(heard), count, hop)
    powers: Array = np.einsum("cnt,cnt->n", hops, hops).astype(np.float64) / hop
    return powers


def gated_lufs(powers: Array) -> float:
    """Return the loudness of hops (N,), LUFS; fewer than a block's are one block."""
    blocks = _blocks(powers)
    loud = blocks[blocks > _power(ABSOLUTE_GATE_LUFS)]
    if not loud.size:
        return -math.inf
    louder = loud[loud > loud.mean() * 10.0 ** (RELATIVE_GATE_LU / 10.0)]
    return OFFSET_LU + 10.0 * math.log10(float(louder.mean()))


def weighting(sample_rate: int) -> Array:
    """Return the two filters as second-order sections, float64 (2, 6)."""
    tangent = math.tan(math.pi * _SHELF_HZ / sample_rate)
    high = 10.0 ** (_SHELF_DB / 20.0)
    middle = high**0.4996667741545416
    first = 1.0 + tangent / _SHELF_Q + tangent**2
    shelf = [
        (high + middle * tangent / _SHELF_Q + tangent**2) / first,
        2.0 * (tangent**2 - high) / first,
        (high - middle * tangent / _SHELF_Q + tangent**2) / first,
        *(1.0, 2.0 * (tangent**2 - 1.0) / first, (1.0 - tangent / _SHELF_Q + tangent**2) / first),
    ]
    tangent = math.tan(math.pi * _HIGH_PASS_HZ / sample_rate)
    first = 1.0 + tangent / _HIGH_PASS_Q + tangent**2
    high_pass = [
        *(1.0, -2.0, 1.0),
        *(1.0, 2.0 * (tangent**2 - 1.0) / first, (1.0 - tangent / _HIGH_PASS_Q + tangent**2) / first),
    ]
    return np.array([shelf, high_pass])


def weighting_gain(frequency_hz: Array | Any, sample_rate: int) -> Array:
    """Return the amplitude gain of the weighting at frequencies of any shape."""
    turn = np.exp(-2j * np.pi * np.asarray(frequency_hz, np.float64) / sample_rate)
    gain = np.ones(np.shape(frequency_hz))
    for section in weighting(sample_rate):
        above, below = section[:3], section[3:]
        gain = gain * np.abs(
            (above[0] + above[1] * turn + above[2] * turn**2) / (below[0] + below[1] * turn + below[2] * turn**2)
        )
    return gain


def _blocks(powers: Array) -> Array:
    """Return the mean power of each block of hops, (N,) to (max(N - 3, 1),)."""
    if len(powers) <= BLOCK_HOPS:
        return powers.mean(keepdims=True) if len(powers) else np.zeros(1)
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    blocks: Array = (sums[BLOCK_HOPS:] - sums[:-BLOCK_HOPS]) / BLOCK_HOPS
    return blocks


def _power(level_lufs: float) -> float:
    return float(10.0 ** ((level_lufs - OFFSET_LU) / 10.0))
