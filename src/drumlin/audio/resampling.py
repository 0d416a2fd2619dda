"""Changes of sample rate, by soxr."""

from typing import Literal

import numpy as np
import soxr

from ..errors import AudioError
from ..units import Waveform

Quality = Literal["HQ", "VHQ"]


def resample(waveform: Waveform, from_rate: int, to_rate: int, *, quality: Quality = "HQ") -> Waveform:
    """Return the waveform at another sample rate, of the same duration.

    Args:
        waveform: mono audio, shape (T,).
        from_rate: its sample rate, Hz.
        to_rate: the rate wanted, Hz.
        quality: soxr's recipe; `HQ` is what librosa uses, `VHQ` keeps more bits and costs about 10 % more.
    Returns:
        Shape (ceil(T * to_rate / from_rate),) give or take one point; the same array if the rates are equal.
    Raises:
        AudioError: a rate is not positive.
    """
    if from_rate <= 0 or to_rate <= 0:
        raise AudioError(f"sample rate {from_rate} Hz to {to_rate} Hz: both must be above 0")
    if from_rate == to_rate:
        return waveform
    resampled: Waveform = soxr.resample(np.ascontiguousarray(waveform), from_rate, to_rate, quality=quality)
    return resampled
