"""Numbers with the range in which they would fall on other kits.

Sounds of one kit are alike, so a resample draws kits first and then files within each drawn kit (a two-stage
bootstrap, Davison and Hinkley 1997, section 3.8). A resample is a row of weights: how often each file was drawn.
Shapes: R resamples, M sounds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..units import Array

CONFIDENCE = 0.95
"""Share of the resamples inside an interval."""

RESAMPLES = 1000
"""Enough that the ends of an interval move by a few per cent of its width between seeds."""

_NORMAL = 1.959964  # quantile of the normal distribution for `CONFIDENCE`, two-sided


@dataclass(frozen=True)
class Interval:
    """A number and its 95 % interval, `low <= high`; the number itself lies inside."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the sign of the number is certain."""
        return self.low > 0.0 or self.high < 0.0


def around(value: float, draws: Array) -> Interval:
    """Return the interval of a number from what resamples (R,) of it gave.

    The resamples' spread around their own mean is laid around the number: a resample holds fewer different kits than
    the data, which shifts all of them alike.
    """
    deviations = np.asarray(draws, dtype=np.float64) - np.mean(draws)
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(deviations, (tail, 1.0 - tail))
    return Interval(value, value + min(0.0, float(low)), value + max(0.0, float(high)))


def normal_interval(value: float, variance: float) -> Interval:
    """Return the interval of a number with a normal error of known variance."""
    reach = _NORMAL * float(np.sqrt(max(0.0, variance)))
    return Interval(value, value - reach, value + reach)


def wilson(hits: float, count: float) -> Interval:
    """Return a share and its Wilson score interval (Wilson 1927); with nothing counted: 0, from 0 to 1."""
    if count <= 0:
        return Interval(0.0, 0.0, 1.0)
    share = hits / count
    square = _NORMAL**2
    centre = (share + square / (2 * count)) / (1 + square / count)
    reach = _NORMAL * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return Interval(share, max(0.0, min(share, centre - reach)), min(1.0, max(share, centre + reach)))


def resample_files(count: int, resamples: int, generator: np.random.Generator) -> Array:
    """Return how often each of `count` files is drawn, (R, M), float64: each row sums to `count`."""
    drawn: Array = generator.multinomial(count, np.full(count, 1.0 / count), size=resamples).astype(np.float64)
    return drawn


def resample_kits(kits: Sequence[str], resamples: int, generator: np.random.Generator) -> Array:
    """Return how often each file is drawn when kits are drawn first, then files within each drawn kit.

    Args:
        kits: the kit of each file, (M,); a file without one (an empty name) is a kit of its own.
        resamples: R.
        generator: where the chance comes from.
    Returns:
        Shape (R, M), float64; a kit that is drawn twice has its files drawn twice, independently.
    """
    groups = kit_rows(kits)
    weights = np.zeros((resamples, len(kits)))
    times = generator.multinomial(len(groups), np.full(len(groups), 1.0 / len(groups)), size=resamples)
    for rows, counts in zip(groups, times.T, strict=True):
        even = np.full(len(rows), 1.0 / len(rows))
        weights[:, rows] = generator.multinomial(counts * len(rows), even)  # r draws of the kit: r times its files
    return weights


def kit_rows(kits: Sequence[str]) -> list[Array]:
    """Return the rows of each kit, kits in order of first appearance; unnamed files stand alone."""
    rows: dict[tuple[str, int], list[int]] = {}
    for row, kit in enumerate(kits):
        rows.setdefault((kit, -1) if kit else ("", row), []).append(row)
    return [np.array(group) for group in rows.values()]
