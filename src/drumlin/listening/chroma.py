"""Pitch classes over time: spectral peaks, tuned, folded into one octave.

After Gomez 2006 (harmonic pitch class profiles): only local maxima count, at their interpolated frequency, so drums
leave little. The tuning is the mean deviation of the peaks from semitones, as an angle. Shape letters: `T` points,
`M` frames, `F` bins.
"""

from dataclasses import dataclass

import numpy as np

from ..features.mel import frame_power
from ..units import Array, Waveform

PITCH_FFT, PITCH_HOP = 8192, 2048
"""372 ms at 22,050 Hz: 2.7 Hz between bins, a semitone at 46 Hz; frames each 93 ms."""

LOW_HZ, HIGH_HZ = 55.0, 2000.0
"""Peaks that count for the pitch classes; above, overtones say more than notes."""

BASS_HZ = 220.0
"""Peaks below this are the bass's."""

_CHANGE_FRAMES = 4  # 372 ms on each side of a change
_BLOCK_FRAMES = 512
_SPREAD_SEMITONES = 0.35
_REFERENCE_HZ = 440.0


@dataclass(frozen=True)
class Chroma:
    """Pitch classes, C first.

    Args:
        whole: strength of each pitch class, shape (M, 12), float32; the loudest frame's sum is about 1.
        bass: the same of the peaks below `BASS_HZ`.
        change: how far the pitch classes before and after each frame are apart, shape (M,), 0 to 1.
        peakiness: share of the power that lies in peaks which stand out, by frame, shape (M,).
        tuning_cents: of the track, relative to A = 440 Hz, -50 to 50.
    """

    whole: Array
    bass: Array
    change: Array
    peakiness: Array
    tuning_cents: float


def measure_chroma(sound: Waveform, sample_rate: int) -> Chroma:
    """Return the pitch classes of a sound at 22,050 Hz, shape (T,)."""
    padded = np.pad(sound, PITCH_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, PITCH_FFT)[::PITCH_HOP]
    top = int(HIGH_HZ * 1.06 * PITCH_FFT / sample_rate) + 2
    found = []
    for start in range(0, len(frames), _BLOCK_FRAMES):
        power = frame_power(frames[start : start + _BLOCK_FRAMES])
        found.append(_peaks(power[:, :top], power.sum(axis=1), sample_rate / PITCH_FFT, start))
    frame, frequency, amplitude = (np.concatenate([part[index] for part in found]) for index in range(3))
    peakiness = np.concatenate([part[3] for part in found])
    amplitude = amplitude / max(1e-9, float(amplitude.max(initial=0.0)))
    pitch = 69.0 + 12.0 * np.log2(frequency / _REFERENCE_HZ)
    tuning = _tuning(pitch, amplitude)
    whole = _fold(frame, pitch - tuning, amplitude, len(frames))
    low = frequency < BASS_HZ
    bass = _fold(frame[low], pitch[low] - tuning, amplitude[low], len(frames))
    scale = max(1e-9, float(whole.sum(axis=1).max()))
    whole, bass = whole / scale, bass / scale
    return Chroma(whole, bass, _change(whole), peakiness, 100.0 * tuning)


def _peaks(power: Array, total: Array, bin_hz: float, start: int) -> tuple[Array, Array, Array, Array]:
    """Return frame, frequency (Hz) and amplitude of each peak, and the share of power in peaks by frame."""
    amplitude = np.sqrt(power)
    middle = amplitude[:, 1:-1]
    reach = 12  # bins on each side, 32 Hz: what is no peak there is noise
    floor = _running_mean(amplitude, reach)[:, 1:-1]
    bins = np.arange(1, amplitude.shape[1] - 1) * bin_hz
    is_peak = (middle > amplitude[:, :-2]) & (middle >= amplitude[:, 2:]) & (middle > 1.5 * floor)
    is_peak &= (bins >= LOW_HZ / 1.03) & (bins <= HIGH_HZ)
    row, column = np.nonzero(is_peak)
    left, here, right = (np.log(amplitude[row, column + shift] + 1e-12) for shift in range(3))
    offset = np.clip(0.5 * (left - right) / np.minimum(left - 2 * here + right, -1e-9), -0.5, 0.5)
    frequency = (column + 1 + offset) * bin_hz
    strength = np.sqrt(np.maximum(middle[row, column] - floor[row, column], 0.0))
    share = 2.0 * np.bincount(row, power[row, column + 1], len(power)) / np.maximum(total, 1e-12)
    return row + start, frequency, strength, np.minimum(share, 1.0)


def _running_mean(values: Array, reach: int) -> Array:
    """Return the mean over `reach` columns on both sides."""
    padded = np.pad(values, ((0, 0), (reach + 1, reach)), mode="edge").cumsum(axis=1, dtype=np.float64)
    mean: Array = (padded[:, 2 * reach + 1 :] - padded[:, : -2 * reach - 1]) / (2 * reach + 1)
    return mean


def _tuning(pitch: Array, amplitude: Array) -> float:
    """Return how many semitones the peaks lie above the piano's, -0.5 to 0.5."""
    if not len(pitch):
        return 0.0
    turn = np.sum(np.square(amplitude) * np.exp(2j * np.pi * pitch))
    return float(np.angle(turn) / (2 * np.pi))


def _fold(frame: Array, pitch: Array, amplitude: Array, count: int) -> Array:
    """Return the strength of each pitch class by frame, shape (count, 12)."""
    nearest = np.round(pitch)
    weight = amplitude * np.exp(-0.5 * np.square((pitch - nearest) / _SPREAD_SEMITONES))
    index = frame.astype(np.int64) * 12 + np.mod(nearest, 12).astype(np.int64)
    return np.bincount(index, weight, count * 12).reshape(count, 12).astype(np.float32)


def _change(whole: Array) -> Array:
    """Return one minus the cosine of the pitch classes before and after each frame."""
    total = np.pad(np.cumsum(whole, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
    place = np.arange(len(whole))
    before = total[place] - total[np.maximum(0, place - _CHANGE_FRAMES)]
    after = total[np.minimum(len(whole), place + _CHANGE_FRAMES)] - total[place]
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    cosine = np.sum(before * after, axis=1) / np.maximum(lengths, 1e-9)
    change: Array = np.where(lengths > 1e-6, 1.0 - np.clip(cosine, 0.0, 1.0), 0.0)
    return change
