"""An equaliser: second-order filters after Bristow-Johnson's cookbook (2005). Shape letters: C channels, T points."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..units import Array, Waveform, db_to_gain
from .partials import SAMPLE_RATE


@dataclass(frozen=True)
class Band:
    """One filter.

    Args:
        kind: `high_pass` at 12 dB an octave, `bell`, `low_shelf` or `high_shelf`.
        frequency_hz: of its corner or middle.
        gain_db: of a bell or shelf.
        q: sharpness; 0.71 is flat.
    """

    kind: Literal["high_pass", "bell", "low_shelf", "high_shelf"]
    frequency_hz: float
    gain_db: float = 0.0
    q: float = 0.71


def equalised(sound: Waveform, bands: tuple[Band, ...]) -> Waveform:
    """Return a sound (C, T) through filters; the same array without any."""
    from scipy.signal import sosfilt

    if not bands:
        return sound
    sections = np.array([section_of(band) for band in bands], dtype=np.float32)
    changed: Waveform = sosfilt(sections, sound, axis=-1)
    return changed


def section_of(band: Band) -> Array:
    """Return a band as a second-order section, (6,)."""
    turn = 2.0 * math.pi * band.frequency_hz / SAMPLE_RATE
    cosine, alpha, gain = math.cos(turn), math.sin(turn) / (2.0 * band.q), db_to_gain(band.gain_db / 2.0)
    match band.kind:
        case "high_pass":
            above = [(1.0 + cosine) / 2.0, -(1.0 + cosine), (1.0 + cosine) / 2.0]
            below = [1.0 + alpha, -2.0 * cosine, 1.0 - alpha]
        case "bell":
            above = [1.0 + alpha * gain, -2.0 * cosine, 1.0 - alpha * gain]
            below = [1.0 + alpha / gain, -2.0 * cosine, 1.0 - alpha / gain]
        case _:
            side = 1.0 if band.kind == "high_shelf" else -1.0
            more, less, slope = gain + 1.0, gain - 1.0, 2.0 * math.sqrt(gain) * alpha
            above = [
                gain * (more + side * less * cosine + slope),
                -2.0 * side * gain * (less + side * more * cosine),
                gain * (more + side * less * cosine - slope),
            ]
            below = [
                more - side * less * cosine + slope,
                2.0 * side * (less - side * more * cosine),
                more - side * less * cosine - slope,
            ]
    return np.array(above + below) / below[0]
