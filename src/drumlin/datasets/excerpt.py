"""Resampling only the part of a file that can end in a row.

Resampling is the dearest step, and most of a file is tail or silence. The excerpt starts where the resampled grid of
the whole file has a point too, and keeps a margin longer than soxr's filter, so its points are those of the whole.
"""

import math

import numpy as np

from ..audio.levels import peak
from ..audio.resampling import resample
from ..units import Waveform

_FILTER_POINTS = 512  # at the lower rate; half the length of soxr's HQ filter is below 200
_BEGIN = 0.005  # -46 dB: 6 dB below the onset's threshold, room for what resampling does to a level
_PEAK = 0.25  # -12 dB: peaks between points reach no further above the points


def resample_excerpt(waveform: Waveform, from_rate: int, to_rate: int, before_s: float, after_s: float) -> Waveform:
    """Return the part of the resampled sound around its beginning and its loudest points.

    Args:
        waveform: mono audio, shape (T,), not silent.
        from_rate: its sample rate, Hz.
        to_rate: the rate wanted, Hz.
        before_s: seconds needed before the beginning.
        after_s: seconds needed after the last point that may turn out to be the loudest.
    Returns:
        Shape (T',); all that is left out lies before the onset or after what is needed.
    """
    level = np.abs(waveform)
    loudest = peak(waveform)
    begin = int(np.argmax(level >= _BEGIN * loudest))
    last = len(level) - 1 - int(np.argmax(level[::-1] >= _PEAK * loudest))
    margin = math.ceil(_FILTER_POINTS * from_rate / min(from_rate, to_rate))
    grid = from_rate // math.gcd(from_rate, to_rate)
    start = max(0, begin - math.ceil(before_s * from_rate) - margin) // grid * grid
    end = last + math.ceil(after_s * from_rate) + margin
    skipped = 0 if start == 0 else margin // grid * grid  # ringing of the cut
    excerpt = resample(waveform[start:end], from_rate, to_rate)
    return excerpt[skipped * to_rate // from_rate :]
