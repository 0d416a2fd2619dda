"""A room: noise that falls away, sooner at high frequencies (Moorer 1979), convolved by Fourier.

Shape letter: T points.
"""

from itertools import pairwise

import numpy as np

from ..units import Array, Waveform, seconds_to_points
from .partials import SAMPLE_RATE

_DECAY = 6.907755
_BEFORE_S = 0.012
_RISE_S = 0.02
_SEED = 1979
_EDGES_HZ = (0.0, 250.0, 1000.0, 3000.0, 7000.0, 14000.0)
_SHARES = (0.9, 1.0, 0.8, 0.55, 0.35)
_LEVELS = (0.35, 1.0, 0.9, 0.6, 0.3)
"""Of the bands between the edges: share of the room's time, and amplitude; a room with little mud and no hiss."""


def room_response(room_s: float) -> Waveform:
    """Return the answer of a room to a click, left and right, float32 (2, T), energy 1 each.

    Args:
        room_s: time in which it falls by 60 dB.
    """
    from scipy.fft import irfft, rfft

    points = seconds_to_points(_BEFORE_S + 1.1 * room_s, SAMPLE_RATE)
    time_s = np.arange(points) / SAMPLE_RATE - _BEFORE_S
    white = rfft(np.random.default_rng(_SEED).standard_normal((2, points)), axis=1)
    frequency_hz = np.fft.rfftfreq(points, 1.0 / SAMPLE_RATE)
    response = np.zeros((2, points))
    for (low_hz, high_hz), share, level in zip(pairwise(_EDGES_HZ), _SHARES, _LEVELS, strict=True):
        band = irfft(white * ((frequency_hz >= low_hz) & (frequency_hz < high_hz)), points, axis=1)
        response += level * band * np.exp(-_DECAY / (room_s * share) * np.maximum(time_s, 0.0))
    response *= np.clip(time_s / _RISE_S, 0.0, 1.0) ** 0.5
    fade = max(1, points // 20)
    response[:, -fade:] *= np.linspace(1.0, 0.0, fade)
    room: Waveform = (response / np.sqrt(np.square(response).sum(axis=1, keepdims=True))).astype(np.float32)
    return room


def room_spectrum(room_s: float) -> Array:
    """Return the spectrum of a room's answer, complex64 (2, F), for `reverberated`."""
    from scipy.fft import rfft

    room = room_response(room_s)
    spectrum: Array = rfft(room, _transform_size(room.shape[1]), axis=1)
    return spectrum


def reverberated(send: Waveform, spectrum: Array) -> Waveform:
    """Return what a room answers to a sound (T,), float32 (2, T): what comes later is left out.

    Args:
        send: mono.
        spectrum: of the room, from `room_spectrum`.
    """
    from scipy.fft import irfft, rfft

    size = 2 * (spectrum.shape[1] - 1)
    block = size // 4 * 3
    heard = np.zeros((2, len(send) + size), dtype=np.float32)
    for first in range(0, len(send), block):
        answer = irfft(rfft(send[first : first + block], size) * spectrum, size, axis=1)
        heard[:, first : first + size] += answer
    return heard[:, : len(send)]


def _transform_size(points: int) -> int:
    """Return four times the answer's length or more, a power of two: a block is three quarters of it."""
    return 1 << max(15, (4 * points - 1).bit_length())
