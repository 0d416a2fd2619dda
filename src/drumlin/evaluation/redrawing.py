"""The floor of every reconstruction: a sound against itself with its noise drawn again.

Noise cannot be returned point by point, nor need it be: another draw of the same noise is the same sound to the ear.
How far two draws are apart in a measure is what a perfect model of the sound would still score.

The tone is what stands out of its neighbours in frequency (`features.tonality`), in long frames and then, as a kick
falls too fast for those, in short ones. The rest is replaced by white noise through a filter whose power is that of
the rest, smoothed over a quarter of the time since the onset and of the frequency. What lies before the onset stays
point by point, and so does the tone. The click of a stick, which is no noise, is drawn again as well: the floor is a
little high there.
Shapes: T points, N frames, F bins.
"""

import numpy as np

from ..features import find_onset, tonal_cells
from ..units import Array, Waveform

TONE_POINTS = (2048, 512)
"""Frames of the split into tone and rest, one after the other; hops are a quarter."""

NOISE_POINTS = 256
"""Frame of the noise: short, as its onset must stay sharp. The hop is a quarter."""

SPREAD = 4
"""The noise's power is a mean over 1 / so much of the time since the onset, and of the frequency, on each side."""

LEAST_REACH, LARGEST_REACH = 2, 24
"""But over at least and at most so many frames or bins on each side: less, and the old draw shines through."""

SAMPLE_RATE = 44_100


def redraw_noise(waveform: Waveform, generator: np.random.Generator, sample_rate: int = SAMPLE_RATE) -> Waveform:
    """Return a sound whose tone is that of `waveform` and whose noise is another draw of its noise.

    Args:
        waveform: mono audio, shape (T,).
        generator: of the noise.
        sample_rate: Hz.
    Returns:
        A new array, shape (T,), float32.
    Raises:
        PreprocessError: the waveform is silent.
    """
    onset = find_onset(waveform, sample_rate)
    sound = np.asarray(waveform[onset:], np.float64)
    tone = np.zeros_like(sound)
    for n_fft in TONE_POINTS:
        spectra = _stft(sound - tone, n_fft)
        tone += _istft(spectra * tonal_cells(np.square(np.abs(spectra))), n_fft, len(sound))
    level = np.sqrt(_smooth(np.square(np.abs(_stft(sound - tone, NOISE_POINTS)))))
    noise = _stft(generator.standard_normal(len(sound)), NOISE_POINTS)
    noise *= level / np.sqrt(np.square(np.abs(noise)).mean())
    redrawn = np.array(waveform, np.float32)
    redrawn[onset:] = tone + _istft(noise, NOISE_POINTS, len(sound))
    return redrawn


def _smooth(power: Array) -> Array:
    """Return the mean over what lies around each cell of (N, F), wider where it is later and higher."""
    return _spread(_spread(power).T).T


def _spread(power: Array) -> Array:
    """Return the mean over neighbouring rows, more of them for later ones."""
    rows = np.arange(len(power))
    reach = (rows // SPREAD).clip(LEAST_REACH, LARGEST_REACH)
    low, high = (rows - reach).clip(0), (rows + reach + 1).clip(max=len(rows))
    sums = np.concatenate([np.zeros_like(power[:1]), np.cumsum(power, axis=0)])
    mean: Array = (sums[high] - sums[low]).clip(0.0) / (high - low)[:, None]
    return mean


def _stft(sound: Array, n_fft: int) -> Array:
    """Return spectra under a Hann window, hop n_fft / 4, shape (N, F); the first frame is centred on point 0."""
    padded = np.pad(sound, (n_fft // 2, n_fft + n_fft // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[:: n_fft // 4]
    spectra: Array = np.fft.rfft(frames * _window(n_fft))
    return spectra


def _istft(spectra: Array, n_fft: int, length: int) -> Array:
    """Return the sound of `_stft`, shape (length,)."""
    frames = np.fft.irfft(spectra, n_fft) * _window(n_fft)
    hop = n_fft // 4
    sound, weight = np.zeros((2, hop * (len(frames) - 1) + n_fft))
    for index, frame in enumerate(frames):
        sound[index * hop : index * hop + n_fft] += frame
        weight[index * hop : index * hop + n_fft] += np.square(_window(n_fft))
    inside = slice(n_fft // 2, n_fft // 2 + length)
    whole: Array = sound[inside] / weight[inside]
    return whole


def _window(n_fft: int) -> Array:
    window: Array = 0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(n_fft) + 0.5) / n_fft)
    return window
