"""Ensembles: several players at once, each harmonic of each wandering in pitch, in a loop that has no seam.

One inverse Fourier transform makes a loop of about three seconds, as in PADsynth (Paul 2004), but what is put around
each harmonic is no noise: it is the spectrum of a tone of steady level whose pitch wanders, so that nothing fades out
where it should stand. The loop holds whole periods of the fundamental and is in tune to a fraction of a cent. A dark
loop and a bright one are crossfaded while the note swells. Shape letters: K harmonics, S bins beside one, L points of
the loop, T points.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..features.loudness import weighting_gain
from ..units import Array, Waveform, seconds_to_points
from .partials import HIGHEST_HZ, SAMPLE_RATE, edges_s
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE

SHORTEST_S, LONGEST_S = 2.3, 3.9
_SIDES = 128  # bins around a harmonic: 21 Hz to either side
_WIDEST_HZ = 6.0
_QUIET_DB = -70.0
_SLOWEST, _TURNS = 3, 8  # turns a loop of the slowest wandering, and how many kinds there are: 1 to 3.4 Hz
_PLAYERS = (1.0, 0.5, 0.3)
"""Amplitudes of the players: one is near."""


@dataclass(frozen=True)
class Ensemble:
    """Harmonics, their players and their light.

    Args:
        slope_db: per octave, of the harmonics.
        even_db: level of the even ones beside that.
        extra: harmonics that are added to, with levels dB, such as an octave or a twelfth above.
        spread_cents: deviation of a player's pitch.
        cutoff_hz: of the dark loop at middle C and force 0.7, above it harmonics fall by 12 dB an octave more.
        bright_octaves: how much higher it is in the bright loop.
        bright_s: time constant in which the bright one comes.
        force_octaves: how much a full stroke raises the cutoff above none at all.
        key_track: how far the cutoff follows the key.
        formants: frequency Hz, level dB, width in octaves.
        wander: depth of slow changes of level, 0 to 1.
        width: 0: one channel; to 1: the channels' players have nothing in common.
    """

    slope_db: float = -6.0
    even_db: float = 0.0
    extra: tuple[tuple[int, float], ...] = ()
    spread_cents: float = 12.0
    cutoff_hz: float = 1500.0
    bright_octaves: float = 1.0
    bright_s: float = 0.8
    force_octaves: float = 2.0
    key_track: float = 0.4
    formants: tuple[tuple[float, float, float], ...] = ()
    wander: float = 0.0
    width: float = 1.0


def ensemble_sound(engine: Ensemble, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return a held note at unit loudness, (C, T); arguments as of `subtractive_sound`, `seed` of the wandering."""
    generator = np.random.default_rng(seed)
    periods, size = _loop_of(f0_hz)
    octaves = engine.force_octaves * (force - MIDDLE_FORCE)
    cutoff_hz = engine.cutoff_hz * (f0_hz / MIDDLE_C_HZ) ** engine.key_track * 2.0**octaves
    dark, bright = (_levels(engine, f0_hz, cutoff_hz * 2.0**more) for more in (0.0, engine.bright_octaves))
    lumps = _lumps(engine, f0_hz, max(len(dark), len(bright)), size / SAMPLE_RATE, generator)
    loops = np.stack([_loop(level, lumps, periods, size) for level in (dark, bright)])  # (2, C, L)
    time_s = np.arange(points, dtype=np.float32) / np.float32(SAMPLE_RATE)
    come = 1.0 - np.exp(-time_s / np.float32(engine.bright_s))
    loops[1] -= loops[0]
    repeated = np.tile(loops, -(-points // size))[..., :points] if points > size else loops[..., :points]
    sound: Waveform = repeated[0] + come * repeated[1]
    return sound * _wandering(engine.wander, points, np.random.default_rng([seed, 1])) if engine.wander else sound


def _loop_of(f0_hz: float) -> tuple[int, int]:
    """Return how many periods a loop has, and how many points: of lengths quick to transform the one best in tune."""
    sizes = _quick_sizes(seconds_to_points(SHORTEST_S, SAMPLE_RATE), seconds_to_points(LONGEST_S, SAMPLE_RATE))
    periods = np.round(sizes * f0_hz / SAMPLE_RATE)
    best = int(np.abs(periods * SAMPLE_RATE / (sizes * f0_hz) - 1.0).argmin())
    return int(periods[best]), int(sizes[best])


@lru_cache(maxsize=1)
def _quick_sizes(lowest: int, highest: int) -> Array:
    """Return the even products of 2, 3 and 5 within limits."""
    threes, fives = np.meshgrid(3 ** np.arange(12), 5 ** np.arange(8))
    products = np.outer(threes * fives, 2 ** np.arange(1, 19)).ravel()
    sizes: Array = np.unique(products[(products >= lowest) & (products <= highest)])
    return sizes


def _levels(engine: Ensemble, f0_hz: float, cutoff_hz: float) -> Array:
    """Return the amplitude of each harmonic at unit loudness, (K,)."""
    top_hz = min(HIGHEST_HZ - 25.0, 12.0 * max(cutoff_hz, f0_hz))
    harmonic = np.arange(1, max(1, int(top_hz / f0_hz)) + 1)
    level_db = engine.slope_db * np.log2(harmonic) + np.where(harmonic % 2 == 0, engine.even_db, 0.0)
    for extra, extra_db in engine.extra:
        if extra <= len(harmonic):
            level_db[extra - 1] = max(level_db[extra - 1], extra_db)
    frequency_hz = harmonic * f0_hz
    level_db = level_db - 10.0 * np.log10(1.0 + (frequency_hz / cutoff_hz) ** 4)
    for centre_hz, bump_db, octaves in engine.formants:
        level_db = level_db + bump_db * np.exp(-((np.log2(frequency_hz / centre_hz) / octaves) ** 2))
    heard = np.flatnonzero(level_db > level_db.max() + _QUIET_DB)[-1] + 1
    amplitude, frequency_hz = 10.0 ** (level_db[:heard] / 20.0), frequency_hz[:heard]
    power = 0.5 * float(np.square(amplitude * weighting_gain(frequency_hz, SAMPLE_RATE)).sum())
    unit: Array = amplitude / np.sqrt(power)
    return unit


def _lumps(engine: Ensemble, f0_hz: float, count: int, loop_s: float, generator: np.random.Generator) -> Array:
    """Return what lies around each harmonic in each channel, of power 1, complex64 (C, K, S)."""
    from scipy.fft import fft

    channels, turn = 2 if engine.width > 0.0 else 1, np.arange(_SLOWEST, _SLOWEST + _TURNS)
    # Harmonic by harmonic, so that a stroke that has more of them does not change the others.
    drawn = generator.standard_normal((count, channels, len(_PLAYERS), _TURNS + 1, 2)).transpose(1, 2, 0, 3, 4)
    weight = drawn[..., 1:, 0] + 1j * drawn[..., 1:, 1]
    weight /= np.sqrt((np.abs(weight * turn) ** 2).sum(axis=-1, keepdims=True) / 2.0)
    deviation_hz = (2.0 ** (engine.spread_cents / 1200.0) - 1.0) * f0_hz * np.arange(1, count + 1)
    deviation_hz = np.minimum(deviation_hz, _WIDEST_HZ)
    time = np.exp(2j * np.pi / _SIDES * np.outer(turn, np.arange(_SIDES))).astype(np.complex64)
    phase = (weight.astype(np.complex64) @ time).real * (deviation_hz * loop_s).astype(np.float32)[:, None]
    phase += np.arctan2(drawn[..., :1, 0], drawn[..., :1, 1]).astype(np.float32)
    players = np.array(_PLAYERS) / np.linalg.norm(_PLAYERS)
    tone = np.einsum("p,cpks->cks", players.astype(np.complex64), np.exp(np.complex64(1j) * phase))
    if 0.0 < engine.width < 1.0:
        middle, side = tone.mean(axis=0), 0.5 * (tone[0] - tone[1])
        near, far = (
            np.float32(np.sqrt(2.0 - engine.width)),
            np.float32(np.sqrt(engine.width)),
        )  # of equal power whatever the width
        tone = np.stack([near * middle + far * side, near * middle - far * side])
    lumps: Array = np.fft.fftshift(fft(tone, axis=-1), axes=-1) / np.float32(_SIDES)
    return lumps


def _loop(level: Array, lumps: Array, periods: int, size: int) -> Array:
    """Return a loop, float32 (C, L)."""
    from scipy.fft import irfft

    spectrum = np.zeros((len(lumps), size // 2 + 1 + _SIDES), dtype=np.complex64)
    shaped = (0.5 * size * level[:, None] * lumps[:, : len(level)]).astype(np.complex64)
    for number in range(len(level)):
        centre = (number + 1) * periods
        spectrum[:, centre : centre + _SIDES] += shaped[:, number]
    # The bins of a lump lie from half of them below its harmonic on; those below 0 Hz are dropped.
    loop: Array = irfft(spectrum[:, _SIDES // 2 : _SIDES // 2 + size // 2 + 1], size, axis=1)
    return loop.astype(np.float32, copy=False)


def _wandering(depth: float, points: int, generator: np.random.Generator) -> Array:
    """Return a slow gain for each channel, (2, T), between 1 - depth and 1."""
    time_s = edges_s(points)
    rate_hz = generator.uniform(0.15, 0.6, (2, 3, 1))
    wave = np.sin(2.0 * np.pi * rate_hz * time_s + generator.uniform(0.0, 2.0 * np.pi, (2, 3, 1))).mean(axis=1)
    place = np.arange(points) * ((len(time_s) - 1) / points)
    gains = [np.interp(place, np.arange(len(time_s)), 1.0 - depth * (0.5 + 0.5 * channel)) for channel in wave]
    slow: Array = np.stack(gains).astype(np.float32)
    return slow
