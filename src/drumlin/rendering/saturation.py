"""Saturation: a soft bend at twice the rate, so that what it adds does not fold back.

A channel goes through in stretches, with the samples that it has in one go; equal channels, those of what lies in the
middle, go through once. Shape letters: C, T points.
"""

import math

import numpy as np

from ..units import Waveform, db_to_gain
from .partials import SAMPLE_RATE
from .stretches import stretches

_REFERENCE_DB = -12.0
"""RMS level to which the loud parts of a bus are brought before it is driven: the same drive for every bus."""


def saturated(sound: Waveform, drive_db: float) -> Waveform:
    """Return a sound (C, T) driven into a bend, at about its own level."""
    level = _rms(sound)
    if drive_db <= 0.0 or level < 1e-6:
        return sound
    gain = np.float32(db_to_gain(drive_db + _REFERENCE_DB) / level)
    # A point between the rows, so that they are not summed up as one: sums are rounded otherwise then.
    bent = np.zeros((len(sound), sound.shape[1] + 1), dtype=np.float32)[:, :-1]
    for number, channel in enumerate(sound):
        if number and np.array_equal(channel, sound[0]):
            bent[number] = bent[0]
        else:
            _bend(channel, gain, bent[number])
    bent *= np.float32(level / _rms(bent))
    return bent


def _bend(channel: Waveform, gain: np.float32, bent: Waveform) -> None:
    """Write a channel (T,), bent, into zeros (T,)."""
    from soxr import ResampleStream

    up, down = (
        ResampleStream(from_rate, to_rate, 1, dtype="float32", quality="HQ")
        for from_rate, to_rate in ((SAMPLE_RATE, 2 * SAMPLE_RATE), (2 * SAMPLE_RATE, SAMPLE_RATE))
    )
    at = 0
    for part in stretches(len(channel)):
        is_last = part.stop == len(channel)
        fine = up.resample_chunk(channel[part], last=is_last)
        fine *= gain
        np.tanh(fine, out=fine)
        stretch = down.resample_chunk(fine, last=is_last)[: len(bent) - at]
        bent[at : at + len(stretch)] = stretch
        at += len(stretch)


def _rms(sound: Waveform) -> float:
    return math.sqrt(float(np.einsum("ct,ct->", sound, sound)) / max(sound.size, 1))
