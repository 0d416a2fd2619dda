"""Frequency modulation, drawn as its spectrum: side tones by Bessel functions of an index that falls with time.

A carrier f modulated by g with index I is the sum over n of J_n(I) sin(2 pi (f + n g) t) (Chowning 1973): as partials
it can be cut off at any frequency, so nothing folds back. Side tones below 0 Hz are those of their absolute
frequency turned over. Shape letters: K side tones, N blocks, T points.
"""

import math
from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform
from .partials import HIGHEST_HZ, Partials, edges_s, levelled, spread_voices, sum_partials
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE

_SAMPLES = 64  # of one turn of the modulator: exact to -120 dB for indices up to 16 and 31 side tones on each side
_MOST_SIDES = 31
_QUIET = 1e-4
_DECAY = 6.907755


@dataclass(frozen=True)
class FrequencyModulation:
    """One carrier and one modulator.

    Args:
        carrier: ratio of the carrier to the fundamental.
        modulator: ratio of the modulator.
        index: modulation at the start, at middle C and force 0.7.
        index_left: share of it that stays.
        index_s: time constant of its fall.
        force_index: share of the index that the force moves, 0 to 2.
        key_index: power of the fundamental by which the index gets less.
        decay_s: time in which the note falls by 60 dB, at middle C; 0 for one that sustains.
        key_decay: power of the fundamental by which it gets shorter.
        voices: 1, or 2 that lie left and right.
        detune_cents: between them.
        width: 0: one channel, to 1.
    """

    carrier: float = 1.0
    modulator: float = 1.0
    index: float = 1.0
    index_left: float = 0.3
    index_s: float = 0.3
    force_index: float = 1.5
    key_index: float = 0.4
    decay_s: float = 0.0
    key_decay: float = 0.5
    voices: int = 1
    detune_cents: float = 0.0
    width: float = 0.0


def modulated_sound(engine: FrequencyModulation, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return a held note at unit loudness, (C, T); arguments as of `subtractive_sound`, `seed` of the phases."""
    time_s = edges_s(points)
    index = engine.index * (MIDDLE_C_HZ / f0_hz) ** engine.key_index
    index = min(max(index * (1.0 + engine.force_index * (force - MIDDLE_FORCE)), 0.0), 16.0)
    moving = index * (engine.index_left + (1.0 - engine.index_left) * np.exp(-time_s / engine.index_s))
    order, amplitude = _side_tones(moving)
    frequency_hz = (engine.carrier + order * engine.modulator) * f0_hz
    frequency_hz, amplitude = _heard_once(frequency_hz, amplitude)
    if engine.decay_s:
        amplitude = amplitude * np.exp(-_DECAY / engine.decay_s * (f0_hz / MIDDLE_C_HZ) ** engine.key_decay * time_s)
    return sum_partials(levelled(_as_partials(engine, frequency_hz, amplitude, seed)), points)


def _side_tones(index: Array) -> tuple[Array, Array]:
    """Return orders (K,) and the Bessel functions of those orders of an index (N,), (K, N)."""
    turn = np.sin(2.0 * np.pi / _SAMPLES * np.arange(_SAMPLES))
    bessel = np.fft.fft(np.exp(1j * index[:, None] * turn), axis=1).real.T / _SAMPLES
    order = np.arange(-_MOST_SIDES, _MOST_SIDES + 1)
    amplitude = bessel[order]
    kept = np.abs(amplitude).max(axis=1) > _QUIET
    return order[kept], amplitude[kept]


def _heard_once(frequency_hz: Array, amplitude: Array) -> tuple[Array, Array]:
    """Turn what lies below 0 Hz over and add up what shares a frequency; what is too high or is DC goes."""
    signed = amplitude * np.where(frequency_hz < 0.0, -1.0, 1.0)[:, None]
    heard, group = np.unique(np.round(np.abs(frequency_hz), 6), return_inverse=True)
    total = np.zeros((len(heard), amplitude.shape[1]))
    np.add.at(total, group.ravel(), signed)
    kept = (heard > 1.0) & (heard < HIGHEST_HZ)
    return heard[kept], total[kept]


def _as_partials(engine: FrequencyModulation, frequency_hz: Array, amplitude: Array, seed: int) -> Partials:
    count, channels = len(frequency_hz), 2 if engine.width > 0.0 else 1
    place = np.linspace(-0.5, 0.5, engine.voices) if engine.voices > 1 else np.zeros(1)
    detune = 2.0 ** (place * engine.detune_cents / 1200.0)
    start = np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi, engine.voices) * (engine.voices > 1)
    phase = np.outer(start, frequency_hz / frequency_hz.min()).ravel()
    return Partials(
        np.outer(detune, frequency_hz).ravel(),
        np.tile(amplitude, (engine.voices, 1)) / math.sqrt(engine.voices),
        np.tile(phase, (channels, 1)),
        np.repeat(spread_voices(engine.voices, engine.width)[:channels], count, axis=1),
    )
