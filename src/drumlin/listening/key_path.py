"""Keys of stretches that follow each other: a Viterbi path that changes key only where much speaks for it.

A change costs more the farther the keys are apart on the circle of fifths. Shape letter: `S` stretches.
"""

import numpy as np

from ..units import Array
from .chroma import Chroma
from .key import Key, key_scores, read_key, tonal_clarity
from .tempo import softmax

CHANGE_COST = 3.0
"""Least cost of another key, in nats."""

FIFTH_COST = 0.5
"""And more for each step on the circle of fifths."""

TRACK_SHARE = 0.6
"""How much the whole track's scores count beside a stretch's own."""


def follow_key(chroma: Chroma, spans_s: list[tuple[float, float]]) -> list[Key]:
    """Return the key of each stretch (begin and end, seconds)."""
    if not spans_s:
        return []
    own = np.stack([_log(key_scores(chroma, start_s, end_s)) for start_s, end_s in spans_s])  # (S, 24)
    clarity = np.array([tonal_clarity(chroma, start_s, end_s) for start_s, end_s in spans_s])
    votes = own * clarity[:, None] + TRACK_SHARE * _log(key_scores(chroma))
    path, belief = _viterbi(votes)
    keys = []
    for index, key in enumerate(path):
        probabilities = np.where(np.arange(24) == key, belief[index, key], 0.0)
        keys.append(read_key(probabilities, float(clarity[index])))
    return keys


def key_distances() -> Array:
    """Return steps on the circle of fifths between the keys, relative keys being one step apart, shape (24, 24)."""
    signature = np.concatenate([(np.arange(12) * 7) % 12, ((np.arange(12) + 3) * 7) % 12])
    apart = np.abs(signature[:, None] - signature[None, :])
    steps = np.minimum(apart, 12 - apart)
    is_minor = np.arange(24) >= 12
    distances: Array = np.where(is_minor[:, None] != is_minor[None, :], np.maximum(1, steps), steps)
    return distances


def _viterbi(votes: Array) -> tuple[Array, Array]:
    """Return the best path, shape (S,), and the probability of each key at each stretch (forward and backward)."""
    cost = np.where(np.eye(24, dtype=bool), 0.0, CHANGE_COST + FIFTH_COST * key_distances())
    count = len(votes)
    best, back = votes[0], np.zeros(votes.shape, np.int64)
    forward, backward = [votes[0]], [np.zeros(24)]
    for index in range(1, count):
        total = best[:, None] - cost
        back[index] = total.argmax(axis=0)
        best = votes[index] + total.max(axis=0)
        forward.append(votes[index] + np.logaddexp.reduce(forward[-1][:, None] - cost, axis=0))
        backward.append(np.logaddexp.reduce(backward[-1][None, :] + votes[count - index][None, :] - cost, axis=1))
    path = [int(best.argmax())]
    for index in range(count - 1, 0, -1):
        path.append(int(back[index, path[-1]]))
    belief = np.stack([softmax(ahead + behind) for ahead, behind in zip(forward, backward[::-1], strict=True)])
    return np.array(path[::-1]), belief


def _log(scores: Array) -> Array:
    logs: Array = np.log(softmax(scores) + 1e-6)
    return logs
