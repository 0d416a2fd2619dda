"""Mel spectrograms in dB.

Frames are centred (the sound is padded with `n_fft / 2` zeros on both sides), the window is a periodic Hann, scaled so
that a full-scale sine reads 0 dB before the filters. The mel scale is HTK's, 2595 log10(1 + f / 700); filters are
triangles of height 1. Shape letters: `B` batch, `T` points, `N` frames, `F` bins, `M` mel bands.
"""

from functools import cache

import numpy as np

from ..units import SILENCE_DB, Array, Waveform
from .fourier import transform

DISTANCE_FLOOR_DB = 70.0
"""How far below the louder sound's peak a cell still counts in `log_mel_distance_db`."""


def log_mel(
    waveforms: Waveform, sample_rate: int, *, n_fft: int = 1024, hop_length: int = 256, n_mels: int = 128
) -> Array:
    """Return mel spectrograms in dB, at least `SILENCE_DB`.

    Args:
        waveforms: shape (B, T), or (T,).
        sample_rate: Hz.
        n_fft: points in a frame.
        hop_length: points between frames.
        n_mels: number of bands from 0 Hz to half the sample rate.
    Returns:
        Shape (B, n_mels, N), or (n_mels, N), float32; N = 1 + T // hop_length.
    """
    mel = mel_power(waveforms, sample_rate, n_fft=n_fft, hop_length=hop_length, n_mels=n_mels)
    decibels: Array = 10.0 * np.log10(np.maximum(mel, 10.0 ** (SILENCE_DB / 10.0)))
    return decibels.astype(np.float32, copy=False)


def mel_power(
    waveforms: Waveform, sample_rate: int, *, n_fft: int = 1024, hop_length: int = 256, n_mels: int = 128
) -> Array:
    """Return mel spectrograms as power, shape (B, n_mels, N) or (n_mels, N); arguments as `log_mel`."""
    power = spectrogram(waveforms, n_fft=n_fft, hop_length=hop_length)  # (..., N, F)
    filters = mel_filters(sample_rate, n_fft, n_mels)
    mel: Array = np.swapaxes(power @ filters.T, -1, -2)
    return mel


def spectrogram(waveforms: Waveform, *, n_fft: int = 1024, hop_length: int = 256) -> Array:
    """Return power spectra, shape (B, N, F) or (N, F), F = n_fft // 2 + 1; a full-scale sine reads 1."""
    half, length = n_fft // 2, waveforms.shape[-1]
    padded = np.zeros((*waveforms.shape[:-1], half + length + half), np.float32)
    padded[..., half : half + length] = waveforms
    return frame_power(frames_of(padded, n_fft, hop_length))


def frames_of(waveforms: Waveform, n_fft: int, hop_length: int) -> Array:
    """Return overlapping frames of contiguous sounds, (..., T) to (..., N, n_fft), as a view.

    N = 1 + (T - n_fft) // hop_length. By hand, as numpy's `sliding_window_view` takes as long as transforming a frame.
    """
    count = 1 + (waveforms.shape[-1] - n_fft) // hop_length
    step = waveforms.itemsize
    strides = (*waveforms.strides[:-1], hop_length * step, step)
    frames: Array = np.ndarray((*waveforms.shape[:-1], count, n_fft), waveforms.dtype, waveforms, 0, strides)
    return frames


def frame_power(frames: Array) -> Array:
    """Return the power spectrum of each frame, shape (..., n_fft) -> (..., F), scaled as in `spectrogram`."""
    return power_of(transform(frames * hann(frames.shape[-1])))


def power_of(spectrum: Array) -> Array:
    """Return the power of complex numbers of any shape; no root is taken only to be squared."""
    power: Array = np.square(spectrum.real) + np.square(spectrum.imag)
    return power


def log_mel_distance_db(a: Waveform, b: Waveform, sample_rate: int) -> float:
    """Return how far two sounds are apart: the mean absolute difference of their mel spectrograms in dB.

    Only cells count in which either sound is above a floor `DISTANCE_FLOOR_DB` below the louder one's peak; levels
    below the floor are raised to it. The shorter sound is padded with silence. Equal sounds give 0, so do two silences.

    Args:
        a: mono audio, shape (T,).
        b: mono audio, shape (T',).
        sample_rate: Hz, of both.
    """
    length = max(len(a), len(b))
    stacked = np.stack([np.pad(sound, (0, length - len(sound))) for sound in (a, b)])
    first, second = log_mel(stacked, sample_rate)
    return level_distance_db(first, second)


def level_distance_db(a: Array, b: Array) -> float:
    """Return `log_mel_distance_db` of two sounds whose mel spectrograms are at hand: `log_mel`, both (n_mels, N)."""
    levels = np.stack([a, b])
    floor = max(float(levels.max()) - DISTANCE_FLOOR_DB, SILENCE_DB)
    audible = levels.max(axis=0) > floor
    if not audible.any():
        return 0.0
    raised = np.maximum(levels, floor)
    return float(np.abs(raised[0] - raised[1])[audible].mean())


@cache
def mel_filters(sample_rate: int, n_fft: int, n_mels: int, fmin: float = 0.0, fmax: float | None = None) -> Array:
    """Return triangular filters, shape (n_mels, n_fft // 2 + 1), float32, read-only; `fmax` None: half the rate."""
    top = sample_rate / 2 if fmax is None else fmax
    edges = _mel_to_hz(np.linspace(_hz_to_mel(fmin), _hz_to_mel(top), n_mels + 2))
    bins = np.fft.rfftfreq(n_fft, 1 / sample_rate)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    filters: Array = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    filters.flags.writeable = False
    return filters


def narrow_mel(power: Array, sample_rate: int, n_fft: int, n_mels: int) -> Array:
    """Return power spectra (N, F) in mel bands, (N, n_mels): the product with `mel_filters`, without its zeros."""
    bands = np.empty((len(power), n_mels), power.dtype)
    for some, bins, filters in _stretches(sample_rate, n_fft, n_mels):
        np.matmul(power[:, bins], filters, out=bands[:, some])
    return bands


@cache
def _stretches(sample_rate: int, n_fft: int, n_mels: int) -> list[tuple[slice, slice, Array]]:
    """Return groups of neighbouring filters, the bins that they see, and their part of the matrix, transposed."""
    filters = mel_filters(sample_rate, n_fft, n_mels)
    stretches = []
    for start in range(0, n_mels, _TOGETHER):
        some = slice(start, min(start + _TOGETHER, n_mels))
        seen = np.flatnonzero(filters[some].any(axis=0))
        bins = slice(int(seen[0]), int(seen[-1]) + 1) if seen.size else slice(0, 1)
        stretches.append((some, bins, np.ascontiguousarray(filters[some, bins].T)))
    return stretches


_TOGETHER = 16  # filters in a group: finer groups are small products, coarser ones have more zeros


@cache
def hann(n_fft: int) -> Array:
    """Return the periodic Hann window by which a full-scale sine reads 1, shape (n_fft,), float32, read-only."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    scaled: Array = (window * (2.0 / window.sum())).astype(np.float32)
    scaled.flags.writeable = False
    return scaled


def _hz_to_mel(frequency_hz: float) -> float:
    return float(2595.0 * np.log10(1.0 + frequency_hz / 700.0))


def _mel_to_hz(mel: Array) -> Array:
    hertz: Array = 700.0 * (10.0 ** (mel / 2595.0) - 1.0)
    return hertz
