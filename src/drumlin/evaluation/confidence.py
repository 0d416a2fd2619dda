"""How far a confidence can be believed: calibration error, freed of the part that chance alone puts there.

Sounds are sorted by confidence into bins of equal count; in each, the mean confidence is compared with the share that
was right. The plain error is too large even for honest confidence, since shares of few sounds scatter; the expected
scatter is taken off in squares (Kumar, Liang and Ma 2019, "Verified Uncertainty Calibration", section 5).
Shapes: M sounds, R resamples.
"""

from collections.abc import Sequence

import numpy as np

from ..units import Array
from .intervals import RESAMPLES, Interval, around, resample_kits

BINS = 10


def calibration_error(confidence: Array, right: Array, weights: Array | None = None, bins: int = BINS) -> float:
    """Return the debiased root mean square of confidence minus share of right ones, 0 to 1.

    Args:
        confidence: (M,), 0 to 1.
        right: (M,) whether the call was right.
        weights: (M,), how often each sound counts; once if None.
        bins: into how many equal parts sounds are sorted.
    """
    counted = np.ones(len(confidence)) if weights is None else weights
    order = np.argsort(confidence, kind="stable")
    total, square = float(counted.sum()), 0.0
    for rows in np.array_split(order, bins):
        count = float(counted[rows].sum())
        if count < 2:
            continue
        share = float(counted[rows] @ right[rows]) / count
        gap = float(counted[rows] @ confidence[rows]) / count - share
        square += count / total * (gap**2 - share * (1.0 - share) / (count - 1.0))
    return float(np.sqrt(max(0.0, square)))


def calibration_interval(
    confidence: Array, right: Array, kits: Sequence[str], seed: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """Return the debiased calibration error with the range in which it would fall on other kits."""
    generator = np.random.default_rng(seed)
    drawn = resample_kits(kits, resamples, generator)
    draws = np.array([calibration_error(confidence, right, row) for row in drawn])
    found = around(calibration_error(confidence, right), draws)
    return Interval(found.value, max(0.0, found.low), found.high)


def share_interval(right: Array, kits: Sequence[str], seed: int = 0, resamples: int = RESAMPLES) -> Interval:
    """Return a share of right ones (M,) with its kit-bootstrap interval; of differences of two, the paired one."""
    drawn = resample_kits(kits, resamples, np.random.default_rng(seed))
    values = np.asarray(right, float)
    return around(float(values.mean()), drawn @ values / drawn.sum(axis=1))
