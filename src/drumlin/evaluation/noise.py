"""What should not be in a drum: noise after it, lines of the network's strides, stairs.

Levels are relative to the peak. Shapes: M sounds, T points.
"""

import numpy as np

from ..units import SILENCE_DB, Array, Waveform

TAIL_SHARE = 0.1
"""The end of a sound that should have died away."""

STRIDES = (4, 16)
"""Strides of the transposed convolutions at which their lines are looked for: at k / stride of the sample rate."""


def noise_floor_db(waveform: Waveform) -> float:
    """Return the level of the last tenth of a sound (T,), root mean square against the peak, in dB."""
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak < 1e-6:
        return SILENCE_DB
    tail = np.asarray(waveform[-max(1, int(TAIL_SHARE * len(waveform))) :], dtype=np.float64)
    return _level_db(float(np.sqrt(np.square(tail).mean())) / peak)


def tail_line_db(waveform: Waveform) -> float:
    """Return how far the spectral lines of transposed convolutions stand out of a sound's second half, in dB.

    The lines lie at multiples of a quarter and a sixteenth of the sample rate; each is compared with the median of
    its surroundings. Near 0 for sounds without them; a ringing network has 10 and more.
    """
    half = np.asarray(waveform[len(waveform) // 2 :], dtype=np.float64)
    size = len(half) - len(half) % max(STRIDES)
    if size < 64 * max(STRIDES) or float(np.abs(half).max()) < 1e-7:
        return 0.0
    power = np.square(np.abs(np.fft.rfft(half[-size:] * np.hanning(size)))) + 1e-20
    heights = [_height_db(power, round(size * k / stride)) for stride in STRIDES for k in range(1, stride // 2)]
    return float(np.mean(heights))


def stair_share(waveform: Waveform) -> float:
    """Return how much of a sound (T,) lies in jumps from point to point: the energy of its first difference.

    Relative to the energy of the sound, over 2 (white noise is 1, a smooth sound near 0): bit-crushed sounds carry
    broadband noise that follows them.
    """
    sound = np.asarray(waveform, dtype=np.float64)
    energy = float(np.square(sound).sum())
    return float(np.square(np.diff(sound)).sum()) / (2.0 * energy) if energy > 1e-12 else 0.0


def _height_db(power: Array, line: int) -> float:
    around = power[max(0, line - 60) : line + 61]
    return 10.0 * float(np.log10(power[line - 1 : line + 2].max() / np.median(around)))


def _level_db(ratio: float) -> float:
    return max(SILENCE_DB, 20.0 * float(np.log10(max(ratio, 1e-12))))
