"""K-means and the silhouette, as small as bars need them. Shape letters: `n` rows, `D` columns, `k` clusters."""

import numpy as np

from ..units import Array

_RESTARTS, _STEPS = 6, 40


def cluster(rows: Array, count: int, generator: np.random.Generator) -> Array:
    """Return the cluster of each row, shape (n,): the best of some k-means++ (Arthur & Vassilvitskii 2007)."""
    best, best_cost = np.zeros(len(rows), np.int64), np.inf
    for _ in range(_RESTARTS):
        centres = _scattered(rows, count, generator)
        for _ in range(_STEPS):
            labels = _distances(rows, centres).argmin(axis=1)
            moved = np.stack(
                [rows[labels == k].mean(axis=0) if (labels == k).any() else centres[k] for k in range(count)]
            )
            if np.allclose(moved, centres):
                break
            centres = moved
        cost = float(_distances(rows, centres).min(axis=1).sum())
        if cost < best_cost - 1e-12:
            best, best_cost = _distances(rows, centres).argmin(axis=1), cost
    return best


def silhouette(rows: Array, labels: Array) -> float:
    """Return how much nearer rows are to their own cluster than to the next, -1 to 1 (Rousseeuw 1987)."""
    names = np.unique(labels)
    if len(names) < 2:
        return 0.0
    apart = np.sqrt(_distances(rows, rows))
    sums = np.stack([apart[:, labels == name].sum(axis=1) for name in names], axis=1)
    sizes = np.array([(labels == name).sum() for name in names])
    own = np.searchsorted(names, labels)
    row = np.arange(len(rows))
    inner = sums[row, own] / np.maximum(1, sizes[own] - 1)
    others = sums / sizes
    others[row, own] = np.inf
    outer = others.min(axis=1)
    widths = np.where(sizes[own] > 1, (outer - inner) / np.maximum(np.maximum(inner, outer), 1e-12), 0.0)
    return float(widths.mean())


def _scattered(rows: Array, count: int, generator: np.random.Generator) -> Array:
    centres = [rows[generator.integers(len(rows))]]
    for _ in range(count - 1):
        nearest = _distances(rows, np.stack(centres)).min(axis=1)
        total = float(nearest.sum())
        chance = nearest / total if total > 1e-12 else None
        centres.append(rows[generator.choice(len(rows), p=chance)])
    return np.stack(centres)


def _distances(rows: Array, others: Array) -> Array:
    """Return squared distances, shape (n, k)."""
    squared = np.square(rows).sum(axis=1)[:, None] + np.square(others).sum(axis=1)[None, :] - 2.0 * rows @ others.T
    distances: Array = np.maximum(squared, 0.0)
    return distances
