"""How faithfully a sound was returned, pair by pair: spectra at three resolutions, attack, the phase of low tones.

Each measure sees what the others cannot: the log-mel error the colour, the multi-resolution distance details and
loud parts, the attack time what a blurred onset loses, and the low band whether a body keeps its phase.
Shapes: M pairs, T points, N frames, F bins, S shifts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np

from ..errors import PreprocessError
from ..features import attack_s, log_mel_distance_db, spectrogram
from ..units import Array, Waveform, seconds_to_points

RESOLUTIONS = (2048, 512, 128)
"""Frames of the multi-resolution distance, in points; hops are a quarter."""

FLOOR_DB = 70.0
"""Cells of the log magnitude count above this far below the louder sound's loudest cell, as in the log-mel error."""

LOW_BAND_HZ = 250.0
"""Bodies of kicks and toms lie below."""

LOW_BAND_LEAST_DB = -20.0
"""A sound with less of its energy there than this has no body whose phase could be judged."""

LARGEST_SHIFT_S = 0.002
"""Such a delay is no error of phase."""

SI_SDR_LIMIT_DB = 60.0
"""Equal sounds would read infinity."""


@dataclass(frozen=True)
class Fidelity:
    """Numbers of each pair, arrays of shape (M,); NaN where a measure does not apply.

    Args:
        log_mel_db: `features.log_mel_distance_db`.
        convergence: spectral convergence, mean over `RESOLUTIONS`: 0 for equal sounds, 1 for silence.
        log_magnitude_db: mean absolute difference of the magnitudes in dB, mean over `RESOLUTIONS`.
        attack_ms: how far the attack times differ; NaN where the made sound is silent.
        low_band_db: SI-SDR below `LOW_BAND_HZ`; NaN where the real sound has next to nothing there.
    """

    log_mel_db: Array
    convergence: Array
    log_magnitude_db: Array
    attack_ms: Array
    low_band_db: Array


def compare_pairs(
    real: Waveform, made: Waveform, sample_rate: int, on_pair: Callable[[int, int], None] | None = None
) -> Fidelity:
    """Compare sounds pair by pair.

    Args:
        real: shape (M, T), M at least 1.
        made: of the same shape.
        sample_rate: Hz, of both.
        on_pair: called after each pair with how many are done and M; what it raises ends the work.
    Raises:
        ValueError: the shapes differ or there is nothing to compare.
    """
    if real.shape != made.shape or len(real) == 0:
        raise ValueError(f"sounds of shape {real.shape} and {made.shape}: the same, with at least one, is expected")
    rows = []
    for index, (first, second) in enumerate(zip(real, made, strict=True)):
        rows.append(_compare(first, second, sample_rate))
        if on_pair is not None:
            on_pair(index + 1, len(real))
    return Fidelity(*np.array(rows, np.float64).T)


def multi_resolution(real: Waveform, made: Waveform) -> tuple[float, float]:
    """Return spectral convergence and the log magnitude difference in dB of two sounds (T,), means over resolutions.

    Spectral convergence is the norm of the difference of the magnitudes over that of the real ones. Two silences are
    (0, 0); a sound made where silence was has convergence 1.
    Source: Yamamoto et al. (2020), "Parallel WaveGAN"; the floor of the logarithm is ours, as drums end in silence.
    """
    scores = [_resolution(real, made, n_fft) for n_fft in RESOLUTIONS]
    convergence, log_magnitude = np.mean(scores, axis=0)
    return float(convergence), float(log_magnitude)


def low_band_si_sdr_db(real: Waveform, made: Waveform, sample_rate: int) -> float:
    """Return the scale-invariant signal-to-distortion ratio below `LOW_BAND_HZ`, after the best shift, in dB.

    All shifts of up to `LARGEST_SHIFT_S` are tried. Within +-`SI_SDR_LIMIT_DB`; NaN where the real sound has next to
    nothing there. A waveform turned upside down reads the same: one hit alone sounds alike either way.
    Source: Le Roux et al. (2019), "SDR: half-baked or well done?".
    """
    low, other = low_band(real, sample_rate), low_band(made, sample_rate)
    energy = float(low @ low)
    if energy <= 10.0 ** (LOW_BAND_LEAST_DB / 10.0) * float(np.square(real, dtype=np.float64).sum()):
        return nan
    reach = min(seconds_to_points(LARGEST_SHIFT_S, sample_rate), len(low) - 1)
    products = [
        low[max(0, -s) : len(low) - max(0, s)] @ other[max(0, s) : len(low) + min(0, s)] for s in _shifts(reach)
    ]
    explained = float(np.square(products).max()) / max(energy * float(other @ other), 1e-30)
    bound = 10.0 ** (-SI_SDR_LIMIT_DB / 10.0)
    return 10.0 * float(np.log10(max(explained, bound) / max(1.0 - explained, bound)))


def low_band(waveform: Waveform, sample_rate: int, top_hz: float = LOW_BAND_HZ) -> Array:
    """Return what lies below `top_hz`, shape (T,): no phase is turned, an octave of cosine leads to nothing."""
    size = 2 * len(waveform)
    frequency = np.fft.rfftfreq(size, 1.0 / sample_rate)
    octaves = np.log2(np.maximum(frequency, 1.0) / top_hz).clip(0.0, 1.0)
    spectrum = np.fft.rfft(np.asarray(waveform, np.float64), size) * (0.5 + 0.5 * np.cos(np.pi * octaves))
    low: Array = np.fft.irfft(spectrum, size)[: len(waveform)]
    return low


def attack_error_ms(real: Waveform, made: Waveform, sample_rate: int) -> float:
    """Return how far the attack times of two sounds differ, in ms; NaN where one is silent."""
    try:
        return 1000.0 * abs(attack_s(real, sample_rate) - attack_s(made, sample_rate))
    except PreprocessError:
        return nan


def _compare(real: Waveform, made: Waveform, sample_rate: int) -> tuple[float, ...]:
    return (
        log_mel_distance_db(real, made, sample_rate),
        *multi_resolution(real, made),
        attack_error_ms(real, made, sample_rate),
        low_band_si_sdr_db(real, made, sample_rate),
    )


def _resolution(real: Waveform, made: Waveform, n_fft: int) -> tuple[float, float]:
    powers = [spectrogram(sound, n_fft=n_fft, hop_length=n_fft // 4) for sound in (real, made)]
    first, second = (np.sqrt(power, dtype=np.float64) for power in powers)
    louder = max(float(first.max()), float(second.max()))
    if louder < 1e-9:
        return 0.0, 0.0
    norm = float(np.linalg.norm(first))
    convergence = float(np.linalg.norm(first - second)) / norm if norm > 1e-9 else 1.0
    floor = louder * 10.0 ** (-FLOOR_DB / 20.0)
    audible = np.maximum(first, second) > floor
    gaps = np.abs(np.log10(np.maximum(first[audible], floor) / np.maximum(second[audible], floor)))
    return convergence, 20.0 * float(gaps.mean())


def _shifts(reach: int) -> range:
    return range(-reach, reach + 1)
