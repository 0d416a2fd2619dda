"""Fingerprints: short vectors by which near-duplicates are known, whatever their level, rate, format or padding.

The sound is taken from its onset; mel levels relative to the loudest cell are averaged over time slices that grow
like a drum's decay, floored, and centred. The cosine of two fingerprints is then a correlation of two pictures.
"""

import numpy as np

from ..units import Array, Waveform
from .mel import frame_power, mel_filters
from .onset import find_onset

N_BANDS = 32
N_SLICES = 8
FINGERPRINT_SIZE = N_BANDS * N_SLICES
FINGERPRINT_S = 0.45
"""Seconds from the onset that a fingerprint may look at."""

DUPLICATE_COSINE = 0.99
"""Two sounds with at least this cosine count as one.

On 1,324 real one-shots of 66 kits, 93 pairs pass it: 91 are hits of one drum of one kit, played alike, and two are
one sound in two kits. Copies at another level, rate, bit depth or with other padding pass; nine in ten MP3 copies do.
"""

_EDGES_S = (0.0, 0.006, 0.012, 0.025, 0.05, 0.1, 0.18, 0.29, 0.42)
_FRAMES = (1, 1, 2, 4, 4, 4, 4, 4)  # per slice: later ones change slowly
_TIMES_S = tuple(
    np.linspace(start, end, count, endpoint=False)
    for start, end, count in zip(_EDGES_S[:-1], _EDGES_S[1:], _FRAMES, strict=True)
)
_FLOOR_DB = 50.0  # below that, formats (16 bits, MP3) differ in noise alone
_FMIN_HZ, _FMAX_HZ = 30.0, 15000.0  # MP3 cuts above 16 kHz
_WINDOW_S = 0.0116  # 512 points at 44.1 kHz


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
    n_fft = max(16, round(_WINDOW_S * sample_rate / 2) * 2)
    starts = (np.concatenate(_TIMES_S) * sample_rate).round().astype(int)
    wanted = starts[-1] + n_fft
    sound = np.pad(waveform[onset : onset + wanted - n_fft // 2], (n_fft // 2, 0))
    sound = np.pad(sound, (0, wanted - len(sound)))
    spectra = frame_power(np.lib.stride_tricks.sliding_window_view(sound, n_fft)[starts])  # (N, F)
    firsts = np.cumsum([0, *map(len, _TIMES_S[:-1])])
    slices = np.add.reduceat(spectra, firsts, axis=0) / np.array([len(times) for times in _TIMES_S])[:, None]
    # einsum and not a matrix product: called from many threads, a product would start the BLAS library's own.
    power = np.einsum("nf,mf->nm", slices.astype(np.float32), _filters(sample_rate, n_fft))
    return _normalise(power)


def cosines(fingerprints: Array, others: Array) -> Array:
    """Return the cosine of each fingerprint with each other one, shape (M, M')."""
    product: Array = fingerprints @ others.T
    return product


def _normalise(power: Array) -> Waveform:
    relative = power / power.max()
    levels = 10.0 * np.log10(np.maximum(relative, 10.0 ** (-_FLOOR_DB / 10.0))).ravel()
    centred = levels - levels.mean()
    length = float(np.linalg.norm(centred))
    unit: Waveform = (centred / max(length, 1e-9)).astype(np.float32)
    return unit


def _filters(sample_rate: int, n_fft: int) -> Array:
    return mel_filters(sample_rate, n_fft, N_BANDS, _FMIN_HZ, min(_FMAX_HZ, sample_rate / 2))
