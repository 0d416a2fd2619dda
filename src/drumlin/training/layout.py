"""Laying sounds out on a square so that neighbours sound alike and no corner is empty.

First t-SNE (van der Maaten and Hinton 2008; exact, deterministic from a start by main components), then the points
are pulled by optimal assignment towards as many knots, spread evenly: the islands stay where they are and share the
sea.

Shapes: M sounds, N features.
"""

import numpy as np

from ..units import Array

MOST_EXACT = 600
"""Sounds that are laid out against each other; more are placed beside their neighbours among these."""

PERPLEXITY = 20.0
STEPS, EXAGGERATED_STEPS, EXAGGERATION = 400, 100, 8.0
RATE_SHARE = 12.0
"""The learning rate is M over this, as Belkina et al. (2019) advise."""

EVENNESS = 0.8
"""How far points go towards their knots: 1 is bare evenness, 0 leaves holes between the islands."""

KNOT_STEP = np.array([0.7548776662466927, 0.5698402909980532])
"""The R2 sequence (Roberts 2018), 1/p and 1/p^2 of the plastic number p: any number of points, spread evenly."""

LABEL_SHARE = 0.3
"""Squared distance between two labels, as a share of the typical squared distance between sounds."""

NEIGHBOURS = 5
LEAST = 1e-12


def lay_out(features: Array, labels: Array | None = None) -> Array:
    """Return places in [-1, 1]^2 for rows of features.

    Args:
        features: (M, N): what alike sounds have alike.
        labels: (M,), whole numbers: sounds of one label are drawn together; None where there are none.
    Returns:
        Places, (M, 2).
    """
    count = len(features)
    if count < 4:
        return np.linspace(-0.5, 0.5, count)[:, None] * np.ones((1, 2)) if count > 1 else np.zeros((count, 2))
    rows = np.unique(np.linspace(0, count - 1, min(count, MOST_EXACT)).astype(int))
    squares = _square_distances(features[rows])
    squares /= max(float(np.median(squares)), LEAST)
    if labels is not None:
        squares += LABEL_SHARE * (labels[rows][:, None] != labels[rows][None])
    spread = _spread(_embed(squares, _main_components(features[rows])))
    return spread if len(rows) == count else _beside(features, features[rows], spread)


def _embed(squares: Array, start: Array) -> Array:
    """t-SNE of squared distances (M, M) from a start (M, 2)."""
    count = len(squares)
    wanted = _affinities(squares)
    points = start * (1e-2 / max(float(start.std()), LEAST))
    velocity, gains = np.zeros_like(points), np.ones_like(points)
    rate = max(count / RATE_SHARE, 10.0)
    for step in range(STEPS):
        factor, momentum = (EXAGGERATION, 0.5) if step < EXAGGERATED_STEPS else (1.0, 0.8)
        kernel = 1.0 / (1.0 + _square_distances(points))
        np.fill_diagonal(kernel, 0.0)
        pull = (factor * wanted - kernel / kernel.sum()) * kernel
        gradient = 4.0 * (pull.sum(axis=1)[:, None] * points - pull @ points)
        same = np.sign(gradient) == np.sign(velocity)
        gains = np.maximum(np.where(same, gains * 0.8, gains + 0.2), 0.01)
        velocity = momentum * velocity - rate * gains * gradient
        points = points + velocity
    centred: Array = points - points.mean(axis=0)
    return centred


def _affinities(squares: Array) -> Array:
    """Symmetric probabilities (M, M) whose rows have the wanted perplexity, found by halving the interval."""
    count = len(squares)
    target = np.log(min(PERPLEXITY, (count - 1) / 3))
    low, high, beta = np.zeros(count), np.full(count, np.inf), np.ones(count)
    for _ in range(50):
        weights = np.exp(-squares * beta[:, None])
        np.fill_diagonal(weights, 0.0)
        total = np.maximum(weights.sum(axis=1), LEAST)
        entropy = np.log(total) + beta * (squares * weights).sum(axis=1) / total
        low, high = np.where(entropy > target, beta, low), np.where(entropy > target, high, beta)
        beta = np.where(np.isinf(high), beta * 2.0, (low + np.where(np.isinf(high), low, high)) / 2.0)
    probabilities = weights / total[:, None]
    symmetric: Array = np.maximum((probabilities + probabilities.T) / (2.0 * count), LEAST)
    return symmetric


def _spread(points: Array) -> Array:
    """Pull points (M, 2) towards distinct knots, spread evenly over the square."""
    from scipy.optimize import linear_sum_assignment

    count = len(points)
    low, high = points.min(axis=0), points.max(axis=0)
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    even = 2.0 * ranks / (count - 1) - 1.0
    square = 0.5 * even + 0.5 * (2.0 * (points - low) / np.maximum(high - low, LEAST) - 1.0)
    knots = 2.0 * ((np.arange(1, count + 1)[:, None] * KNOT_STEP + 0.5) % 1.0) - 1.0
    cost = np.square(square[:, None] - knots[None]).sum(axis=-1)
    rows, columns = linear_sum_assignment(cost)
    places: Array = square.copy()
    places[rows] += EVENNESS * (knots[columns] - square[rows])
    return places


def _beside(features: Array, known: Array, places: Array) -> Array:
    """Place every row at the mean of its nearest known neighbours, weighted by how near they are."""
    result = np.empty((len(features), 2))
    for index, row in enumerate(features):
        distances = np.square(known - row).sum(axis=1)
        nearest = np.argpartition(distances, NEIGHBOURS)[:NEIGHBOURS]
        weights = 1.0 / (distances[nearest] + LEAST)
        result[index] = weights @ places[nearest] / weights.sum()
    return result


def _main_components(features: Array) -> Array:
    centred = features - features.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    scores = centred @ axes[:2].T
    if scores.shape[1] < 2:
        scores = np.concatenate([scores, np.arange(len(scores))[:, None] * 1e-3], axis=1)[:, :2]
    return np.asarray(scores)


def _square_distances(points: Array) -> Array:
    squares = np.square(points).sum(axis=1)
    distances: Array = np.maximum(squares[:, None] + squares[None] - 2.0 * points @ points.T, 0.0)
    return distances
