"""A sine that falls in pitch: the boom of a hit. Shape letter: T points."""

from dataclasses import dataclass

import numpy as np

from ..features.loudness import weighting_gain
from ..units import Waveform
from .partials import LOUD_S, SAMPLE_RATE
from .subtractive import MIDDLE_FORCE


@dataclass(frozen=True)
class Sweep:
    """A falling sine.

    Args:
        octaves: above the fundamental, at the start.
        sweep_s: time constant of the fall.
        decay_s: time in which the sound falls by 60 dB.
        force_octaves: how much higher a full stroke begins than none at all.
    """

    octaves: float = 2.0
    sweep_s: float = 0.08
    decay_s: float = 2.5
    force_octaves: float = 0.8


def sweep_sound(engine: Sweep, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return the boom at unit loudness, (1, T); arguments as of `subtractive_sound`, `seed` is not needed."""
    time_s = np.arange(points) / SAMPLE_RATE
    higher = 2.0 ** (engine.octaves + engine.force_octaves * (force - MIDDLE_FORCE)) - 1.0
    rung_s = time_s + higher * engine.sweep_s * (1.0 - np.exp(-time_s / engine.sweep_s))
    sound = np.sin(2.0 * np.pi * f0_hz * rung_s) * np.exp(-6.907755 / engine.decay_s * time_s)
    heard = float(weighting_gain(np.array([2.0 * f0_hz]), SAMPLE_RATE)[0])
    loud = sound[: max(1, round(LOUD_S * SAMPLE_RATE))]
    whole: Waveform = sound.astype(np.float32)[None]
    return whole * np.float32(1.0 / max(heard * float(np.sqrt(np.square(loud).mean())), 1e-9))
