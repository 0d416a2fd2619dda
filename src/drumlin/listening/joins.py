"""Hard joins: moments at which one sound stops and another begins, whatever the bars do.

A moment's contrast is how far the seconds before and after it are apart in colour, pitch classes and onsets, compared
with how much each side changes within itself. Shape letters: `M` long frames, `K` columns.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, HOP_LENGTH, Features
from .barwise import span_means
from .chroma import PITCH_HOP

SIDES_S = (3.0, 7.0)
"""Seconds before and after a moment that are compared: the shorter ones find the moment, the longer ones confirm it."""

PARTS = 4
"""Parts of a side among which it may change by itself."""

LEAST_CONTRASTS = ((2.5, 2.0), (1.5, 3.0))
"""Sides, short and long, that are so many times farther apart than they change are two sounds; either pair suffices.

On 24 arrangements of real loops (the `dev` half of `docs/listening.md`) all that is found by these is a join, and 86 %
of the joins are found.
"""

APART_S = 4.0
"""Of two joins nearer than this the weaker one is none."""

_FLOOR = 1e-6  # of the loud level's power: 60 dB
_QUIET = 0.15  # what a side changes by at least: repeats of one sample change by nothing
_LEAST_PARTS = 2  # of a side that lie in the track: one alone cannot differ from itself
FRAME_S = PITCH_HOP / (FRAME_RATE * HOP_LENGTH)
"""From one long frame to the next."""


def find_joins(features: Features) -> Array:
    """Return the moments of hard joins, seconds, ascending."""
    rows = frame_rows(features)
    near, far = (contrasts(rows, side_s) for side_s in SIDES_S)
    reach = round(APART_S / FRAME_S)
    is_far = np.any([(near > least) & (far > least_far) for least, least_far in LEAST_CONTRASTS], axis=0)
    places = [
        place
        for place in np.flatnonzero(is_far)
        if near[place] >= near[max(0, place - reach) : place + reach + 1].max()
    ]
    return np.array(places) * FRAME_S


def contrasts(rows: Array, side_s: float) -> Array:
    """Return the contrast at each long frame, shape (M,), of rows of shape (M, K)."""
    side, count = round(side_s / FRAME_S), len(rows)
    part = side // PARTS
    places = np.arange(_LEAST_PARTS * part, max(_LEAST_PARTS * part, count - _LEAST_PARTS * part))
    means = {shift: _means(rows, places + shift * part, part) for shift in range(-PARTS, PARTS)}
    inside = {shift: (places + shift * part >= 0) & (places + (shift + 1) * part <= count) for shift in means}
    before = [(means[shift], inside[shift]) for shift in range(-PARTS, 0)]
    after = [(means[shift], inside[shift]) for shift in range(PARTS)]
    (left, left_spread), (right, right_spread) = (_side(parts) for parts in (before, after))
    spread = np.sqrt((np.square(left_spread) + np.square(right_spread)) / 2)
    found = np.zeros(count)
    found[places] = np.linalg.norm(left - right, axis=1) / (spread + _QUIET)
    return found


def frame_rows(features: Features) -> Array:
    """Return colour, pitch classes and onsets of each long frame, shape (M, K), columns of comparable size."""
    levels = np.log10(features.mel + _FLOOR)
    count = len(features.chroma.whole)
    edges = np.clip((np.arange(count + 1) - 0.5) * PITCH_HOP / HOP_LENGTH, 0, len(levels))
    edges[-1] = max(edges[-1], edges[-2] + 1e-3)
    colour = span_means(levels, edges) / np.sqrt(levels.shape[1]) * 2.0
    onsets = 0.3 * np.sqrt(span_means(features.onsets[:, :4], edges))
    lengths = np.linalg.norm(features.chroma.whole, axis=1, keepdims=True)
    chroma = 0.5 * features.chroma.whole / np.maximum(lengths, 0.1 * float(lengths.max()) + 1e-9)
    return np.concatenate([colour, onsets, chroma], axis=1)


def _means(rows: Array, starts: Array, size: int) -> Array:
    """Return the means of `size` rows from each start on, shape (n, K); rows outside do not count."""
    total = np.pad(np.cumsum(rows, axis=0), ((1, 0), (0, 0)))
    first, last = np.clip(starts, 0, len(rows)), np.clip(starts + size, 0, len(rows))
    means: Array = (total[last] - total[first]) / np.maximum(1, last - first)[:, None]
    return means


def _side(parts: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Return the mean of a side, shape (n, K), and how far its parts are from it, shape (n,)."""
    weight = np.stack([inside for _, inside in parts]).astype(np.float64)[..., None]  # (P, n, 1)
    rows = np.stack([means for means, _ in parts])
    count = np.maximum(1.0, weight.sum(axis=0))
    mean = (rows * weight).sum(axis=0) / count
    spread = np.sqrt((np.square(rows - mean) * weight).sum(axis=(0, 2)) / count[:, 0])
    return mean, spread
