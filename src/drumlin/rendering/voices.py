"""Notes of the pitched synthesiser: made once, held as long as may be needed, and let go where they are placed.

A note's samples depend on its patch, pitch, stroke, variation and rung of length, and on nothing else: from the cache
or fresh, they are the same. Shape letters: C channels, T points.
"""

import math
from functools import lru_cache
from zlib import crc32

import numpy as np

from ..audio import fade_curve
from ..units import Array, Waveform, db_to_gain, seconds_to_points
from .additive import Additive, additive_sound
from .ensemble import Ensemble, ensemble_sound
from .modulated import FrequencyModulation, modulated_sound
from .noise import Noise, noise_sound
from .note_cache import NoteCache
from .partials import SAMPLE_RATE
from .patch import Engine, Envelope, Patch
from .patches import patch_named
from .plucked import String, string_sound
from .subtractive import Subtractive, subtractive_sound
from .sweep import sweep_sound
from .vibrato import with_vibrato

_RUNGS_S = (0.35, 0.7, 1.4, 2.8, 5.6, 11.2, 22.4, 44.8, 89.6)
"""Notes are made in these lengths, and longer ones by doubling."""

_END_FADE_S = 0.02


def played(cache: NoteCache, name: str, pitch: int, velocity: float, duration_s: float, repeat: int = 0) -> Waveform:
    """Return a note as it is heard, float32 (C, T): C is 1 or 2.

    Args:
        cache: of notes.
        name: of a patch.
        pitch: MIDI number.
        velocity: above 0, up to 1.
        duration_s: until it is let go.
        repeat: which of several equal strokes.
    Raises:
        MissingError: there is no such patch.
    """
    patch = patch_named(name)
    off = max(1, seconds_to_points(duration_s, SAMPLE_RATE))
    release = max(1, seconds_to_points(patch.envelope.release_s, SAMPLE_RATE))
    held = _held(cache, name, pitch, velocity, (off + release) / SAMPLE_RATE, repeat % patch.variations)
    sound = held[:, : off + release] * np.float32(_level(patch, pitch, velocity))
    left = sound[:, off:]
    left *= release_curve(release)[: left.shape[1]]
    return sound


def held_note(name: str, pitch: int, stroke: int, duration_s: float, variation: int = 0) -> Waveform:
    """Return a note that is not let go, at unit loudness, (C, T).

    Args:
        name: of a patch.
        pitch: MIDI number.
        stroke: one of the patch's `strokes`, from soft to hard.
        duration_s: how long.
        variation: of equal strokes.
    """
    patch = patch_named(name)
    points = seconds_to_points(duration_s, SAMPLE_RATE)
    pitch = folded(pitch, patch)
    f0_hz = 440.0 * 2.0 ** ((pitch - 69) / 12.0)
    force = (stroke + 0.5) / patch.strokes
    seed = crc32(f"{name} {pitch} {variation}".encode())
    sound: Waveform = np.zeros((1, points), dtype=np.float32)
    for number, (engine, level_db) in enumerate(patch.layers):
        layer = _engine_sound(engine, f0_hz, force, points, seed + number)
        sound = sound + layer * np.float32(db_to_gain(level_db))
    if patch.vibrato is not None:
        sound = with_vibrato(sound, patch.vibrato, seed)
    sound = sound * envelope_curve(patch.envelope, points)
    fade = min(points, seconds_to_points(_END_FADE_S, SAMPLE_RATE))
    sound[:, points - fade :] *= fade_curve(fade)[::-1]
    return np.ascontiguousarray(sound, dtype=np.float32)


def folded(pitch: int, patch: Patch) -> int:
    """Return the pitch, moved by octaves into the patch's range."""
    while pitch < patch.lowest:
        pitch += 12
    while pitch > patch.highest:
        pitch -= 12
    return pitch


def envelope_curve(envelope: Envelope, points: int) -> Array:
    """Return the level of a held note, float32 (T,)."""
    attack = min(points, max(1, seconds_to_points(envelope.attack_s, SAMPLE_RATE)))
    curve = np.ones(points, dtype=np.float32)
    if envelope.decay_s:
        time_s = np.arange(points, dtype=np.float32) / np.float32(SAMPLE_RATE)
        curve = envelope.sustain + (1.0 - envelope.sustain) * np.exp(-time_s / np.float32(envelope.decay_s))
    curve[:attack] *= fade_curve(attack)
    curve[0] = 0.0
    return curve.astype(np.float32)


@lru_cache(maxsize=64)
def release_curve(points: int) -> Array:
    """Return the fall to silence after letting go, float32 (points,): steep first, without an edge at its end."""
    travel = (np.arange(points, dtype=np.float64) + 1.0) / points
    curve: Array = ((1.0 - travel) ** 2 * (0.5 + 0.5 * np.cos(np.pi * travel))).astype(np.float32)
    return curve


def _held(cache: NoteCache, name: str, pitch: int, velocity: float, needed_s: float, variation: int) -> Waveform:
    patch = patch_named(name)
    length_s = needed_s if patch.rises else _rung_s(min(needed_s, patch.ring_s) if patch.ring_s else needed_s)
    stroke = min(int(velocity * patch.strokes), patch.strokes - 1)
    key = ("note", name, folded(pitch, patch), stroke, length_s, variation)
    return cache.get(key, lambda: held_note(name, pitch, stroke, length_s, variation))


def _rung_s(needed_s: float) -> float:
    for rung_s in _RUNGS_S:
        if needed_s <= rung_s:
            return rung_s
    return float(_RUNGS_S[-1] * 2.0 ** math.ceil(math.log2(needed_s / _RUNGS_S[-1])))


def _level(patch: Patch, pitch: int, velocity: float) -> float:
    octaves = (folded(pitch, patch) - 60) / 12.0
    return db_to_gain(patch.level_db + patch.key_db * octaves) * float(velocity**patch.dynamics)


def _engine_sound(engine: Engine, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    match engine:
        case Additive():
            return additive_sound(engine, f0_hz, force, points, seed)
        case Subtractive():
            return subtractive_sound(engine, f0_hz, force, points, seed)
        case FrequencyModulation():
            return modulated_sound(engine, f0_hz, force, points, seed)
        case String():
            return string_sound(engine, f0_hz, force, points, seed)
        case Ensemble():
            return ensemble_sound(engine, f0_hz, force, points, seed)
        case Noise():
            return noise_sound(engine, f0_hz, force, points, seed)
        case _:
            return sweep_sound(engine, f0_hz, force, points, seed)
