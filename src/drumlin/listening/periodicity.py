"""How onsets repeat: autocorrelation of each band, averaged over overlapping stretches.

Stretches of 16 s let a tempo drift between them. Shape letters: `N` frames, `K` signals, `L` lags.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE

STRETCH_S = 16.0
"""Length of the stretches that are averaged."""

MAX_LAG_S = 8.0
"""Two bars of 4/4 at 60 BPM."""

SIGNALS = ("low", "low_mid", "mid", "high", "change", "all", "low_with_mid")
"""What is correlated: the bands, the change of pitch classes, all bands together, low against mid (kick and snare)."""

_SMOOTHING = np.hanning(9)[1:-1]  # 81 ms: hands are a few hundredths of a second early or late
_LEAST_ENERGY = 0.05  # of the mean energy of the four bands: a band with less has no rhythm of its own


def autocorrelate(onsets: Array) -> Array:
    """Return the correlation of each signal with itself some frames later, shape (K, L), lag 0 first.

    Values are about 1 at lag 0 and 0 where nothing repeats. Lags that are as long as the sound are 0.

    Args:
        onsets: shape (N, 5), as `Features.onsets`.
    """
    size = min(len(onsets), round(STRETCH_S * FRAME_RATE))
    hop = max(1, size // 2)
    lags = round(MAX_LAG_S * FRAME_RATE)
    starts = range(0, max(1, len(onsets) - size + 1), hop)
    total: Array = np.sum([_correlate(onsets[start : start + size], lags) for start in starts], axis=0)
    energy = np.maximum(total[:6, 0], 1e-9)
    floor = _LEAST_ENERGY * max(1e-9, float(energy[:4].mean()))
    energy[:4] = np.maximum(energy[:4], floor)
    norms = np.append(energy, np.sqrt(energy[0] * energy[2]))
    correlation: Array = (total / norms[:, None]).astype(np.float32)
    return correlation


def _correlate(onsets: Array, lags: int) -> Array:
    """Return unbiased sums of products at each lag, shape (K, lags)."""
    signals = np.column_stack([onsets, onsets[:, :4].sum(axis=1)])
    signals = signals - signals.mean(axis=0)
    smooth = np.apply_along_axis(np.convolve, 0, signals, _SMOOTHING / _SMOOTHING.sum(), "same")
    count = len(smooth)
    size = 1 << (count + lags).bit_length()
    spectra = np.fft.rfft(smooth, size, axis=0)
    powers = np.column_stack([np.square(np.abs(spectra)), (spectra[:, 0] * spectra[:, 2].conj()).real])
    products = np.fft.irfft(powers, size, axis=0)[:lags].T
    left = count - np.arange(min(lags, products.shape[1]))
    weight = np.where(left > count // 4, count / np.maximum(left, 1), 0.0)
    return np.asarray(products * weight)
