"""What the ear is measured beside: the nearest neighbour on means of cepstral coefficients, as many write it first."""

from collections.abc import Sequence

import numpy as np

from ..features import log_mel
from ..units import Array, Waveform

COEFFICIENTS, BANDS = 20, 128
"""As in librosa: 20 coefficients of 128 mel bands, frames of 2048 points every 512."""

_RANGE_DB = 80.0


def mfcc_means(waveforms: Sequence[Waveform], sample_rate: int) -> Array:
    """Return the mean over time of the cepstral coefficients of each whole sound, (M, 20)."""
    return np.stack([_mfcc_mean(one, sample_rate) for one in waveforms])


def nearest_labels(known: Array, labels: Array, asked: Array) -> Array:
    """Return the label of the nearest known sound for each that is asked for, by Euclidean distance, (M,)."""
    apart = np.square(asked[:, None] - known[None]).sum(axis=2)
    found: Array = labels[apart.argmin(axis=1)]
    return found


def _mfcc_mean(waveform: Waveform, sample_rate: int) -> Array:
    from scipy.fft import dct

    levels = log_mel(waveform, sample_rate, n_fft=2048, hop_length=512, n_mels=BANDS)
    levels = np.maximum(levels, levels.max() - _RANGE_DB)
    mean: Array = dct(levels, axis=0, norm="ortho")[:COEFFICIENTS].mean(axis=1)
    return mean
