"""Keys of stretches that follow each other: one key all along, or several, whichever explains them better.

Most music stays in its key or goes to one nearby: then a change costs much, the more the farther the keys are apart on
the circle of fifths, and the whole track has a say in each stretch. A track whose parts have nothing to do with each
other would be heard wrong so: where parts with keys of their own have more evidence than one key for all, changes cost
little. Shape letter: `S` stretches.
"""

import numpy as np

from ..units import Array
from .chroma import Chroma
from .key import Key, key_scores, read_key, tonal_clarity
from .tempo import softmax

CHANGE_COST, FIFTH_COST = 3.0, 0.5
"""Least cost of another key, in nats, and more for each step on the circle of fifths."""

FREE_COST, FREE_FIFTH_COST = 0.5, 0.1
"""The same where the parts have keys of their own."""

TRACK_SHARE = 0.6
"""How much the whole track's scores count beside a stretch's own, where it has one key.

On 60 rows of three composed pieces of other keys, keys of the three were right to 0.54 (weighted) with this alone and
to 0.80 since it is weighed against keys of their own; on pieces of one key they stayed at 0.99.
"""


def follow_key(chroma: Chroma, spans_s: list[tuple[float, float]]) -> list[Key]:
    """Return the key of each stretch (begin and end, seconds)."""
    if not spans_s:
        return []
    own = np.stack([_log(key_scores(chroma, start_s, end_s)) for start_s, end_s in spans_s])  # (S, 24)
    clarity = np.array([tonal_clarity(chroma, start_s, end_s) for start_s, end_s in spans_s])
    votes = own * clarity[:, None]
    apart = votes * _own_share(spans_s)
    if has_several_keys(apart):
        path, belief = _viterbi(apart, _costs(FREE_COST, FREE_FIFTH_COST))
    else:
        votes += TRACK_SHARE * _log(key_scores(chroma))
        path, belief = _viterbi(votes, _costs(CHANGE_COST, FIFTH_COST))
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


def has_several_keys(votes: Array) -> bool:
    """Return whether changing keys explain the stretches better than one key, by log likelihoods of shape (S, 24)."""
    one_key = np.logaddexp.reduce(votes.sum(axis=0))
    steps = -_costs(FREE_COST, FREE_FIFTH_COST)
    steps -= np.logaddexp.reduce(steps, axis=1, keepdims=True)  # log probabilities of the next key
    forward = votes[0]
    for vote in votes[1:]:
        forward = vote + np.logaddexp.reduce(forward[:, None] + steps, axis=0)
    return bool(np.logaddexp.reduce(forward) > one_key)


def _own_share(spans_s: list[tuple[float, float]]) -> float:
    """Return how much of a stretch is not in the next one, 0 to 1: windows that overlap say the same several times."""
    starts, ends = np.array(spans_s).T
    if len(starts) == 1:
        return 1.0
    return float(min(1.0, np.median(np.diff(starts)) / max(1e-6, float(np.median(ends - starts)))))


def _costs(change: float, fifth: float) -> Array:
    costs: Array = np.where(np.eye(24, dtype=bool), 0.0, change + fifth * key_distances())
    return costs


def _viterbi(votes: Array, cost: Array) -> tuple[Array, Array]:
    """Return the best path, shape (S,), and the probability of each key at each stretch (forward and backward)."""
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
