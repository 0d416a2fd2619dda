"""Noise: one or more bands, each with its own course. Shape letters: F bins, T points."""

from dataclasses import dataclass

import numpy as np

from ..features.loudness import weighting_gain
from ..units import Array, Waveform
from .partials import HIGHEST_HZ, SAMPLE_RATE
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE


@dataclass(frozen=True)
class Noise:
    """A band of noise that may move.

    Args:
        low_hz: lower edge, 12 dB an octave, at middle C.
        high_hz: upper edge.
        key_track: how far the edges follow the key.
        slope_db: per octave within the band.
        rise_octaves: how far the band has moved up at the end of `rise_s`.
        rise_s: time of the move, along which the sound also grows from silence; 0: it stands still.
        decay_s: time in which it falls by 60 dB; 0 for none.
        force_octaves: how much a full stroke raises the upper edge above none at all.
        width: 0: one channel; else two that have nothing in common.
    """

    low_hz: float = 200.0
    high_hz: float = 4000.0
    key_track: float = 0.0
    slope_db: float = -3.0
    rise_octaves: float = 0.0
    rise_s: float = 0.0
    decay_s: float = 0.0
    force_octaves: float = 1.0
    width: float = 1.0


_STEPS = 6
"""Bands that a rising one is crossfaded through."""


def noise_sound(engine: Noise, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return noise at unit loudness, (C, T); arguments as of `subtractive_sound`."""
    from scipy.fft import irfft, next_fast_len

    generator = np.random.default_rng(seed)
    size = next_fast_len(points, real=True)
    turns = np.exp(2j * np.pi * generator.random((2 if engine.width else 1, size // 2 + 1), dtype=np.float32))
    key = (f0_hz / MIDDLE_C_HZ) ** engine.key_track
    bright = 2.0 ** (engine.force_octaves * (force - MIDDLE_FORCE))
    steps = _STEPS if engine.rise_octaves else 1
    sound = np.zeros((len(turns), points), dtype=np.float32)
    time_s = np.arange(points, dtype=np.float32) / np.float32(SAMPLE_RATE)
    for step in range(steps):
        move = key * 2.0 ** (engine.rise_octaves * step / max(steps - 1, 1))
        magnitude = _band(engine.low_hz * move, engine.high_hz * move * bright, engine.slope_db, size)
        band = irfft((magnitude * turns).astype(np.complex64), size, axis=1)[:, :points]
        sound += band * _share(engine, step, steps, time_s)
    return sound


def _share(engine: Noise, step: int, steps: int, time_s: Array) -> Array:
    """Return the course of one band, (T,): a neighbour's crossfade, the swell, the decay."""
    course = np.ones_like(time_s)
    if engine.rise_s:
        travel = np.minimum(time_s / np.float32(engine.rise_s), 1.0)
        if steps > 1:
            near = np.clip(1.0 - np.abs(travel * (steps - 1) - step), 0.0, 1.0)
            course = np.sin(0.5 * np.pi * near)
        course = course * travel**2
    return course * np.exp(-6.907755 / engine.decay_s * time_s) if engine.decay_s else course


def _band(low_hz: float, high_hz: float, slope_db: float, size: int) -> Array:
    """Return the magnitude of each bin at unit loudness, (F,)."""
    frequency_hz = np.maximum(np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE), 1.0)
    gain = (frequency_hz / 1000.0) ** (slope_db / 6.0206)
    gain = gain / np.sqrt((1.0 + (low_hz / frequency_hz) ** 4) * (1.0 + (frequency_hz / high_hz) ** 4))
    gain[(frequency_hz > HIGHEST_HZ) | (frequency_hz < 20.0)] = 0.0
    power = 2.0 * float(np.square(gain * weighting_gain(frequency_hz, SAMPLE_RATE)).sum()) / size**2
    band: Array = gain / np.sqrt(max(power, 1e-30))
    return band
