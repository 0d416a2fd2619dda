"""Sounds of the test music: drums and pitched notes, seeded, cached, float32 at `RATE`.

Each family has two halves, `dev` and `held`, that are made differently: what is tuned on one half is reported on the
other.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from tests.drums import hat, kick, snare

Waveform = NDArray[np.float32]

RATE = 22_050
"""Sample rate of the test music, Hz: the rate at which the listener analyses."""

PITCHED = {"dev": ("organ", "pluck", "saw"), "held": ("electric", "square", "string")}
"""Names of the pitched voices of each half."""

_PARTIALS = {"organ": 6, "pluck": 10, "saw": 14, "electric": 8, "square": 9, "string": 12}
_DECAY_S = {"organ": 9.0, "pluck": 0.45, "saw": 4.0, "electric": 0.9, "square": 2.0, "string": 0.7}
_ATTACK_S = {"organ": 0.012, "pluck": 0.003, "saw": 0.02, "electric": 0.004, "square": 0.008, "string": 0.005}


@cache
def drum(name: str, half: str, seed: int) -> Waveform:
    """Return a drum: `kick`, `snare`, `hat` or `open`, in its dev or its held-out making."""
    if half == "held":
        return _finish(_HELD[name](np.random.default_rng((7, seed))))
    if name == "open":
        return _finish(_noise(np.random.default_rng((8, seed)), 0.35, 0.12, 2))
    return {"kick": kick, "snare": snare, "hat": hat}[name](seed, RATE)


@cache
def note(voice: str, midi: int, steps: int, pad: bool, cents: int = 0) -> Waveform:
    """Return a note of `steps` hundredths of a second; a pad begins and ends softly."""
    duration_s = max(0.05, steps / 100)
    release_s = 0.15 if pad else 0.04
    time = np.arange(round((duration_s + release_s) * RATE)) / RATE
    f0_hz = 440.0 * 2.0 ** ((midi - 69 + cents / 100) / 12)
    sound = np.zeros(len(time))
    for partial in range(1, _PARTIALS[voice] + 1):
        frequency_hz = f0_hz * partial * (1 + 0.0004 * partial**2 * (voice == "string"))
        amplitude = _amplitude(voice, partial)
        if amplitude and frequency_hz < 0.45 * RATE:
            damping = 1.0 + 0.25 * (partial - 1) * (voice in ("pluck", "string", "electric"))
            phase = 2.1 * partial
            sound += (
                amplitude * np.sin(2 * np.pi * frequency_hz * time + phase) * np.exp(-time * damping / _DECAY_S[voice])
            )
    attack_s = 0.12 if pad else _ATTACK_S[voice]
    gate = np.minimum(1.0, time / attack_s) * np.clip((duration_s + release_s - time) / release_s, 0.0, 1.0)
    return (0.25 * sound * gate).astype(np.float32)


def _amplitude(voice: str, partial: int) -> float:
    if voice == "organ":
        return (1.0, 0.7, 0.4, 0.35, 0.0, 0.2)[partial - 1]
    if voice == "square":
        return 1.0 / partial if partial % 2 else 0.0
    if voice == "electric":
        return 1.0 / partial**1.6 + 0.2 * (partial == 7)
    return 1.0 / partial ** (1.0 if voice == "saw" else 1.3)


def _time(duration_s: float) -> NDArray[np.float64]:
    return np.arange(round(duration_s * RATE)) / RATE


def _noise(generator: np.random.Generator, duration_s: float, decay_s: float, slopes: int) -> NDArray[np.float64]:
    time = _time(duration_s)
    return np.diff(generator.standard_normal(len(time) + slopes), n=slopes) * np.exp(-time / decay_s)


def _held_kick(generator: np.random.Generator) -> NDArray[np.float64]:
    time = _time(0.5)
    frequency = generator.uniform(42, 58) * (1 + 1.5 * np.exp(-time / 0.012) + 0.4 * np.exp(-time / 0.08))
    tone = np.tanh(1.6 * np.sin(2 * np.pi * np.cumsum(frequency) / RATE)) * np.exp(-time / generator.uniform(0.1, 0.2))
    tone[: RATE // 200] += 0.3 * generator.standard_normal(RATE // 200)
    return tone


def _held_snare(generator: np.random.Generator) -> NDArray[np.float64]:
    """Return a clap (some bursts) or a rim shot with rattle."""
    sound = _noise(generator, 0.3, generator.uniform(0.04, 0.09), 1)
    if generator.random() < 0.5:
        time = _time(0.3)
        bursts = sum((time >= start) * np.exp(-np.maximum(0, time - start) / 0.006) for start in (0.0, 0.009, 0.019))
        return sound * (0.35 + bursts)
    body = np.sin(2 * np.pi * generator.uniform(180, 330) * _time(0.3)) * np.exp(-_time(0.3) / 0.035)
    return sound + 2.0 * body


def _held_hat(generator: np.random.Generator) -> NDArray[np.float64]:
    """Return a shaker, or a hat of square waves."""
    if generator.random() < 0.4:
        time = _time(0.1)
        return _noise(generator, 0.1, 0.05, 2) * np.minimum(1.0, time / 0.015)
    time, roots = _time(0.09), generator.uniform(2200, 6100, 6)
    return sum(np.sign(np.sin(2 * np.pi * root * time)) for root in roots) * np.exp(
        -time / generator.uniform(0.012, 0.03)
    )


def _held_open(generator: np.random.Generator) -> NDArray[np.float64]:
    return _noise(generator, 0.5, 0.2, 2)


_HELD = {"kick": _held_kick, "snare": _held_snare, "hat": _held_hat, "open": _held_open}


def _finish(sound: NDArray[np.float64]) -> Waveform:
    fade = min(len(sound), round(0.01 * RATE))
    sound[-fade:] *= np.linspace(1, 0, fade)
    return (0.8 * sound / np.abs(sound).max()).astype(np.float32)
