"""What of a sound is tone and what is noise.

A cell of the spectrogram is tonal where it stands out of its neighbours in frequency: noise of any colour is smooth
there, a partial is not. The median over frequency is that of Fitzgerald (2010), "Harmonic/percussive separation using
median filtering"; the attack, flat in frequency, counts as noise, as it does to the ear.
Shape letters: `T` points, `N` frames, `F` bins.
"""

import numpy as np

from ..units import Array, Waveform
from .mel import frames_of, spectrogram
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


def noisiness_db(waveform: Waveform, sample_rate: int, *, onset: int | None = None) -> float:
    """Return the energy of a sound's noise over that of its tone in dB, within +-`LIMIT_DB`.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
        onset: index of the onset if known.
    Raises:
        PreprocessError: the waveform is silent.
    """
    sound = waveform[find_onset(waveform, sample_rate) if onset is None else onset :]
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
    steps, rest = divmod(size - 1, _STEP)
    padded = np.empty((len(power), size + 2 * REACH), power.dtype)
    padded[:, REACH : REACH + size] = power
    padded[:, :REACH] = power[:, REACH:0:-1]
    padded[:, REACH + size :] = power[:, -2 : -2 - REACH : -1]
    # Compared as whole numbers, which powers are ordered like: two thirds of the time.
    windows = frames_of(padded.view(f"i{padded.itemsize}"), 2 * REACH + 1, 1)
    chosen = np.empty((len(power), steps + 1 + (rest > 0), 2 * REACH + 1), windows.dtype)
    chosen[:, : steps + 1] = windows[:, ::_STEP]
    chosen[:, steps + 1 :] = windows[:, -1:]
    chosen.partition(REACH, axis=2)
    medians = chosen[:, :, REACH].view(power.dtype) / power.dtype.type(np.log(2.0))  # power of noise is exponential
    noise = np.empty_like(power)
    _fill(noise[:, : steps * _STEP], medians[:, : steps + 1], _STEP)
    _fill(noise[:, steps * _STEP : -1], medians[:, steps:], rest)
    noise[:, -1] = medians[:, -1]
    return noise


def _fill(noise: Array, medians: Array, steps: int) -> None:
    """Fill bins (N, (K - 1) steps) with lines between neighbours of (N, K), the right end left out."""
    rise = np.diff(medians, axis=1)
    for step in range(steps):
        noise[:, step::steps] = medians[:, :-1] + rise * rise.dtype.type(step / steps)


def frame_points(sample_rate: int) -> int:
    """Return the power of two nearest to `FRAME_S`, at least 256."""
    return int(max(256, 2 ** round(np.log2(FRAME_S * sample_rate))))
