"""What of a sound is tone and what is noise.

A cell of the spectrogram is tonal where it stands out of its neighbours in frequency: noise of any colour is smooth
there, a partial is not. The median over frequency is that of Fitzgerald (2010), "Harmonic/percussive separation using
median filtering"; the attack, flat in frequency, counts as noise, as it does to the ear.
Shape letters: `T` points, `N` frames, `F` bins.
"""

import numpy as np

from ..units import Array, Waveform
from .mel import spectrogram
from .onset import find_onset

FRAME_S = 0.046
"""Seconds in a frame: 2048 points at 44.1 kHz; partials 90 Hz apart are two."""

REACH = 24
"""The noise around a bin is the median of so many bins on each side."""

STAND_OUT = 8.0
"""A tonal cell has so many times the power of the noise around it; white noise does by 0.3 % of its energy."""

LIMIT_DB = 30.0
"""Noisiness is held within this: beyond it, one of the two is not heard."""

_STEP = 5  # bins between medians; between them they are interpolated


def noisiness_db(waveform: Waveform, sample_rate: int) -> float:
    """Return the energy of a sound's noise over that of its tone in dB, within +-`LIMIT_DB`.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
    Raises:
        PreprocessError: the waveform is silent.
    """
    sound = waveform[find_onset(waveform, sample_rate) :]
    power = spectrogram(sound, n_fft=frame_points(sample_rate), hop_length=frame_points(sample_rate) // 4)
    total = float(power.sum(dtype=np.float64))
    tonal = float(power[tonal_cells(power)].sum(dtype=np.float64)) / total
    bound = 10.0 ** (-LIMIT_DB / 10.0)
    return 10.0 * float(np.log10(max(1.0 - tonal, bound * tonal) / max(tonal, bound * (1.0 - tonal))))


def tonal_cells(power: Array) -> Array:
    """Return which cells of a power spectrogram (N, F) are tonal, as booleans of the same shape."""
    cells: Array = power > STAND_OUT * noise_power(power)
    return cells


def noise_power(power: Array) -> Array:
    """Return the power of the noise around each cell of (N, F): the median over frequency, as a mean would read it."""
    size = power.shape[1]
    centres = np.unique(np.append(np.arange(0, size, _STEP), size - 1))
    padded = np.pad(power, ((0, 0), (REACH, REACH)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * REACH + 1, axis=1)[:, centres]
    medians = np.partition(windows, REACH, axis=2)[:, :, REACH] / np.log(2.0)  # power of noise is exponential
    right = np.searchsorted(centres, np.arange(size)).clip(1)
    share = (np.arange(size) - centres[right - 1]) / (centres[right] - centres[right - 1])
    noise: Array = medians[:, right - 1] * (1.0 - share) + medians[:, right] * share
    return noise


def frame_points(sample_rate: int) -> int:
    """Return the power of two nearest to `FRAME_S`, at least 256."""
    return int(max(256, 2 ** round(np.log2(FRAME_S * sample_rate))))
