"""A sum of sinusoids as one product of matrices: the core of every pitched engine.

Each partial keeps its frequency; its amplitude moves along straight lines between the edges of short blocks. With
theta the phase at the start of a block, w the frequency and m the point within the block,

    sin(theta + w m) = sin(theta) cos(w m) + cos(theta) sin(w m),

so that blocks of sound are (blocks x partials) times (partials x points of a block): some tens of thousand million
operations a second on one core. Nothing aliases: what would lie too high is left out.

Shape letters: K partials, N blocks, C channels, T points.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..features.loudness import weighting_gain
from ..units import Array, Waveform

SAMPLE_RATE = 44100
"""Hz; the only rate of the renderer."""

BLOCK = 128
"""Points between the edges at which amplitudes are given, 2.9 ms: attacks that are quicker are drawn on the sound."""

HIGHEST_HZ = 20000.0
LOUD_S = 0.1
"""A sound is as loud as its loudest stretch of this length."""


@dataclass(frozen=True)
class Partials:
    """Sinusoids.

    Args:
        frequency_hz: (K,).
        amplitude: at the edges of the blocks, (K, N + 1).
        phase: at the start, radians, (C, K).
        gain: of each in each channel, (C, K).
    """

    frequency_hz: Array
    amplitude: Array
    phase: Array
    gain: Array


def edges_s(points: int) -> Array:
    """Return the times of the blocks' edges of a sound, seconds, (N + 1,)."""
    times: Array = np.arange(math.ceil(points / BLOCK) + 1) * (BLOCK / SAMPLE_RATE)
    return times


def sum_partials(partials: Partials, points: int) -> Waveform:
    """Return the sound of partials, float32 (C, T)."""
    audible = (partials.frequency_hz < HIGHEST_HZ) & (partials.amplitude.max(axis=1) > 0.0)
    step = 2.0 * np.pi / SAMPLE_RATE * partials.frequency_hz[audible]
    amplitude = partials.amplitude[audible].astype(np.float32)
    blocks, channels = amplitude.shape[1] - 1, len(partials.phase)
    start = np.outer(np.arange(blocks), step * BLOCK) % (2.0 * np.pi)  # in double precision: phases grow large
    start = start.astype(np.float32)
    turns = np.concatenate([np.sin(start), np.cos(start)], axis=1)  # (N, 2K)
    level = np.tile(amplitude[:, :-1].T, 2)
    slope = np.tile(np.diff(amplitude, axis=1).T, 2)
    left = np.concatenate([turns * level, turns * slope], axis=1)  # (N, 4K)
    within = np.arange(BLOCK)[:, None, None] * step + partials.phase[:, audible]  # (BLOCK, C, K)
    gain = partials.gain[:, audible]
    basis = np.concatenate([gain * np.cos(within), gain * np.sin(within)], axis=2)
    ramp = (np.arange(BLOCK) / BLOCK)[:, None, None]
    right = np.concatenate([basis, basis * ramp], axis=2).astype(np.float32)  # (BLOCK, C, 4K)
    sound = left @ right.reshape(BLOCK * channels, -1).T
    whole: Waveform = sound.reshape(blocks * BLOCK, channels)[:points].T
    return np.ascontiguousarray(whole)


def levelled(partials: Partials) -> Partials:
    """Return the partials at unit loudness: weighted power 1, averaged over channels, where they are loudest."""
    heard = weighting_gain(partials.frequency_hz, SAMPLE_RATE) ** 2 * (partials.frequency_hz < HIGHEST_HZ)
    share = 0.5 * heard * np.square(partials.gain).mean(axis=0)
    power = share @ np.square(partials.amplitude, dtype=np.float64)
    window = max(1, min(len(power), round(LOUD_S * SAMPLE_RATE / BLOCK)))
    sums = np.concatenate([[0.0], np.cumsum(power)])
    loudest = float((sums[window:] - sums[:-window]).max()) / window
    amplitude = partials.amplitude * (1.0 / math.sqrt(max(loudest, 1e-12)))
    return Partials(partials.frequency_hz, amplitude, partials.phase, partials.gain)


def spread_voices(count: int, width: float) -> Array:
    """Return gains (2, V) that place voices from left to right, each of power 1 per channel on average."""
    place = np.linspace(-1.0, 1.0, count) * width if count > 1 else np.zeros(1)
    angle = (place + 1.0) * (np.pi / 4.0)
    gains: Array = np.stack([np.cos(angle), np.sin(angle)]) * math.sqrt(2.0)
    return gains
