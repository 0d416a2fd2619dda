"""Which of many vectors are near one another: exactly, though most pairs are looked at in a few directions only.

Turned so that the first directions tell the most, two vectors are at least as far apart as they are in these. Most
pairs are too far apart there already; the rest are compared in full. So directions change the time, never the answer.
Shape letters: `M` vectors, `D` numbers of a vector, `K` directions.
"""

import numpy as np
from numpy.typing import NDArray

from ..units import Array

DIRECTIONS = 14
"""On 1,050 drums, these let 2 of 1,000 pairs pass; more let few less."""

_SLACK = 1e-4  # for rounding, as a squared distance
_AT_ONCE = 1 << 14  # pairs that are compared in full at a time


class Sieve:
    """Finds near pairs among vectors of length 1.

    Args:
        some: vectors like those that will be compared, (M, D): what tells them apart is looked at first.
    """

    def __init__(self, some: Array) -> None:
        centred = some - some.mean(axis=0)
        self._directions: Array = np.linalg.svd(centred, full_matrices=False)[2][:DIRECTIONS].T  # (D, K)

    def near(self, vectors: Array, others: Array, least_cosine: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs whose cosine is at least so large: indices into (M, D) and into (M', D), ascending."""
        turned, turned_others = vectors @ self._directions, others @ self._directions
        # |x - y|^2 = 2 - 2 cos is at most 2 - 2 least: halved and with the squares taken along, one product tells.
        left = np.column_stack([turned, _half_square(turned), np.ones(len(turned), np.float32)])
        right = np.column_stack([turned_others, -np.ones(len(turned_others), np.float32), -_half_square(turned_others)])
        passed = np.flatnonzero(left @ right.T >= least_cosine - 1.0 - _SLACK)
        rows, columns = np.divmod(passed, len(others))
        is_near = np.zeros(len(passed), bool)
        for start in range(0, len(passed), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            cosines = np.einsum("pd,pd->p", vectors[rows[some]], others[columns[some]])
            is_near[some] = cosines >= least_cosine
        return rows[is_near], columns[is_near]


def _half_square(turned: Array) -> Array:
    half: Array = np.float32(0.5) * np.einsum("mk,mk->m", turned, turned)
    return half
