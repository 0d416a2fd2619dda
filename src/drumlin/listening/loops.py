"""Loops: short files that begin with sound and last a whole number of beats, mostly 4, 8, 16, 32 or 64.

What a producer cuts to be repeated says by its length what its tempo may be, and its first beat is its begin. That is
evidence like any other, and it is weighed, not obeyed. Shape letters: `G` tempi of the grid, `N` short frames.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, Features
from .tempo import GRID_BPM

MAX_LOOP_S = 30.0
"""What lasts longer is a track."""

WORTH = {4: 2.0, 8: 3.0, 16: 3.0, 32: 2.5, 64: 2.5, 12: 1.5, 24: 1.5}
"""What a length of so many beats is worth to a tempo, in nats."""

TOLERANCE = 0.01
"""How exactly a loop is cut: standard deviation of its length."""

BEAT_ODDS = 1.5
"""What the grid from the begin on is worth to a beat, in log odds."""

_BEGIN_S, _LEAST = 0.06, 1e-3  # sound within so many seconds, 30 dB below the loud level or louder


def is_loop(features: Features) -> bool:
    """Tell whether a sound may be a loop: it is short and begins at once."""
    begin = features.mel[: max(1, round(_BEGIN_S * FRAME_RATE))].sum(axis=1)
    return features.duration_s <= MAX_LOOP_S and float(begin.max()) > _LEAST


def length_scores(duration_s: float) -> Array:
    """Return what the length of a loop is worth to each tempo, shape (G,)."""
    scores = np.zeros(len(GRID_BPM))
    for beats, worth in WORTH.items():
        apart = np.log(GRID_BPM * duration_s / 60.0 / beats) / TOLERANCE
        scores = np.maximum(scores, worth * np.exp(-0.5 * np.square(apart)))
    return scores


def fitting_tempo(bpm: float, duration_s: float) -> float | None:
    """Return the tempo near `bpm` at which the loop lasts a known number of beats, or None."""
    fits = [60.0 * beats / duration_s for beats in WORTH]
    best = min(fits, key=lambda fit: abs(np.log(fit / bpm)))
    return best if abs(np.log(best / bpm)) < 2 * TOLERANCE else None


def grid_odds(bpm: float, count: int) -> Array:
    """Return what is added to the log odds of a beat in each frame, shape (N,): a bump on each beat from the begin."""
    beat = 60.0 * FRAME_RATE / bpm
    place = np.arange(count)
    apart = place - np.round(place / beat) * beat
    odds: Array = BEAT_ODDS * (2.0 * np.exp(-0.5 * np.square(apart / 3.0)) - 1.0)
    return odds
