"""Subtractive voices: the harmonics of a saw or a pulse through a low-pass that opens and closes.

The filter is its magnitude at each harmonic, so that neither wave nor sweep aliases. Shape letters: K harmonics,
V voices of the unison, N blocks, T points.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ..units import Array, Waveform, db_to_gain
from .partials import HIGHEST_HZ, Partials, edges_s, levelled, spread_voices, sum_partials

MIDDLE_C_HZ = 261.6256
MIDDLE_FORCE = 0.7
"""Force at which cutoffs are as written."""

_OUTER = 0.7
"""Amplitude of the outermost voices of a unison beside a middle one: the pitch is heard in the middle."""

_AUDIBLE_RATIO = 7.0
"""Above so many cutoffs a harmonic is 68 dB below what it was, and left out."""


@dataclass(frozen=True)
class Subtractive:
    """A wave, a filter and a unison.

    Args:
        wave: `saw`, or `pulse` with its `pulse_width`.
        pulse_width: share of the period; 0.5 is a square.
        voices: of the unison.
        detune_cents: of the outer voices.
        width: 0: one channel; to 1: the voices lie from left to right.
        cutoff_hz: of the filter at middle C and force 0.7, when its sweep is over.
        key_track: how far the cutoff follows the key, 0 to 1.
        sweep_octaves: above it, at the start.
        sweep_s: time constant of the sweep.
        rise_s: time constant with which the sweep begins; 0 at once.
        force_octaves: how much a full stroke opens the filter above no stroke at all.
        resonance_db: bump at the cutoff.
        sub_db: level of a sine at the fundamental beside the voices; None for none.
        highest_hz: no harmonic lies above; less where a vibrato's filters read the sound.
    """

    wave: Literal["saw", "pulse"] = "saw"
    pulse_width: float = 0.5
    voices: int = 1
    detune_cents: float = 0.0
    width: float = 0.0
    cutoff_hz: float = 2000.0
    key_track: float = 0.5
    sweep_octaves: float = 0.0
    sweep_s: float = 0.2
    rise_s: float = 0.0
    force_octaves: float = 2.0
    resonance_db: float = 0.0
    sub_db: float | None = None
    highest_hz: float = HIGHEST_HZ


def subtractive_sound(engine: Subtractive, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return a held note at unit loudness, (C, T).

    Args:
        engine: what plays.
        f0_hz: fundamental.
        force: how hard, 0 to 1: opens the filter.
        points: T.
        seed: of the phases of a unison.
    """
    time_s = edges_s(points)
    cutoff_hz = _cutoff_hz(engine, f0_hz, force, time_s)
    highest = min(engine.highest_hz, _AUDIBLE_RATIO * float(cutoff_hz.max()))
    harmonic = np.arange(1, max(1, int(highest / f0_hz)) + 1)
    shape = _wave(engine, harmonic)[:, None] * low_pass(harmonic[:, None] * f0_hz, cutoff_hz, engine.resonance_db)
    flipped, shape = np.where(shape[:, 0] < 0.0, np.pi, 0.0), np.abs(shape)
    if engine.sub_db is not None:
        shape[0] += db_to_gain(engine.sub_db) * shape[0].max()
    voice = levelled(Partials(harmonic * f0_hz, shape, flipped[None], np.ones((1, len(harmonic)))))
    place = np.linspace(-1.0, 1.0, engine.voices) if engine.voices > 1 else np.zeros(1)
    detune = 2.0 ** (place * engine.detune_cents / 1200.0)
    offset = np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi, engine.voices) * (engine.voices > 1)
    gains = spread_voices(engine.voices, engine.width)[: 2 if engine.width > 0.0 else 1].astype(np.float32)
    gains *= (_OUTER ** np.abs(place)).astype(np.float32)
    gains /= np.float32(np.linalg.norm(_OUTER ** np.abs(place)))
    sound = np.zeros((len(gains), points), dtype=np.float32)
    # Voice by voice: a voice is the same in both channels but for its gain, and half the work of two.
    for number in range(engine.voices):
        phase = flipped + offset[number] * harmonic
        alone = replace(voice, frequency_hz=voice.frequency_hz * detune[number], phase=phase[None])
        sound += gains[:, number, None] * sum_partials(alone, points)
    return sound


def low_pass(frequency_hz: Array, cutoff_hz: Array, resonance_db: float = 0.0) -> Array:
    """Return the magnitude of a filter that falls by 24 dB an octave, of the broadcast shape."""
    ratio = (frequency_hz / cutoff_hz).astype(np.float32) ** 2
    passed: Array = 1.0 / (1.0 + ratio * ratio)
    if resonance_db:
        passed *= 1.0 + (db_to_gain(resonance_db) * 2.0 - 1.0) * np.exp(-4.0 * np.log(ratio) ** 2)
    return passed


def _cutoff_hz(engine: Subtractive, f0_hz: float, force: float, time_s: Array) -> Array:
    sweep = np.exp(-time_s / engine.sweep_s)
    if engine.rise_s:
        sweep = sweep * (1.0 - np.exp(-time_s / engine.rise_s))
    octaves = engine.force_octaves * (force - MIDDLE_FORCE) + engine.sweep_octaves * sweep
    cutoff: Array = engine.cutoff_hz * (f0_hz / MIDDLE_C_HZ) ** engine.key_track * 2.0**octaves
    return cutoff


def _wave(engine: Subtractive, harmonic: Array) -> Array:
    """Return the amplitude of each harmonic, (K,), negative where it starts the other way."""
    if engine.wave == "saw":
        return 1.0 / harmonic
    pulse: Array = np.sin(np.pi * harmonic * engine.pulse_width) / harmonic
    pulse[np.abs(pulse) < 1e-12] = 0.0
    return pulse
