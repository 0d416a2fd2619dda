"""Plucked and struck strings: the loop of Karplus and Strong (1983), solved.

Their loop is linear, a delay of one period with a two-point mean and a gain: each of its modes is a partial that keeps
its frequency and loses, each period, what the loop's filter takes from it. Played mode by mode there is no delay to
round, and a string is in tune whatever its length. Stiffness spreads the partials as in Jaffe and Smith (1983);
where it is plucked, partials with a node there are missing. Shape letters: K partials, T points.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform
from .partials import HIGHEST_HZ, Partials, edges_s, levelled, spread_voices, sum_partials
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE

_DECAY = 6.907755
_MOST_PARTIALS = 120
_QUIET_DB = -72.0
_LOSS = 0.0454  # nepers a second, f (2 pi f / rate)^2 / 8, what the mean of two points takes from middle C at 44.1 kHz


@dataclass(frozen=True)
class String:
    """A string, how it is struck, and its body.

    Args:
        position: where it is plucked, share of its length.
        decay_s: time in which its fundamental falls by 60 dB, at middle C.
        key_decay: power of the fundamental by which that gets shorter.
        damping: how much sooner high partials fall; 1 is the loop's two-point mean at middle C.
        slope_db: per octave, of the stroke.
        cutoff_hz: of the stroke, at force 0.7: above it partials are softer by 12 dB an octave more.
        force_octaves: how much a full stroke raises that above none at all.
        stiffness: partial k lies at k sqrt(1 + stiffness k^2), in middle C; stiffer when higher.
        luck_db: spread of the partials' levels, by seed.
        strings: for each note, detuned against each other.
        detune_cents: of the outer ones.
        width: 0: one channel, to 1: partials lean left and right.
        body: resonances of the body: frequency Hz, level dB, width in octaves.
    """

    position: float = 0.2
    decay_s: float = 3.0
    key_decay: float = 0.6
    damping: float = 1.0
    slope_db: float = -3.0
    cutoff_hz: float = 3000.0
    force_octaves: float = 2.0
    stiffness: float = 0.0
    luck_db: float = 1.0
    strings: int = 1
    detune_cents: float = 0.0
    width: float = 0.0
    body: tuple[tuple[float, float, float], ...] = ()


def string_sound(engine: String, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return a note that rings at unit loudness, (C, T); arguments as of `subtractive_sound`, `seed` of its luck."""
    generator = np.random.default_rng(seed)
    harmonic = np.arange(1, min(_MOST_PARTIALS, int(HIGHEST_HZ / f0_hz)) + 1)
    stiffness = engine.stiffness * f0_hz / MIDDLE_C_HZ
    # The first partial, which is heard as the pitch, stays where it belongs.
    ratio = harmonic * np.sqrt((1.0 + stiffness * harmonic**2) / (1.0 + stiffness))
    level_db = _stroke_db(engine, ratio * f0_hz, harmonic, force) + generator.normal(0.0, engine.luck_db, len(harmonic))
    kept = (level_db > level_db.max() + _QUIET_DB) & (ratio * f0_hz < HIGHEST_HZ)
    harmonic, ratio, level_db = harmonic[kept], ratio[kept], level_db[kept]
    rate = _DECAY / _decay_s(engine, f0_hz, ratio)
    amplitude = 10.0 ** (level_db[:, None] / 20.0) * np.exp(-rate[:, None] * edges_s(points))
    place = np.linspace(-1.0, 1.0, engine.strings) if engine.strings > 1 else np.zeros(1)
    detune = 2.0 ** (place * engine.detune_cents / 1200.0)
    channels = 2 if engine.width > 0.0 else 1
    count = len(harmonic) * engine.strings
    lean = spread_voices(101, engine.width)[:channels, generator.integers(0, 101, count)]
    partials = Partials(
        np.outer(detune, ratio * f0_hz).ravel(),
        np.tile(amplitude, (engine.strings, 1)) / np.sqrt(engine.strings),
        np.tile(generator.uniform(0.0, 2.0 * np.pi, count), (channels, 1)),
        lean,
    )
    return sum_partials(levelled(partials), points)


def _stroke_db(engine: String, frequency_hz: Array, harmonic: Array, force: float) -> Array:
    cutoff_hz = engine.cutoff_hz * 2.0 ** (engine.force_octaves * (force - MIDDLE_FORCE))
    comb = np.maximum(np.abs(np.sin(np.pi * harmonic * engine.position)), 0.03)
    level_db: Array = engine.slope_db * np.log2(harmonic) + 20.0 * np.log10(comb)
    level_db = level_db - 10.0 * np.log10(1.0 + (frequency_hz / cutoff_hz) ** 4)
    for centre_hz, bump_db, octaves in engine.body:
        level_db = level_db + bump_db * np.exp(-((np.log2(frequency_hz / centre_hz) / octaves) ** 2))
    return level_db


def _decay_s(engine: String, f0_hz: float, ratio: Array) -> Array:
    """Return the time in which each partial falls by 60 dB: the fundamental's, less what the loop's mean takes."""
    first_s = engine.decay_s * (MIDDLE_C_HZ / f0_hz) ** engine.key_decay
    # The mean of two points has the gain cos(w / 2); its loss grows with the square of the frequency, per period.
    loss = engine.damping * (ratio**2 - 1.0) * (f0_hz / MIDDLE_C_HZ) * _LOSS
    decay_s: Array = _DECAY / (_DECAY / first_s + loss)
    return np.maximum(decay_s, 0.01)
