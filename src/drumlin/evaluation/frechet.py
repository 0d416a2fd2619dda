"""The Frechet distance between embeddings, freed of its bias by extrapolation.

Between two finite samples the distance is too large, by about a constant over the number of sounds (Chong and Forsyth
2020, "Effectively Unbiased FID"). So it is measured on a quarter, a half, three quarters and all of both, and a line in
1 / n is followed to 0. The law needs more sounds than directions: only the strongest `DIRECTIONS` of a standardised
embedding are used. Shapes: M made sounds, N real ones, D numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..units import Array
from .intervals import Interval, kit_rows, normal_interval

DIRECTIONS = 16
"""A quarter of 200 sounds is three times as many: fewer would bend the line."""

SHARES = (0.25, 0.5, 0.75, 1.0)
DRAWS = 64
"""Random subsets for each share but the whole."""

BLOCKS = 20
"""Groups of made sounds that are left out in turn for the interval."""


@dataclass(frozen=True)
class Extrapolated:
    """A Frechet distance.

    Args:
        distance: at endless numbers of sounds, with its interval; may fall below 0 where there is none.
        measured: at the numbers that there are.
        shares: of the sounds, ascending.
        means: the distance at each share.
    """

    distance: Interval
    measured: float
    shares: tuple[float, ...]
    means: tuple[float, ...]


def frechet_distance(made: Array, real: Array) -> float:
    """Return the Frechet distance of the Gaussians through (M, D) and (N, D).

    Squared distance of the means plus trace(A + B - 2 (A B)^(1/2)) of the covariances (Dowson and Landau 1982).

    Raises:
        ValueError: fewer than two sounds on a side, or embeddings of different sizes.
    """
    if made.ndim != 2 or real.ndim != 2 or made.shape[1] != real.shape[1] or min(len(made), len(real)) < 2:
        raise ValueError(
            f"embeddings of shape {made.shape} and {real.shape}: (M, D) and (N, D) with at least two rows are expected"
        )
    gap = np.square(made.mean(axis=0) - real.mean(axis=0)).sum()
    first, second = _covariance(made), _covariance(real)
    root = _root(first)
    shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0.0)).sum()
    return float(gap + np.trace(first) + np.trace(second) - 2.0 * shared)


def extrapolated_frechet(
    made: Array, real: Array, kits: Sequence[str] = (), *, directions: int = DIRECTIONS, seed: int = 0
) -> Extrapolated:
    """Return the Frechet distance at endless numbers of sounds.

    The interval is a jackknife of the measured distance: each kit of the real sounds is left out in turn, and each of
    `BLOCKS` blocks of the made ones (Efron and Stein 1981).

    Args:
        made: standardised embeddings, strongest direction first, (M, D).
        real: the same, (N, D).
        kits: the kit of each real sound, (N,); none: each is a kit of its own.
        directions: how many of D are used.
        seed: of the subsets.
    Raises:
        ValueError: fewer than eight sounds on a side, or embeddings of different sizes.
    """
    if min(len(made), len(real)) < 8:
        raise ValueError(f"{len(made)} made and {len(real)} real sounds: at least 8 of each are expected")
    made, real = (np.asarray(side[:, :directions], dtype=np.float64) for side in (made, real))
    means = _means(made, real, seed)
    value = _follow(means)
    groups = kit_rows(kits) if kits else np.array_split(np.arange(len(real)), BLOCKS)
    without_kit = [
        frechet_distance(made, np.delete(real, rows, axis=0)) for rows in groups if len(real) - len(rows) > 1
    ]
    blocks = [np.arange(start, len(made), BLOCKS) for start in range(min(BLOCKS, len(made)))]
    without_block = [frechet_distance(np.delete(made, rows, axis=0), real) for rows in blocks]
    variance = _jackknife(without_kit) + _jackknife(without_block)
    return Extrapolated(normal_interval(value, variance), means[-1], SHARES, tuple(means))


def _means(made: Array, real: Array, seed: int) -> list[float]:
    """Return the distance at each share of the sounds."""
    generator = np.random.default_rng(seed)
    subsets = [[_subset(made, real, share, generator) for _ in range(DRAWS)] for share in SHARES[:-1]]
    distances = [[frechet_distance(*pair) for pair in pairs] for pairs in subsets]
    return [*(float(np.mean(one)) for one in distances), frechet_distance(made, real)]


def _subset(made: Array, real: Array, share: float, generator: np.random.Generator) -> tuple[Array, Array]:
    first, second = (
        side[generator.choice(len(side), max(2, round(share * len(side))), replace=False)] for side in (made, real)
    )
    return first, second


def _follow(means: Sequence[float]) -> float:
    """Return where the line of least squares through distance over 1 / share meets 0."""
    return float(np.polyfit(1.0 / np.array(SHARES), means, 1)[1])


def _jackknife(values: Sequence[float]) -> float:
    """Return the variance of a number from what it is without each group."""
    if len(values) < 2:
        return 0.0
    return (len(values) - 1) / len(values) * float(np.square(np.array(values) - np.mean(values)).sum())


def _covariance(rows: Array) -> Array:
    covariance: Array = np.atleast_2d(np.cov(rows, rowvar=False))
    return covariance


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    root: Array = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root
