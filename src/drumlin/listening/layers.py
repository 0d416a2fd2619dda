"""What sounds on and what is struck: the quiet, usual and loud levels of the bands, and how fast they fall.

Mean and spread of a band do not tell a pad with hats over it from noise; its tenth, fiftieth and ninetieth percentile
do. Each set is told by cosine coefficients. Shape letters: `N` short frames, `B` mel bands.
"""

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, Features, mel_centres_hz
from .onsets import EDGES_HZ

PERCENTILES = (10, 50, 90)
N_SHAPES = 14
"""Cosine coefficients of each percentile."""

BANDS = ("low", "low_mid", "mid", "high")

LAYER_NAMES: tuple[str, ...] = (
    *(f"layer_{percentile}_{index}" for percentile in PERCENTILES for index in range(N_SHAPES)),
    *(f"fall_{name}_{word}" for name in BANDS for word in ("usual", "fast")),
    *(f"share_{name}" for name in BANDS),
)
"""Names of the numbers, in their order."""

_FLOOR = 1e-6  # 60 dB below the loud level
_FALL_FRAMES = 4  # 46 ms


def layer_numbers(features: Features, span_s: tuple[float, float]) -> list[float]:
    """Return the numbers of a stretch; begin and end in seconds."""
    begin = min(features.frame_count - 6, max(0, round(span_s[0] * FRAME_RATE)))
    end = max(begin + 6, min(features.frame_count, round(span_s[1] * FRAME_RATE)))
    mel = features.mel[max(0, begin) : end]
    levels = np.log10(mel + _FLOOR)  # (N, B)
    size = levels.shape[1]
    cosines = np.cos(np.pi * (np.arange(size) + 0.5)[:, None] * np.arange(N_SHAPES) / size) / size
    shapes = np.percentile(levels, PERCENTILES, axis=0) @ cosines
    group = np.searchsorted(EDGES_HZ, mel_centres_hz())
    bands = np.column_stack([mel[:, group == index].sum(axis=1) for index in range(len(BANDS))])
    falls = _falls(np.log10(bands + _FLOOR))
    shares = bands.mean(axis=0) / max(1e-9, float(bands.mean(axis=0).sum()))
    return [*map(float, shapes.ravel()), *map(float, falls), *map(float, np.log10(shares + 1e-4))]


def _falls(levels: Array) -> Array:
    """Return how fast each band falls where it falls: half of the time slower, a tenth of the time faster; (8,)."""
    step = levels[_FALL_FRAMES:] - levels[:-_FALL_FRAMES]
    falling = [-column[column < 0] if (column < 0).any() else np.zeros(1) for column in step.T]
    return np.concatenate([np.percentile(column, (50, 90)) for column in falling])
