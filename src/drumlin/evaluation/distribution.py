"""How near the distribution of made sounds comes to that of real ones, on embeddings.

The kernel distance (KID) is the unbiased squared maximum mean discrepancy under a cubic kernel (Binkowski et al. 2018,
"Demystifying MMD GANs"); it is right on average whatever the number of sounds, and may fall below 0. Density and
coverage (Naeem et al. 2020, "Reliable Fidelity and Diversity Metrics") ask whether made sounds lie near real ones, and
whether each real one has a made one near. All in float64.
Shapes: M made sounds, N real ones, D numbers of an embedding, R resamples.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..units import Array
from .intervals import RESAMPLES, Interval, around, resample_files, resample_kits

NEIGHBOURS = 5
"""k of density and coverage, as in the paper."""


@dataclass(frozen=True)
class KernelDistances:
    """The kernel distance of each system, and what each resample of the data gives for it.

    Args:
        values: by name of the system.
        draws: (R,) by name; draw i of all systems saw the same real files.
    """

    values: Mapping[str, float]
    draws: Mapping[str, Array] = field(repr=False)

    def interval(self, name: str) -> Interval:
        """Return the distance of a system with its interval."""
        return around(self.values[name], self.draws[name])

    def difference(self, name: str, other: str) -> Interval:
        """Return how much larger the distance of `name` is than that of `other`: below 0, `name` is nearer."""
        return around(self.values[name] - self.values[other], self.draws[name] - self.draws[other])


@dataclass(frozen=True)
class Neighbourhood:
    """Density (1 is what real sounds have on average, more is possible) and coverage (a share)."""

    density: Interval
    coverage: Interval


def kernel_distance(made: Array, real: Array) -> float:
    """Return the unbiased squared MMD under the cubic kernel between (M, D) and (N, D).

    Raises:
        ValueError: fewer than two sounds on a side, or embeddings of different sizes.
    """
    _check(made, real)
    ones = np.ones((1, len(made))), np.ones((1, len(real)))
    inside = _within(cubic_kernel(made, made), ones[0]) + _within(cubic_kernel(real, real), ones[1])
    return float((inside - 2 * _between(cubic_kernel(made, real), *ones))[0])


def compare_kernel_distances(
    systems: Mapping[str, Array],
    real: Array,
    kits: Sequence[str],
    *,
    system_kits: Mapping[str, Sequence[str]] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> KernelDistances:
    """Return the kernel distances of several systems to one set of real sounds, resampled together.

    Args:
        systems: embeddings (M, D) by name, M the same for all; row i of each was asked for the same class.
        real: (N, D).
        kits: the kit of each real sound, (N,).
        system_kits: kits of systems that are real sounds themselves, by name; they are resampled by kit as well.
        resamples: R.
        seed: of the resamples; the same seed and kits give the same resamples for another embedding.
    Raises:
        ValueError: systems of different sizes, fewer than two sounds on a side, or kits of another number.
    """
    counts = {len(made) for made in systems.values()}
    if len(counts) != 1 or len(kits) != len(real):
        raise ValueError(
            f"systems of {sorted(counts)} sounds, {len(real)} real ones of {len(kits)} kits: "
            "equal numbers of made sounds, and a kit for each real one, are expected"
        )
    real_seed, files_seed, kits_seed = np.random.SeedSequence(seed).spawn(3)
    real_weights = resample_kits(kits, resamples, np.random.default_rng(real_seed))
    even = resample_files(counts.pop(), resamples, np.random.default_rng(files_seed))
    real_kernel = _within(cubic_kernel(real, real), real_weights)
    draws = {}
    for name, made in systems.items():
        own = (system_kits or {}).get(name)
        weights = even if own is None else resample_kits(own, resamples, np.random.default_rng(kits_seed))
        between = _between(cubic_kernel(made, real), weights, real_weights)
        draws[name] = _within(cubic_kernel(made, made), weights) + real_kernel - 2 * between
    return KernelDistances({name: kernel_distance(made, real) for name, made in systems.items()}, draws)


def neighbourhood(
    made: Array,
    real: Array,
    kits: Sequence[str] = (),
    *,
    neighbours: int = NEIGHBOURS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Neighbourhood:
    """Return density and coverage of made sounds (M, D) among real ones (N, D).

    A real sound's sphere reaches to its `neighbours`-th nearest other real sound. The intervals are those of other
    real kits: the spheres are resampled, the made sounds stay.

    Args:
        made: embeddings, (M, D).
        real: embeddings, (N, D), N above `neighbours`.
        kits: the kit of each real sound, (N,); none: each is a kit of its own.
        neighbours: k.
        resamples: R.
        seed: of the resamples.
    Raises:
        ValueError: too few real sounds, or embeddings of different sizes.
    """
    _check(made, real)
    if len(real) <= neighbours:
        raise ValueError(f"{len(real)} real sounds: more than {neighbours} are expected")
    distances = squared_distances(real, real)
    np.fill_diagonal(distances, np.inf)
    radii = np.partition(distances, neighbours - 1, axis=1)[:, neighbours - 1]
    inside = (squared_distances(real, made) <= radii[:, None]).sum(axis=1).astype(np.float64)  # (N,)
    density, covered = inside * (len(real) / (neighbours * len(made))), (inside > 0).astype(np.float64)
    weights = resample_kits(kits or [""] * len(real), resamples, np.random.default_rng(seed))
    weights /= weights.sum(axis=1, keepdims=True)
    return Neighbourhood(
        around(float(density.mean()), weights @ density), around(float(covered.mean()), weights @ covered)
    )


def cubic_kernel(a: Array, b: Array) -> Array:
    """Return (a . b / D + 1)^3 for each pair of rows, (M, D) and (N, D) to (M, N), float64."""
    product = np.asarray(a, dtype=np.float64) @ np.asarray(b, dtype=np.float64).T
    kernel: Array = (product / a.shape[1] + 1.0) ** 3
    return kernel


def squared_distances(a: Array, b: Array) -> Array:
    """Return the squared Euclidean distance of each pair of rows, (M, D) and (N, D) to (M, N), float64."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    squares = np.square(a).sum(axis=1)[:, None] + np.square(b).sum(axis=1) - 2.0 * a @ b.T
    distances: Array = np.maximum(squares, 0.0)
    return distances


def _within(kernel: Array, weights: Array) -> Array:
    """Return the mean over pairs of two different files, (M, M) and (R, M) to (R,): no file meets itself."""
    pairs = np.einsum("rm,rm->r", weights @ kernel, weights) - np.square(weights) @ np.diag(kernel)
    count = np.square(weights.sum(axis=1)) - np.square(weights).sum(axis=1)
    mean: Array = pairs / np.maximum(count, 1e-12)  # a resample of one file alone has no pairs
    return mean


def _between(kernel: Array, weights: Array, others: Array) -> Array:
    """Return the mean over pairs of a made and a real file, (M, N), (R, M) and (R, N) to (R,)."""
    mean: Array = np.einsum("rn,rn->r", weights @ kernel, others) / (weights.sum(axis=1) * others.sum(axis=1))
    return mean


def _check(made: Array, real: Array) -> None:
    if made.ndim != 2 or real.ndim != 2 or made.shape[1] != real.shape[1] or min(len(made), len(real)) < 2:
        raise ValueError(
            f"embeddings of shape {made.shape} and {real.shape}: (M, D) and (N, D) with at least two rows are expected"
        )
