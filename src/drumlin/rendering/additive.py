"""Additive voices: a table of partials, each with its level and its decay. Shape letters: K partials, T points."""

from dataclasses import dataclass

import numpy as np

from ..units import Waveform, db_to_gain, semitones_to_ratio
from .partials import HIGHEST_HZ, Partials, edges_s, levelled, spread_voices, sum_partials
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE

_DECAY = 6.907755  # ln(1000): 60 dB


@dataclass(frozen=True)
class Additive:
    """A table of partials.

    Args:
        ratios: of each to the fundamental.
        levels_db: of each.
        decays_s: time in which each falls by 60 dB, at middle C; 0 for one that sustains.
        key_decay: power of the fundamental by which decays get shorter, 0 to 1.
        force_db: per octave above the fundamental, between no stroke and a full one.
        voices: copies, detuned against each other.
        detune_cents: of the outer copies.
        width: 0: one channel; to 1: the copies lie from left to right.
    """

    ratios: tuple[float, ...]
    levels_db: tuple[float, ...]
    decays_s: tuple[float, ...]
    key_decay: float = 0.5
    force_db: float = 6.0
    voices: int = 1
    detune_cents: float = 0.0
    width: float = 0.0


def additive_sound(engine: Additive, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return a held note at unit loudness, (C, T); arguments as of `subtractive_sound`."""
    kept = [index for index, ratio in enumerate(engine.ratios) if ratio * f0_hz < HIGHEST_HZ] or [0]
    ratios = np.array(engine.ratios)[kept]
    level_db = np.array(engine.levels_db)[kept]
    level_db = level_db + engine.force_db * np.log2(np.maximum(ratios, 1.0)) * (force - MIDDLE_FORCE)
    decays_s = np.array(engine.decays_s)[kept] * (MIDDLE_C_HZ / f0_hz) ** engine.key_decay
    rate = np.divide(_DECAY, decays_s, out=np.zeros(len(kept)), where=decays_s > 0.0)
    amplitude = 10.0 ** (level_db[:, None] / 20.0) * np.exp(-rate[:, None] * edges_s(points))
    place = np.linspace(-1.0, 1.0, engine.voices) if engine.voices > 1 else np.zeros(1)
    detune = semitones_to_ratio(1.0) ** (place * engine.detune_cents / 100.0)
    channels = 2 if engine.width > 0.0 else 1
    phase = np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi, engine.voices * len(kept))
    return sum_partials(
        levelled(
            Partials(
                np.outer(detune, ratios * f0_hz).ravel(),
                np.tile(amplitude, (engine.voices, 1)) * db_to_gain(-3.0 * np.log2(engine.voices)),
                np.tile(phase, (channels, 1)),
                np.repeat(spread_voices(engine.voices, engine.width)[:channels], len(kept), axis=1),
            )
        ),
        points,
    )
