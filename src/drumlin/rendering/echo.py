"""An echo that goes from left to right and back, each time softer and duller. Shape letter: T points."""

import numpy as np

from ..units import Waveform, db_to_gain, seconds_to_points
from .partials import SAMPLE_RATE

_FEEDBACK_DB = -7.0
_DAMP_HZ = 3500.0
_QUIET_DB = -54.0


def echoed(send: Waveform, echo_s: float) -> Waveform:
    """Return the echoes alone of a sound (T,), float32 (2, T); what comes later is left out.

    Args:
        send: mono.
        echo_s: between two echoes.
    """
    from scipy.signal import butter, sosfilt

    step = max(1, seconds_to_points(echo_s, SAMPLE_RATE))
    damp = butter(1, _DAMP_HZ, fs=SAMPLE_RATE, output="sos").astype(np.float32)
    heard = np.zeros((2, len(send)), dtype=np.float32)
    left = send
    for number in range(1, int(_QUIET_DB / _FEEDBACK_DB) + 1):
        if number * step >= len(send):
            break
        left = sosfilt(damp, left[: len(send) - number * step])
        gain = np.float32(db_to_gain(_FEEDBACK_DB * (number - 1)))
        heard[number % 2, number * step :] += gain * left
        heard[1 - number % 2, number * step :] += np.float32(0.35) * gain * left
    return heard
