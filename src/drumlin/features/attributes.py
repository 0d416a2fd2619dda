"""What a hit sounds like, in five numbers: brightness, decay, pitch, noisiness, attack.

They are defined here once: for labels, for what a slider promises, and for the judge. Each reads the same at any
gain and after any leading silence. Shape letters: `T` points, `F` bins.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import PreprocessError
from ..units import Array, Waveform
from .envelope import attack_s, decay_s
from .fourier import transform_padded
from .mel import power_of
from .pitch import find_pitch
from .tonality import noisiness_db

LOWEST_HZ, HIGHEST_HZ = 50.0, 16_000.0
"""Brightness looks at third octaves from here to there."""

REFERENCE_HZ = 1000.0
"""A sound whose bands weigh the same on both sides of this has brightness 0."""

LOUDNESS_EXPONENT = 0.3
"""How loud a band is, as a power of its energy (Stevens 1955): otherwise a kick's body hides its click."""

_BANDS_PER_OCTAVE = 3


@dataclass(frozen=True)
class Attributes:
    """Five qualities of a hit.

    Args:
        brightness: where the middle of the loudness lies, octaves above 1 kHz.
        decay_s: seconds from the peak to 40 dB below it.
        pitch_hz: frequency of the low partial; to be trusted as far as `pitch_confidence`.
        pitch_confidence: 0 to 1.
        noisiness_db: energy of noise over energy of tone.
        attack_s: seconds from 10 to 70 % of the peak.
    """

    brightness: float
    decay_s: float
    pitch_hz: float
    pitch_confidence: float
    noisiness_db: float
    attack_s: float


def measure_attributes(waveform: Waveform, sample_rate: int) -> Attributes:
    """Measure a hit.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
    Raises:
        PreprocessError: the waveform is silent.
    """
    pitch = find_pitch(waveform, sample_rate)
    return Attributes(
        brightness=brightness(waveform, sample_rate),
        decay_s=decay_s(waveform, sample_rate),
        pitch_hz=pitch.hz,
        pitch_confidence=pitch.confidence,
        noisiness_db=noisiness_db(waveform, sample_rate),
        attack_s=attack_s(waveform, sample_rate),
    )


def brightness(waveform: Waveform, sample_rate: int) -> float:
    """Return where the middle of a sound's loudness lies, in octaves above 1 kHz.

    The mean of the third octaves' centres, each weighed by its energy to the power of `LOUDNESS_EXPONENT`. Tilting
    any sound by some dB per octave moves it, and always in the direction of the tilt: the derivative is the spread
    of the octaves under the same weights. A slope in dB per octave has no such promise, as it needs a floor below
    which bands no longer count.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
    Raises:
        PreprocessError: the waveform is silent.
    """
    sound = np.asarray(waveform, np.float64)
    if sound.size == 0 or float(np.abs(sound).max()) < 1e-9:
        raise PreprocessError("the sound is silent: it has no colour")
    size = max(len(sound), round(sample_rate / 5.0))  # bins of 5 Hz or less: two in the lowest band
    power = power_of(transform_padded(sound, size))
    octaves, bands = _third_octaves(power, sample_rate / size, sample_rate / 2)
    weights = (bands / bands.max()) ** LOUDNESS_EXPONENT
    return float(octaves @ weights / weights.sum())


def _third_octaves(power: Array, bin_hz: float, nyquist_hz: float) -> tuple[Array, Array]:
    """Return the bands' centres, in octaves from the reference, and the energy in each."""
    top = min(HIGHEST_HZ, nyquist_hz / 1.05)
    count = int(_BANDS_PER_OCTAVE * np.log2(top / LOWEST_HZ))
    edges = LOWEST_HZ * 2.0 ** (np.arange(count + 1) / _BANDS_PER_OCTAVE)
    bins = np.round(edges / bin_hz).astype(np.int64)
    centres = np.log2(edges[:-1] / REFERENCE_HZ) + 0.5 / _BANDS_PER_OCTAVE
    return centres, np.add.reduceat(power[: bins[-1]], bins[:-1])
