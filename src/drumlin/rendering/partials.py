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
_INAUDIBLE = 1e-4
"""Partials that are never louder than this beside the loudest are left out: -80 dB."""

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
    loudest = partials.amplitude.max(axis=1)
    audible = (partials.frequency_hz < HIGHEST_HZ) & (loudest > _INAUDIBLE * loudest.max(initial=0.0))
    step = 2.0 * np.pi / SAMPLE_RATE * partials.frequency_hz[audible]
    amplitude = partials.amplitude[audible].astype(np.float32).T
    blocks, channels, count = len(amplitude) - 1, len(partials.phase), len(step)
    start = np.outer(np.arange(blocks), step * BLOCK)  # in double precision: phases grow large
    start = (start - 2.0 * np.pi * np.round(start / (2.0 * np.pi))).astype(np.float32)
    left = np.empty((blocks, 4, count), dtype=np.float32)
    np.sin(start, out=left[:, 2])
    np.cos(start, out=left[:, 3])
    np.multiply(left[:, 2:], amplitude[:-1, None], out=left[:, :2])
    left[:, 2:] *= np.diff(amplitude, axis=0)[:, None]
    phase, gain = partials.phase[:, audible].astype(np.float32), partials.gain[:, audible].astype(np.float32)
    within = (np.arange(BLOCK)[:, None] * step).astype(np.float32)[:, None] + phase  # (BLOCK, C, K)
    right = np.empty((BLOCK, channels, 4, count), dtype=np.float32)
    np.multiply(np.cos(within), gain, out=right[:, :, 0])
    np.multiply(np.sin(within), gain, out=right[:, :, 1])
    ramp = (np.arange(BLOCK, dtype=np.float32) / np.float32(BLOCK))[:, None, None, None]
    np.multiply(right[:, :, :2], ramp, out=right[:, :, 2:])
    sound = left.reshape(blocks, -1) @ right.reshape(BLOCK * channels, -1).T
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
