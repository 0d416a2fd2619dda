"""Momentum measured: how much happens in a second, as a number from 0 (at rest) to 4 (driven).

A straight line through numbers that grow with the density of events. None of its weights is negative, so more onsets,
all else equal, never mean less momentum. Shape letters: `W` stretches, `D` described numbers, `M` of them used here.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .beatwise import BANDS
from .describing import DESCRIBED_NAMES
from .descriptor_table import MOMENTUM_LEVELS

MOMENTUM_NAMES: tuple[str, ...] = (
    *(f"density_{name}" for name in BANDS),
    *(f"onset_{name}_rate" for name in (*BANDS, "change")),
    *(f"modulation_{name}_{index}" for name in BANDS for index in (2, 3)),
    "tempo_octaves",
    "share_high",
    "share_mid",
    *(f"fall_{name}_fast" for name in BANDS),
)
"""The numbers that count."""

_COLUMNS = [DESCRIBED_NAMES.index(name) for name in MOMENTUM_NAMES]


@dataclass(frozen=True)
class MomentumLine:
    """The line.

    Args:
        mean: of the numbers, shape (M,).
        scale: by which they are divided, shape (M,).
        weights: none below 0, shape (M,).
        offset: momentum where all numbers are usual.
        spread: standard deviation of what it misses.
    """

    mean: Array
    scale: Array
    weights: Array
    offset: float
    spread: float

    def __call__(self, rows: Array) -> Array:
        """Return momentum, 0 to 4, of described stretches: shape (W, D) -> (W,)."""
        value = momentum_numbers(rows, self.mean, self.scale) @ self.weights + self.offset
        return np.asarray(np.clip(value, 0.0, MOMENTUM_LEVELS - 1.0))

    def level_scores(self, value: Array) -> Array:
        """Return log odds of the levels, up to a constant: shape (...,) -> (..., 5)."""
        apart = (value[..., None] - np.arange(MOMENTUM_LEVELS)) / self.spread
        scores: Array = -0.5 * np.square(apart)
        return scores


def momentum_numbers(rows: Array, mean: Array, scale: Array) -> Array:
    """Return the numbers that count, standardised: shape (W, D) -> (W, M)."""
    numbers: Array = np.clip((rows[:, _COLUMNS] - mean) / scale, -4.0, 4.0)
    return numbers
