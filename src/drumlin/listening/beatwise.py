"""Rhythm measured in beats: how fast, how dense, where within a beat.

A rhythm at two tempi differs in the first few numbers only. After how many beats it repeats was tried, too: it made
answers about unheard pieces surer and less right. Shape letter: `N` short frames.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, Features

BANDS = ("low", "low_mid", "mid", "high")
PLACES = 12
"""Parts of a beat: quarters and thirds of it are whole numbers of them."""

CENTRE_BPM = 110.0

BEATWISE_NAMES: tuple[str, ...] = (
    "tempo_octaves",
    "tempo_cosine",
    "tempo_sine",
    *(f"density_{name}" for name in BANDS),
    *(f"onsets_per_beat_{name}" for name in BANDS),
    *(f"place_{name}_{place}" for name in BANDS for place in range(PLACES)),
)
"""Names of the numbers, in their order."""

_LEAST_STRENGTH = 0.6  # of a band's root mean square: weaker rises are no onsets
_FEWEST_BEATS = 4


def beatwise_numbers(features: Features, beats_s: Array, span_s: tuple[float, float], bpm: float) -> list[float]:
    """Return the numbers of a stretch.

    Args:
        features: of the whole track.
        beats_s: of the whole track, ascending, seconds.
        span_s: begin and end of the stretch, seconds.
        bpm: tempo there.
    """
    octaves = float(np.log2(bpm / CENTRE_BPM))
    begin = min(features.frame_count - 2, max(0, round(span_s[0] * FRAME_RATE)))
    end = max(begin + 2, min(features.frame_count, round(span_s[1] * FRAME_RATE)))
    onsets = features.onsets[begin:end]
    densities = onset_densities(onsets)
    per_beat = [density * 60.0 / bpm for density in densities]
    # The octave of a tempo may be heard wrongly: where it lies within an octave is then still right.
    values = [octaves, float(np.cos(2 * np.pi * octaves)), float(np.sin(2 * np.pi * octaves))]
    values += [*np.log1p(densities), *np.log1p(per_beat)]
    return [*map(float, values), *map(float, _places(onsets, begin, beats_s))]


def onset_densities(onsets: Array) -> list[float]:
    """Return onsets per second of each band, of strengths of shape (N, >= 4)."""
    densities = []
    for column in onsets[:, : len(BANDS)].T:
        rising = (column[1:-1] > column[:-2]) & (column[1:-1] >= column[2:]) & (column[1:-1] > _LEAST_STRENGTH)
        densities.append(float(rising.sum()) * FRAME_RATE / len(column))
    return densities


def _places(onsets: Array, begin: int, beats_s: Array) -> Array:
    """Return the share of each band's onsets at each place within the beat, shape (4 * PLACES,); 0 without beats."""
    if len(beats_s) < _FEWEST_BEATS:
        return np.zeros(len(BANDS) * PLACES)
    time_s = (begin + np.arange(len(onsets))) / FRAME_RATE
    inside = (time_s >= beats_s[0]) & (time_s <= beats_s[-1])
    beat = np.interp(time_s[inside], beats_s, np.arange(len(beats_s)))
    place = np.round(beat * PLACES).astype(np.int64) % PLACES
    shares = [np.bincount(place, column[inside], PLACES) for column in onsets[:, : len(BANDS)].T]
    return np.concatenate([share / max(1e-6, float(share.sum())) for share in shares])
