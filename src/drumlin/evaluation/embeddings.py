"""What a sound is compared by: three embeddings of the judged window, none of which a model may learn from.

`log-mel` are statistics of a mel spectrogram, `scattering` is a fixed wavelet transform, `cnn` is a network trained
once on real kits and frozen. Two need no training at all, so a win on all three owes nothing to one view.
Each embedding is standardised on real training sounds before anything is measured on it.
Shapes: M sounds, T points, D numbers.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from ..features import log_mel
from ..units import Array, Waveform
from .window import JUDGED_RATE

SIZE = 64
"""Principal directions of the real training sounds that are kept of an embedding."""

BATCH = 64
"""Sounds that are looked at at once."""

N_BANDS = 40
FLOOR_DB = -70.0
"""Levels below are raised to it: nobody hears them after a full-scale hit, and formats differ there."""

_HOP = 256
_EDGES = (0, 1, 2, 4, 8, 16, 32, 65)  # frames: 5.8 ms each, slices that grow as a drum decays


class Embedding(Protocol):
    """A view of sounds."""

    @property
    def name(self) -> str:
        """How it is called in reports."""

    def embed(self, windows: Waveform) -> Array:
        """Return (M, D) float32 for windows (M, T) at `JUDGED_RATE`."""


class LogMelStatistics:
    """Mean, deviation and seven growing time slices of 40 mel bands in dB: D = 360."""

    name = "log-mel"

    def embed(self, windows: Waveform) -> Array:
        """Return (M, 360) for windows (M, T)."""
        starts = range(0, len(windows), BATCH)
        return np.concatenate([self._embed(windows[start : start + BATCH]) for start in starts])

    def _embed(self, windows: Waveform) -> Array:
        levels = log_mel(windows, JUDGED_RATE, hop_length=_HOP, n_mels=N_BANDS)  # (M, n_mels, N)
        levels = np.maximum(levels, FLOOR_DB)
        count = levels.shape[-1]
        slices = [
            levels[..., min(start, count - 1) : max(end, start + 1)].mean(axis=-1) for start, end in pairwise(_EDGES)
        ]
        statistics = [levels.mean(axis=-1), levels.std(axis=-1), *slices]
        return np.concatenate(statistics, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Standardiser:
    """Brings an embedding to a common scale, fitted on real training sounds alone.

    Each number is centred and divided by its deviation; of the whole, the principal directions are kept, strongest
    first, and scaled together so that a training sound has the squared length `size` on average: distances stay what
    they were, and the cubic kernel meets the range that it was made for.

    Args:
        mean: (D,).
        directions: (D, size), scaling included.
        kept: share of the variance in the kept directions.
    """

    mean: Array
    directions: Array
    kept: float

    @classmethod
    def fit(cls, train: Array, size: int = SIZE) -> "Standardiser":
        """Return the standardiser of training sounds (M, D); numbers that never change are left out.

        Raises:
            ValueError: fewer than two sounds, or all of them alike.
        """
        train = np.asarray(train, dtype=np.float64)
        deviation = train.std(axis=0) if len(train) > 1 else np.zeros(train.shape[-1])
        varies = deviation > 1e-6
        if not varies.any():
            raise ValueError(f"{len(train)} training sounds, all alike: at least two different ones are expected")
        scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=varies)
        mean = train.mean(axis=0)
        _, strengths, rows = np.linalg.svd((train - mean) * scale, full_matrices=False)
        kept = min(size, len(rows))
        power = np.square(strengths)
        length = np.sqrt(kept * len(train) / power[:kept].sum())
        return cls(mean, scale[:, None] * _signed(rows[:kept]).T * length, float(power[:kept].sum() / power.sum()))

    def __call__(self, embedded: Array) -> Array:
        """Return (M, size), float64, for an embedding (M, D)."""
        standard: Array = (np.asarray(embedded, dtype=np.float64) - self.mean) @ self.directions
        return standard


def _signed(rows: Array) -> Array:
    """Return directions (K, D) with their largest entry positive: the sign of a singular vector means nothing."""
    largest = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)]
    signed: Array = rows * np.sign(largest)[:, None]
    return signed
