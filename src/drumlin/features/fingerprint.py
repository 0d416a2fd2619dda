"""Fingerprints: short vectors by which near-duplicates are known, whatever their level, rate, format or padding.

The sound is taken from its onset and pictured twice: mel bands in time slices that grow like a drum's decay, and, for
the pitch of kicks and toms, a finer look below 1 kHz. Levels are relative to the loudest cell, floored and centred, so
the cosine of two fingerprints is a correlation of two pictures.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..units import Array, Waveform
from .fourier import transform
from .mel import frames_of, hann, mel_filters, power_of
from .onset import find_onset

N_BANDS, N_PITCHES = 32, 48
FINGERPRINT_SIZE = 8 * N_BANDS + 3 * N_PITCHES
FINGERPRINT_S = 0.45
"""Seconds from the onset that a fingerprint may look at."""

DUPLICATE_COSINE = 0.99
"""Two sounds with at least this cosine count as one.

On 1,324 real one-shots of 66 kits, 34 pairs pass it: 33 are hits of one drum of one kit, played alike, and one is a
sound that two kits share. Copies at another level, rate, bit depth or with other padding pass, and nine in ten MP3s.
"""

_EDGES_S = (0.0, 0.006, 0.012, 0.025, 0.05, 0.1, 0.18, 0.29, 0.42)
_FRAMES = (1, 1, 2, 4, 4, 4, 4, 4)  # per slice: later ones change slowly
_TIMES_S = tuple(
    np.linspace(start, end, count, endpoint=False)
    for start, end, count in zip(_EDGES_S[:-1], _EDGES_S[1:], _FRAMES, strict=True)
)
_FIRSTS = np.cumsum((0, *_FRAMES[:-1]))
_FRAME_COUNTS = np.array(_FRAMES, np.float32)[:, None]
_FLOOR_DB = 50.0  # below that, formats (16 bits, MP3) differ in noise alone
_FMIN_HZ, _FMAX_HZ = 30.0, 15000.0  # MP3 cuts above 16 kHz
_WINDOW_S = 0.0116  # 512 points at 44.1 kHz

_PITCHES_HZ = np.geomspace(35.0, 1000.0, N_PITCHES)
_PITCH_RATE = 2750.0  # Hz, about: enough for 1 kHz, a sixteenth of the points
_PITCH_TIMES_S = ((0.0, 0.09), (0.05, 0.24), (0.2, 0.44))
_PITCH_FFT = 2048  # zero-padded: 1.3 Hz between bins


def fingerprint(waveform: Waveform, sample_rate: int, onset: int | None = None) -> Waveform:
    """Return the fingerprint of a one-shot: shape (FINGERPRINT_SIZE,), float32, length 1.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
        onset: index of the onset if known.
    Raises:
        PreprocessError: the waveform is silent.
    """
    onset = find_onset(waveform, sample_rate) if onset is None else onset
    sound = waveform[onset : onset + round(FINGERPRINT_S * sample_rate)]
    power = np.concatenate([_bands(sound, sample_rate).ravel(), _pitches(sound, sample_rate).ravel()])
    floor = power.max() * 10.0 ** (-_FLOOR_DB / 10.0)
    levels = 10.0 * np.log10(np.maximum(power, floor))
    centred = levels - levels.mean()
    unit: Waveform = (centred / max(float(np.linalg.norm(centred)), 1e-9)).astype(np.float32)
    return unit


def cosines(fingerprints: Array, others: Array) -> Array:
    """Return the cosine of each fingerprint with each other one, shape (M, M')."""
    product: Array = fingerprints @ others.T
    return product


def _bands(sound: Waveform, sample_rate: int) -> Array:
    """Return mel power by time slice, shape (8, N_BANDS)."""
    starts, scaled_window, filters = _bank(sample_rate)
    n_fft = len(scaled_window)
    padded = np.zeros(max(int(starts[-1]) + n_fft, n_fft // 2 + len(sound)), np.float32)
    padded[n_fft // 2 : n_fft // 2 + len(sound)] = sound
    frames = frames_of(padded, n_fft, 1)[starts]
    slices = np.add.reduceat(power_of(transform(frames * scaled_window)), _FIRSTS, axis=0) / _FRAME_COUNTS  # (8, F)
    # einsum and not a matrix product: called from many threads, a product would start the BLAS library's own.
    bands: Array = np.einsum("nf,mf->nm", slices, filters)
    return bands


def _pitches(sound: Waveform, sample_rate: int) -> Array:
    """Return power at low pitches in three long frames, shape (3, N_PITCHES)."""
    step = max(1, round(sample_rate / _PITCH_RATE))
    rate = sample_rate / step
    whole = np.zeros(round(FINGERPRINT_S * rate) * step, np.float32)
    whole[: len(sound)] = sound[: len(whole)]
    low = np.einsum("ij->i", whole.reshape(-1, step)) / np.float32(step)  # four times as fast as a mean over rows
    frames = np.zeros((len(_PITCH_TIMES_S), _PITCH_FFT), np.float32)
    for frame, (start_s, end_s) in zip(frames, _PITCH_TIMES_S, strict=True):
        part = low[round(start_s * rate) : round(end_s * rate)][:_PITCH_FFT]
        frame[: len(part)] = part * _window(len(part))
    bins = (_PITCHES_HZ * _PITCH_FFT / rate).round().astype(int)
    pitches: Array = power_of(transform(frames))[:, np.minimum(bins, _PITCH_FFT // 2)]
    return pitches


@cache
def _bank(sample_rate: int) -> tuple[NDArray[np.int64], Array, Array]:
    """Return the first point of each frame (N,), the window (n_fft,) and the filters (N_BANDS, F)."""
    n_fft = max(16, round(_WINDOW_S * sample_rate / 2) * 2)
    starts = (np.concatenate(_TIMES_S) * sample_rate).round().astype(np.int64)
    return starts, hann(n_fft), mel_filters(sample_rate, n_fft, N_BANDS, _FMIN_HZ, min(_FMAX_HZ, sample_rate / 2))


@cache
def _window(points: int) -> Array:
    window = np.hanning(points + 2)[1:-1]
    scaled: Array = (window * (2.0 / window.sum())).astype(np.float32)
    return scaled
