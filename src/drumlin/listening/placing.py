"""Placing a boundary finer than the bars: on the beat near it where the sound changes most.

Where a tempo jumps, or bars were counted from the wrong beat, a part begins between the bars. It is moved only where
another beat is clearly better, and only where the beats do not run on: in steady music the bars know
better. Shape letters: `n` times, `K` columns.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, HOP_LENGTH, Features
from .barwise import span_means
from .chroma import PITCH_HOP

REACH_BARS = 1.0
"""So far from its bar a boundary may be moved."""

SPAN_S = 2.5
"""Seconds before and after a beat that are compared."""

BEATS, STEADY, STUMBLE = 8, 0.02, 0.1
"""Beats run on where eight before and eight after differ by less than 2 %, and no step by more than 10 %."""

BETTER = 1.1
"""By so much must the change at another beat be larger."""

_FLOOR = 1e-6


def place_boundary(features: Features, boundary_s: float, beats_s: Array, bar_s: float) -> float:
    """Return where a part begins, seconds: the boundary itself, or a beat near it at which much more changes."""
    near = beats_s[np.abs(beats_s - boundary_s) <= REACH_BARS * bar_s]
    near = near[(near > SPAN_S / 2) & (near < features.duration_s - SPAN_S / 2)]
    if not len(near) or is_steady(boundary_s, beats_s):
        return boundary_s
    here, there = _change(features, np.array([boundary_s]))[0], _change(features, near)
    best = int(there.argmax())
    return float(near[best]) if there[best] > BETTER * here else boundary_s


def is_steady(time_s: float, beats_s: Array) -> bool:
    """Tell whether the beats run on through a moment: no other tempo after it, no step that is too long or short."""
    place = int(np.searchsorted(beats_s, time_s))
    before, after = (
        np.diff(beats_s[max(0, place - BEATS - 2) : place - 1]),
        np.diff(beats_s[place + 2 : place + BEATS + 3]),
    )
    if len(before) < 2 or len(after) < 2:
        return True
    here = np.diff(beats_s[max(0, place - 4) : place + 5])
    whole = float(np.median(np.concatenate([before, after])))
    jump = abs(float(np.log(before.mean() / after.mean())))
    return jump < STEADY and float(np.abs(np.log(here / whole)).max()) < STUMBLE


def _change(features: Features, times_s: Array) -> Array:
    """Return how far the sounds before and after some times are apart, shape (n,)."""
    levels = np.log10(features.mel + _FLOOR)
    colour = _before_and_after(levels, times_s * FRAME_RATE, SPAN_S * FRAME_RATE) / np.sqrt(levels.shape[1])
    ratio = FRAME_RATE * HOP_LENGTH / PITCH_HOP
    chroma = features.chroma.whole / max(1e-9, float(features.chroma.whole.mean()) * 12)
    return np.asarray(colour + 0.5 * _before_and_after(chroma, times_s * ratio, SPAN_S * ratio))


def _before_and_after(rows: Array, places: Array, span: float) -> Array:
    edges = np.clip(np.stack([places - span, places, places + span]), 0, len(rows))  # (3, n)
    means = [span_means(rows, column) for column in edges.T]
    return np.array([float(np.linalg.norm(before - after)) for before, after in means])
