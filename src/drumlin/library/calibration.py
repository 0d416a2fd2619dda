"""How far a head's probabilities can be believed: a slope for its scores, from sounds that were held out.

A head is sure of what it was taught. So it is fitted anew without a part of the lesson at a time, and its scores for
that part are scaled until their probabilities agree with what the user said (temperature scaling, Guo et al. 2017).
"""

from dataclasses import replace

import numpy as np

from ..units import Array
from .head import Head, Lesson, fit_head, natural_ridge, sigmoid

FOLDS = 3
MOST = 1000
"""Sounds from which the slope is found; more would not make it surer, only slower."""

FEWEST = 12
"""Below, nothing is held out and the slope stays 1."""

_SLOPES = np.geomspace(0.1, 10.0, 31)


def fit_calibrated(lesson: Lesson, *, ridge: float | None = None, around: Array | None = None, seed: int = 0) -> Head:
    """Return a head whose probabilities were checked against sounds that were held out.

    Args:
        lesson: what was taught.
        ridge: of the head; by the number of examples if None.
        around: as for `fit_head`.
        seed: of the parts that are held out.
    """
    ridge = natural_ridge(lesson) if ridge is None else ridge
    head = fit_head(lesson, ridge=ridge, around=around)
    order = np.random.default_rng(seed).permutation(len(lesson.embeddings))[:MOST]
    if len(order) < FEWEST:
        return head
    said, rows = [], []
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = np.setdiff1d(order, held)
        part = fit_head(lesson.rows(rest), ridge=ridge, around=around)
        said.append(part.scores(lesson.embeddings[held]))
        rows.append(held)
    return replace(head, slope=find_slope(np.concatenate(said), lesson.rows(np.concatenate(rows))))


def find_slope(scores: Array, lesson: Lesson) -> float:
    """Return the factor (0.1 to 10) with which logits (M, K) agree best with a lesson, by its weighted log loss."""
    targets, weights = lesson.targets, lesson.weights / max(float(lesson.weights.sum()), 1e-9)

    def loss(slope: float) -> float:
        shares = np.clip(sigmoid(slope * scores), 1e-6, 1 - 1e-6)
        return -float((weights * (targets * np.log(shares) + (1 - targets) * np.log(1 - shares))).sum())

    return float(min(_SLOPES, key=loss))
