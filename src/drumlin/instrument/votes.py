"""What lies at a position: the nearest training samples vote.

Shape letters: M samples, N size of a position, K classes.
"""

from collections.abc import Sequence

import numpy as np

from ..units import Array

NEIGHBOURS = 8
"""Training samples that vote on what lies at a place: few enough to be local, enough to blend."""


class Votes:
    """How much of each class lies at a position. What does not depend on the position is worked out once.

    The nearest samples vote, each the less the farther it is, and the farthest of them with nothing, so that the
    weights change without a jump as the position moves. Without labelled samples all classes weigh the same.

    Args:
        classes: the class names, K.
        labels: the label of each sample, M; samples of other classes do not vote.
        positions: where the samples are, (M, N): places on the plane, or latents.
    """

    def __init__(self, classes: Sequence[str], labels: Sequence[str], positions: Array) -> None:
        known = {name: index for index, name in enumerate(classes)}
        rows = [row for row, label in enumerate(labels) if label in known]
        self._count = len(classes)
        self._positions = np.asarray(positions)[rows].astype(np.float64)
        self._chosen = np.array([known[labels[row]] for row in rows], dtype=np.int64)

    def at(self, position: Array) -> Array:
        """Return the weights of the classes at a position (N,): float32, (K,), sum 1."""
        if not len(self._chosen):
            return np.full(self._count, 1.0 / max(self._count, 1), dtype=np.float32)
        steps = self._positions - position
        distances = np.sqrt((steps * steps).sum(axis=1))
        nearest = _nearest(distances, NEIGHBOURS + 1)
        votes = distances[nearest[-1]] - distances[nearest]
        if not votes.any():  # a single sample, or all at the same distance
            votes = np.ones(len(nearest))
        weights = np.bincount(self._chosen[nearest], votes, self._count)
        share: Array = (weights / weights.sum()).astype(np.float32)
        return share


def _nearest(distances: Array, count: int) -> Array:
    """Return the rows of the `count` smallest distances, nearest first, of equal ones the first first."""
    if len(distances) > count:
        limit = np.partition(distances, count - 1)[count - 1]
        rows = np.flatnonzero(distances <= limit)
    else:
        rows = np.arange(len(distances))
    order: Array = rows[np.argsort(distances[rows], kind="stable")][:count]
    return order
