"""Ensembles: many players at once, as lumps of noise around each harmonic, in a loop that has no seam.

One inverse Fourier transform makes a loop of three seconds whose harmonics have a width and random phases, as that of
many instruments that are never quite together (the idea of PADsynth, Paul 2004). A dark loop and a bright one are
crossfaded while the note swells. Shape letters: F bins, L points of the loop, T points.
"""

from dataclasses import dataclass

import numpy as np

from ..features.loudness import weighting_gain
from ..units import Array, Waveform
from .partials import HIGHEST_HZ, SAMPLE_RATE, edges_s
from .subtractive import MIDDLE_C_HZ, MIDDLE_FORCE

LOOP = 1 << 17
_REACH = 2.5  # deviations of a lump that are drawn: 27 dB below its middle, further out another harmonic is louder


@dataclass(frozen=True)
class Ensemble:
    """Harmonics as lumps.

    Args:
        slope_db: per octave, of the harmonics.
        even_db: level of the even ones beside that.
        extra: ratios with levels dB of further lumps, such as an octave or a fifth above.
        spread_cents: deviation of a lump around its harmonic.
        cutoff_hz: of the dark loop at middle C and force 0.7, above it harmonics fall by 12 dB an octave more.
        bright_octaves: how much higher it is in the bright loop.
        bright_s: time constant in which the bright one comes; negative: goes.
        force_octaves: how much a full stroke raises the cutoff above none at all.
        key_track: how far the cutoff follows the key.
        formants: frequency Hz, level dB, width in octaves.
        wander: depth of slow changes of level, 0 to 1.
        width: 0: one channel; 1: the channels have nothing in common but their harmonics.
    """

    slope_db: float = -6.0
    even_db: float = 0.0
    extra: tuple[tuple[float, float], ...] = ()
    spread_cents: float = 12.0
    cutoff_hz: float = 1500.0
    bright_octaves: float = 1.0
    bright_s: float = 0.8
    force_octaves: float = 1.5
    key_track: float = 0.4
    formants: tuple[tuple[float, float, float], ...] = ()
    wander: float = 0.0
    width: float = 1.0


def ensemble_sound(engine: Ensemble, f0_hz: float, force: float, points: int, seed: int) -> Waveform:
    """Return a held note at unit loudness, (C, T); arguments as of `subtractive_sound`, `seed` of the phases."""
    generator = np.random.default_rng(seed)
    octaves = engine.force_octaves * (force - MIDDLE_FORCE)
    cutoff_hz = engine.cutoff_hz * (f0_hz / MIDDLE_C_HZ) ** engine.key_track * 2.0**octaves
    spectra = [_lumps(engine, f0_hz, cutoff_hz * 2.0**more) for more in (0.0, engine.bright_octaves)]
    bins = max(len(spectrum) for spectrum in spectra)
    turns = np.exp(2j * np.pi * generator.random((2, bins), dtype=np.float32)).astype(np.complex64)
    dark, bright = (_loop(spectrum, turns[:, : len(spectrum)], engine.width) for spectrum in spectra)
    time_s = np.arange(points, dtype=np.float32) / np.float32(SAMPLE_RATE)
    come = 1.0 - np.exp(-time_s / np.float32(abs(engine.bright_s)))
    share = come if engine.bright_s > 0.0 else 1.0 - come
    start = int(generator.integers(0, LOOP))
    index = (start + np.arange(points)) % LOOP
    sound: Waveform = dark[:, index] + share * (bright - dark)[:, index]
    return sound * _wandering(engine.wander, points, generator) if engine.wander else sound


def _lumps(engine: Ensemble, f0_hz: float, cutoff_hz: float) -> Array:
    """Return the magnitude of each bin of the loop at unit loudness, (F,), as far up as there is something."""
    top_hz = min(HIGHEST_HZ, 12.0 * max(cutoff_hz, f0_hz))
    harmonic = np.arange(1, max(1, int(top_hz / f0_hz)) + 1)
    level_db = engine.slope_db * np.log2(harmonic) + np.where(harmonic % 2 == 0, engine.even_db, 0.0)
    ratio = np.concatenate([harmonic, [extra for extra, _ in engine.extra]])
    level_db = np.concatenate([level_db, [level for _, level in engine.extra]])
    frequency_hz = ratio * f0_hz
    level_db = level_db - 10.0 * np.log10(1.0 + (frequency_hz / cutoff_hz) ** 4)
    for centre_hz, bump_db, octaves in engine.formants:
        level_db = level_db + bump_db * np.exp(-((np.log2(frequency_hz / centre_hz) / octaves) ** 2))
    magnitude = np.zeros(int(HIGHEST_HZ / SAMPLE_RATE * LOOP) + 1, dtype=np.float32)
    for centre, level in zip(frequency_hz * LOOP / SAMPLE_RATE, level_db, strict=True):
        deviation = max(centre * (2.0 ** (engine.spread_cents / 1200.0) - 1.0), 0.6)
        low, high = int(centre - _REACH * deviation), int(centre + _REACH * deviation) + 2
        bins = np.arange(max(low, 1), min(high, len(magnitude)))
        lump = np.exp(-0.25 * ((bins - centre) / deviation) ** 2) / np.sqrt(deviation)
        magnitude[bins] += (10.0 ** (level / 20.0) * lump).astype(np.float32)
    return _unit(magnitude[: int(top_hz * 1.1 / SAMPLE_RATE * LOOP) + 1])


def _unit(magnitude: Array) -> Array:
    bins = np.arange(0, len(magnitude), 16)  # the weighting is smooth: every sixteenth bin is enough
    heard = np.interp(np.arange(len(magnitude)), bins, weighting_gain(bins * (SAMPLE_RATE / LOOP), SAMPLE_RATE))
    # A real signal whose bin has the magnitude a has the power 2 a^2 / L^2.
    power = 2.0 * float((np.square(magnitude, dtype=np.float64) * heard**2).sum()) / LOOP**2
    unit: Array = (magnitude / np.sqrt(max(power, 1e-30))).astype(np.float32)
    return unit


def _loop(magnitude: Array, turns: Array, width: float) -> Array:
    """Return a loop (C, L) of bins (F,) turned by phases (2, F)."""
    from scipy.fft import irfft

    spectra = magnitude * turns if width > 0.0 else magnitude * turns[:1]
    padded = np.zeros((len(spectra), LOOP // 2 + 1), dtype=np.complex64)
    padded[:, : spectra.shape[1]] = spectra
    loop: Array = irfft(padded, LOOP, axis=1)
    if 0.0 < width < 1.0:
        middle, side = loop.mean(axis=0), 0.5 * (loop[0] - loop[1])
        near = np.sqrt(2.0 - width) * middle  # of equal power whatever the width
        loop = np.stack([near + np.sqrt(width) * side, near - np.sqrt(width) * side])
    return loop


def _wandering(depth: float, points: int, generator: np.random.Generator) -> Array:
    """Return a slow gain for each channel, (2, T), between 1 - depth and 1."""
    time_s = edges_s(points)
    rate_hz = generator.uniform(0.15, 0.6, (2, 3, 1))
    wave = np.sin(2.0 * np.pi * rate_hz * time_s + generator.uniform(0.0, 2.0 * np.pi, (2, 3, 1))).mean(axis=1)
    place = np.arange(points) * ((len(time_s) - 1) / points)
    gains = [np.interp(place, np.arange(len(time_s)), 1.0 - depth * (0.5 + 0.5 * channel)) for channel in wave]
    slow: Array = np.stack(gains).astype(np.float32)
    return slow
