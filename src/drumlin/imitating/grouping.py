"""Which strokes sound alike, and so share a list.

Two strokes are as far apart as their traits differ, counted in what one mouth varies when it says the same again.
Groups are joined while their strokes are near enough on average. Shape letters: `S` strokes, `F` traits.
"""

import numpy as np

from ..units import Array
from .model import Side

ALIKE = 2.3
"""Strokes nearer than this are the same syllable: of 25 synthesised rhythms of three syllables, 24 are told right."""

MOST_LISTS = 8
"""The nearest groups are joined until no more are left."""

_CLASS_WEIGHT = 1.5  # how much it tells apart that two strokes are of different classes


def group_alike(traits: Array, mouth: Side) -> tuple[int, ...]:
    """Return the group of each stroke, numbered in order of their first strokes.

    Args:
        traits: (S, F).
        mouth: what mouths say, for the scale of each trait and the classes.
    """
    apart = _distances(traits, mouth)
    groups = [[place] for place in range(len(traits))]
    while len(groups) > 1:
        pairs = [(_mean_distance(apart, a, b), i, j) for j, b in enumerate(groups) for i, a in enumerate(groups[:j])]
        distance, first, second = min(pairs)
        if distance > ALIKE and len(groups) <= MOST_LISTS:
            break
        groups[first] += groups.pop(second)
    numbers = {stroke: number for number, group in enumerate(sorted(groups, key=min)) for stroke in group}
    return tuple(numbers[stroke] for stroke in range(len(traits)))


def _distances(traits: Array, mouth: Side) -> Array:
    scaled = traits / mouth.spreads.mean(axis=0)
    shares = mouth.discriminant.shares(traits)
    apart = np.sqrt(np.square(scaled[:, None] - scaled[None]).mean(axis=2))
    classes = 0.5 * np.abs(shares[:, None] - shares[None]).sum(axis=2)
    distances: Array = apart + _CLASS_WEIGHT * classes
    return distances


def _mean_distance(apart: Array, first: list[int], second: list[int]) -> float:
    return float(apart[np.ix_(first, second)].mean())
