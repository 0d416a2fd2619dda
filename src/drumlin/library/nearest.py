"""The rows of a matrix nearest to a vector, exactly: one product, then the largest few without sorting the rest.

A product of a million rows of 64 numbers reads 256 MB, so memory sets its time; picking must not add to it. The
maximum of each block of scores is cheap, and the k-th largest maximum is a bound that the k best all reach.
Shape letters: `M` rows, `D` numbers in a row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..units import Array

BLOCK = 1024
"""Scores of which one maximum is taken."""


@dataclass(frozen=True)
class Nearest:
    """Rows with their scores, best first; equal scores in order of their rows."""

    rows: NDArray[np.int64]
    scores: Array


def search(matrix: Array, query: Array, count: int, *, without: NDArray[np.int64] | None = None) -> Nearest:
    """Return the rows whose product with a vector is largest.

    Args:
        matrix: shape (M, D), float32, each row of length 1 (or 0), which may be mapped from disk.
        query: shape (D,), of length 1.
        count: how many.
        without: rows that do not count.
    """
    scores = matrix @ query.astype(matrix.dtype, copy=False)
    if without is not None and len(without):
        scores[without] = -np.inf
    return largest(scores, count)


def search_among(matrix: Array, query: Array, count: int, rows: NDArray[np.int64]) -> Nearest:
    """Return the same as `search`, looking at some rows only; reads no others."""
    scores = matrix[rows] @ query.astype(matrix.dtype, copy=False)
    best = largest(scores, count)
    return Nearest(rows[best.rows], best.scores)


def largest(scores: Array, count: int) -> Nearest:
    """Return the largest of some scores (M,); minus infinity counts as not there."""
    candidates = np.flatnonzero(scores >= _bound(scores, count))
    order = np.lexsort((candidates, -scores[candidates]))[:count]
    rows = candidates[order]
    rows = rows[np.isfinite(scores[rows])]
    return Nearest(rows, scores[rows])


def _bound(scores: Array, count: int) -> float:
    """Return a score that at least `count` scores reach, close to the `count`-th largest."""
    whole = len(scores) // BLOCK * BLOCK
    if whole // BLOCK <= count:
        return float(np.partition(scores, -count)[-count]) if len(scores) > count else -np.inf
    maxima = scores[:whole].reshape(-1, BLOCK).max(axis=1)
    return float(np.partition(maxima, -count)[-count])
