"""Placing a one-shot in time, turning its polarity, cleaning what lies below hearing. Pure functions on (T,)."""

import numpy as np

from ..audio.levels import is_silent
from ..errors import PreprocessError
from ..units import Array, Waveform


def peak_index(waveform: Waveform) -> int:
    """Return the index of the loudest point, the first of several.

    Raises:
        PreprocessError: the waveform is empty or silent.
    """
    if is_silent(waveform):
        raise PreprocessError("the sound is silent")
    return int(np.argmax(np.abs(waveform)))


def place(waveform: Waveform, index: int, position: int, length: int) -> Waveform:
    """Return `length` points in which the point at `index` stands at `position`; the rest is cut or zero.

    Args:
        waveform: mono audio, shape (T,).
        index: a point of the waveform.
        position: where it goes, in points, may lie outside.
        length: points of the result.
    """
    placed = np.zeros(length, np.float32)
    start = position - index
    first, end = max(0, start), min(length, start + len(waveform))
    if first < end:
        placed[first:end] = waveform[first - start : end - start]
    return placed


def align_peak(waveform: Waveform, position: int, length: int | None = None) -> Waveform:
    """Shift a one-shot so that its loudest point falls at `position`.

    Args:
        waveform: mono audio, shape (T,), full scale [-1, 1].
        position: target index of the peak, in points, 0 <= position < length.
        length: points of the result; as many as before if None.
    Returns:
        A new array, shape (length,): what leaves one end is lost, the other end is filled with zeros.
    Raises:
        PreprocessError: the waveform is empty or silent.
    Reference: preprocessing of the drum autoencoders.
    """
    return place(waveform, peak_index(waveform), position, len(waveform) if length is None else length)


def polarity(waveform: Waveform, threshold: float = 0.1) -> int:
    """Return the sign, 1 or -1, of the first half-wave that passes `threshold` times the peak.

    Raises:
        PreprocessError: the waveform is empty or silent.
    """
    loudest = abs(float(waveform[peak_index(waveform)]))
    first = int(np.argmax(np.abs(waveform) >= threshold * loudest))
    return 1 if waveform[first] > 0 else -1


def remove_rumble(waveform: Waveform, sample_rate: int, cutoff_hz: float = 20.0) -> Waveform:
    """Return the waveform without its mean and with a causal high-pass (Butterworth, second order) at `cutoff_hz`.

    The filter is applied in the frequency domain, with room for its ringing (five periods of the cutoff) behind the
    sound, so nothing comes before its cause.
    """
    padded = len(waveform) + round(5 * sample_rate / cutoff_hz)
    n_fft = 1 << (padded - 1).bit_length()
    spectrum = np.fft.rfft(waveform - waveform.mean(dtype=np.float64), n_fft)
    filtered = np.fft.irfft(spectrum * _high_pass(n_fft, sample_rate, cutoff_hz), n_fft)
    cleaned: Waveform = filtered[: len(waveform)].astype(np.float32)
    return cleaned


def _high_pass(n_fft: int, sample_rate: int, cutoff_hz: float) -> Array:
    s = 1j * np.fft.rfftfreq(n_fft, 1 / sample_rate) / cutoff_hz
    response: Array = s * s / (s * s + np.sqrt(2) * s + 1)
    return response
