"""Where a one-shot begins."""

import numpy as np

from ..audio.levels import peak
from ..errors import PreprocessError
from ..units import Waveform, db_to_gain

ONSET_DB = -40.0
"""A sound has begun when it first passes this level, dB relative to its peak."""

_BLOCK = 4096
_SILENCE = np.zeros(1, np.float32)  # what comes before a file
_SILENT_DB = -60.0  # relative to the peak: as good as a zero crossing
_SEARCH_S = 0.005  # half a period of 100 Hz: where no zero crossing is nearer, the threshold itself is the onset


def find_onset(waveform: Waveform, sample_rate: int) -> int:
    """Return the index at which a one-shot starts.

    The first point above `ONSET_DB` relative to the peak, moved back to the zero crossing or near-silence before it (at
    most 5 ms), so that a sound cut there starts without a click. A recording whose noise is louder than that starts
    with its noise.

    Args:
        waveform: mono audio, shape (T,).
        sample_rate: Hz.
    Raises:
        PreprocessError: the waveform is silent.
    """
    loudest = peak(waveform)
    if loudest <= 0:
        raise PreprocessError("the sound is silent: it has no onset")
    first = _first_above(waveform, loudest * db_to_gain(ONSET_DB))
    start = max(-1, first - round(_SEARCH_S * sample_rate))
    before = np.concatenate([_SILENCE[: -start if start < 0 else 0], waveform[max(0, start) : first + 1]])
    crossings = np.flatnonzero(np.signbit(before[1:]) != np.signbit(before[:-1])) + 1
    silent = np.flatnonzero(np.abs(before[:-1]) <= loudest * db_to_gain(_SILENT_DB)) + 1
    candidates = np.concatenate([crossings, silent])
    return start + int(candidates.max()) if candidates.size else first


def _first_above(waveform: Waveform, threshold: float) -> int:
    """Return the first index whose level reaches the threshold; looks no further than it must."""
    start = 0
    while True:
        loud = np.abs(waveform[start : start + _BLOCK]) >= threshold
        if loud.any():
            return start + int(np.argmax(loud))
        start += _BLOCK
