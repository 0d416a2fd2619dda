"""Noise: a band that stands, falls away, or rises and swells. Shape letters: C channels, F bins, T points."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..features.loudness import weighting_gain
from ..units import Array, Waveform
from .partials import HIGHEST_HZ, SAMPLE_RATE
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE

_DECAY = 6.907755
_HEARD_DECAYS = 1.5  # times of 60 dB after which nothing is drawn any more
_STEPS = 6
"""Bands that a rising one is crossfaded through."""


@dataclass(frozen=True)
class Noise:
    """A band of noise.

    Args:
        low_hz: lower edge, 12 dB an octave, at middle C.
        high_hz: upper edge.
        key_track: how far the edges follow the key.
        slope_db: per octave within the band.
        rise_octaves: how far the band moves up over the whole note, along which it also grows from silence; 0: it
            stands still.
        decay_s: time in which it falls by 60 dB; 0 for none.
        force_octaves: how much a full stroke raises the upper edge above none at all.
        width: 0: one channel; else two that have nothing in common.
    """

    low_hz: float = 200.0
    high_hz: float = 4000.0
    key_track: float = 0.0
    slope_db: float = -3.0
    rise_octaves: float = 0.0
    decay_s: float = 0.0
    force_octaves: float = 1.0
    width: float = 1.0


def noise_sound(engine: Noise, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return noise at unit loudness, (C, T); arguments as of `subtractive_sound`."""
    key = (f0_hz / MIDDLE_C_HZ) ** engine.key_track
    bright = 2.0 ** (engine.force_octaves * (force - MIDDLE_FORCE))
    low_hz, high_hz = engine.low_hz * key, engine.high_hz * key * bright
    channels = 2 if engine.width > 0.0 else 1
    generator = np.random.default_rng(seed)
    sound = np.zeros((channels, points), dtype=np.float32)
    if engine.rise_octaves:
        travel = np.linspace(0.0, 1.0, points, dtype=np.float32)
        for step in range(_STEPS):
            up = 2.0 ** (engine.rise_octaves * step / (_STEPS - 1))
            near = np.clip(1.0 - np.abs(travel * (_STEPS - 1) - step), 0.0, 1.0)
            band = _band(low_hz * up, high_hz * up, engine.slope_db, points, channels, np.random.default_rng(seed))
            sound += band * (np.sin(0.5 * np.pi * near) * travel**2)
        return sound
    if not engine.decay_s:
        return _band(low_hz, high_hz, engine.slope_db, points, channels, generator)
    heard = min(points, round(_HEARD_DECAYS * engine.decay_s * SAMPLE_RATE))
    time_s = np.arange(heard, dtype=np.float32) / np.float32(SAMPLE_RATE)
    band = _band(low_hz, high_hz, engine.slope_db, heard, channels, generator)
    sound[:, :heard] = band * np.exp(-_DECAY / engine.decay_s * time_s)
    return sound


def _band(
    low_hz: float, high_hz: float, slope_db: float, points: int, channels: int, generator: np.random.Generator
) -> Waveform:
    """Return a steady band at unit loudness, (C, T)."""
    from scipy.fft import irfft, next_fast_len

    size = int(next_fast_len(points, real=True))
    magnitude = _magnitude(low_hz, high_hz, slope_db, size).astype(np.float32)
    turns = np.exp(np.complex64(2j * np.pi) * generator.random((channels, len(magnitude)), dtype=np.float32))
    band: Waveform = irfft(magnitude * turns, size, axis=1)[:, :points]
    return band


def _magnitude(low_hz: float, high_hz: float, slope_db: float, size: int) -> Array:
    """Return the magnitude of each bin of a band of power 1, weighted, (F,)."""
    grid_hz, heard_gain = _grid()
    gain = (grid_hz / 1000.0) ** (slope_db / 6.0206)
    gain = gain / np.sqrt((1.0 + (low_hz / grid_hz) ** 4) * (1.0 + (grid_hz / high_hz) ** 4))
    gain[(grid_hz > HIGHEST_HZ) | (grid_hz < 20.0)] = 0.0
    frequency_hz = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE)
    fine = np.interp(frequency_hz, grid_hz, gain, left=0.0)
    heard = np.interp(frequency_hz, grid_hz, gain * heard_gain, left=0.0)
    power = 2.0 * float(np.square(heard).sum()) / size**2
    band: Array = fine / np.sqrt(max(power, 1e-30))
    return band


@lru_cache(maxsize=1)
def _grid() -> tuple[Array, Array]:
    """Return the frequencies at which a band is reckoned, Hz, and how loud each is heard, (400,)."""
    grid_hz = np.geomspace(15.0, 0.5 * SAMPLE_RATE, 400)
    return grid_hz, weighting_gain(grid_hz, SAMPLE_RATE)
