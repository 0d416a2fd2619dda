"""Synthesised drums for tests: seeded, cached, float32, mono, full scale [-1, 1].

Each function returns a read-only waveform of shape (T,) that depends on its arguments alone. Sounds of one class
differ by seed in pitch, decay and colour, as hits of different drums do.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Waveform = NDArray[np.float32]


@cache
def kick(seed: int = 0, sample_rate: int = 44100) -> Waveform:
    """Return a sine that falls from a click to 45-65 Hz, 0.35 s."""
    generator = np.random.default_rng((1, seed))
    time = _time(0.35, sample_rate)
    frequency = generator.uniform(45, 65) + generator.uniform(120, 260) * np.exp(-time / generator.uniform(0.01, 0.03))
    body = np.sin(2 * np.pi * np.cumsum(frequency) / sample_rate) * np.exp(-time / generator.uniform(0.06, 0.12))
    return _finish(body, sample_rate)


@cache
def snare(seed: int = 0, sample_rate: int = 44100) -> Waveform:
    """Return two partials near 200 Hz below a burst of noise, 0.25 s."""
    generator = np.random.default_rng((2, seed))
    time = _time(0.25, sample_rate)
    f0 = generator.uniform(160, 240)
    body = np.sin(2 * np.pi * f0 * time) + 0.6 * np.sin(2 * np.pi * 1.6 * f0 * time)
    body *= np.exp(-time / generator.uniform(0.02, 0.05))
    noise = generator.standard_normal(len(time)) * np.exp(-time / generator.uniform(0.03, 0.07))
    return _finish(body + generator.uniform(0.3, 0.8) * noise, sample_rate)


@cache
def hat(seed: int = 0, sample_rate: int = 44100) -> Waveform:
    """Return bright noise that decays fast, 0.12 s."""
    generator = np.random.default_rng((3, seed))
    time = _time(0.12, sample_rate)
    noise = np.diff(generator.standard_normal(len(time) + 2), n=2)  # two differences: a slope of 12 dB an octave
    return _finish(noise * np.exp(-time / generator.uniform(0.008, 0.03)), sample_rate)


@cache
def tom(seed: int = 0, sample_rate: int = 44100) -> Waveform:
    """Return a slowly falling sine at 90-180 Hz, 0.4 s."""
    generator = np.random.default_rng((4, seed))
    time = _time(0.4, sample_rate)
    frequency = generator.uniform(90, 180) * (1 + 0.3 * np.exp(-time / 0.05))
    body = np.sin(2 * np.pi * np.cumsum(frequency) / sample_rate) * np.exp(-time / generator.uniform(0.08, 0.14))
    return _finish(body, sample_rate)


DRUMS = {"kick": kick, "snare": snare, "hat": hat, "tom": tom}
"""Every drum by its class name."""


def _time(duration_s: float, sample_rate: int) -> NDArray[np.float64]:
    return np.arange(round(duration_s * sample_rate)) / sample_rate


def _finish(sound: NDArray[np.float64], sample_rate: int) -> Waveform:
    fade = round(0.01 * sample_rate)
    sound[-fade:] *= np.linspace(1, 0, fade)
    waveform = (0.8 * sound / np.abs(sound).max()).astype(np.float32)
    waveform.flags.writeable = False
    return waveform
