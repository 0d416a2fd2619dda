"""The rows of a matrix nearest to a vector, exactly: a quick product, then the few that may be among the best again.

A product of a million rows of 64 numbers reads 256 MB, so memory sets its time. Where rows are at hand as bytes
(`coarse`), a quarter of that is read; what lies within the bound of the error is read again as it is. The last word is
a product in float64, rounded to float32: whatever was quick, ties and near-ties come out alike.

The maximum of each block of scores is cheap, and the k-th largest maximum is a bound that the k best all reach.
Shape letters: `M` rows, `D` numbers in a row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..units import Array
from .coarse import CoarseRows

BLOCK = 1024
"""Scores of which one maximum is taken."""

_ROUNDING = 2.0**-23
"""A float32 product of `D` numbers errs by less than `D` times this, if both vectors have length 1 at most."""

_WORTH_READING = 8  # if more than one row in so many may be among the best, all are read, which is quicker


@dataclass(frozen=True)
class Nearest:
    """Rows with their scores, best first; equal scores in order of their rows."""

    rows: NDArray[np.int64]
    scores: Array


def search(
    matrix: Array,
    query: Array,
    count: int,
    *,
    without: NDArray[np.int64] | None = None,
    coarse: CoarseRows | None = None,
) -> Nearest:
    """Return the rows whose product with a vector is largest.

    Args:
        matrix: shape (M, D), float32, each row of length 1 (or 0), which may be mapped from disk.
        query: shape (D,), of length 1.
        count: how many.
        without: rows that do not count.
        coarse: the same rows, or these and more behind them, in bytes; the answer is the same with it.
    """
    rows = None if coarse is None else _promising(matrix, query, count, without, coarse)
    if rows is not None:
        return search_among(matrix, query, count, rows)
    scores = _leave_out(matrix @ query.astype(matrix.dtype, copy=False), without)
    best = within(scores, count, rounding(matrix))
    return settle(matrix[best], best, query, count)


def search_among(matrix: Array, query: Array, count: int, rows: NDArray[np.int64]) -> Nearest:
    """Return the same as `search`, looking at some rows only; reads no others."""
    scores = matrix[rows] @ query.astype(matrix.dtype, copy=False)
    best = rows[within(scores, count, rounding(matrix))]
    return settle(matrix[best], best, query, count)


def within(scores: Array, count: int, error: float) -> NDArray[np.int64]:
    """Return which scores (M,) may be among the `count` largest if each may be wrong by `error`, ascending.

    Minus infinity counts as not there.
    """
    rows = np.flatnonzero(scores >= _bound(scores, count) - 2.0 * error)
    return rows[np.isfinite(scores[rows])]


def rounding(matrix: Array) -> float:
    """Return the most by which a float32 product with the rows of a matrix errs."""
    return float(matrix.shape[1] * _ROUNDING)


def settle(vectors: Array, rows: NDArray[np.int64], query: Array, count: int) -> Nearest:
    """Return the best of some rows (M,) with their vectors (M, D), by a product whose error no float32 can show."""
    scores = (vectors.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)
    order = np.lexsort((rows, -scores))[:count]
    return Nearest(rows[order], scores[order])


def _promising(
    matrix: Array, query: Array, count: int, without: NDArray[np.int64] | None, coarse: CoarseRows
) -> NDArray[np.int64] | None:
    """Return the rows that may be among the best, by their bytes; None if those are too many to be worth it."""
    scores, error = coarse.scores(query)
    rows = within(_leave_out(scores[: len(matrix)], without), count, error)
    return rows if _WORTH_READING * len(rows) <= len(matrix) else None


def _leave_out(scores: Array, without: NDArray[np.int64] | None) -> Array:
    if without is not None and len(without):
        scores[without] = -np.inf
    return scores


def _bound(scores: Array, count: int) -> float:
    """Return a score that at least `count` scores reach, close to the `count`-th largest."""
    whole = len(scores) // BLOCK * BLOCK
    if whole // BLOCK <= count:
        return float(np.partition(scores, -count)[-count]) if len(scores) > count else -np.inf
    maxima = scores[:whole].reshape(-1, BLOCK).max(axis=1)
    return float(np.partition(maxima, -count)[-count])
