"""Chance that can be repeated: one stream for each thing that is decided, so that changing one leaves the others alone.

A stream is named by what it decides, `Stream(seed, region, role)`; the names are hashed, so equal names give equal
decisions on every machine and in every version of Python.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from ..units import Array

T = TypeVar("T")


class Stream:
    """A source of chance.

    Args:
        names: what it decides; equal names give an equal stream.
    """

    def __init__(self, *names: object) -> None:
        digest = hashlib.blake2b("/".join(map(str, names)).encode(), digest_size=8).digest()
        # Only `random()` is used: of all methods it alone is promised to stay the same between versions of Python.
        self.unit = random.Random(int.from_bytes(digest, "big")).random

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.unit() < probability

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, each as likely."""
        return low + (high - low) * self.unit()

    def around(self, spread: float) -> float:
        """Return a number around 0 with this standard deviation, never beyond three of them."""
        return 2.0 * spread * (self.unit() + self.unit() + self.unit() - 1.5)

    def scattered(self, spread: float, count: int) -> Array:
        """Return as many numbers as asked for, (N,): the same as `around` gives one by one."""
        drawn = np.array([self.unit() for _ in range(3 * count)]).reshape(count, 3)
        scattered: Array = 2.0 * spread * (drawn[:, 0] + drawn[:, 1] + drawn[:, 2] - 1.5)
        return scattered

    def pick(self, options: Sequence[T]) -> T:
        """Return one of `options`, each as likely."""
        return options[int(self.unit() * len(options))]

    def weighted(self, weights: Mapping[str, float]) -> str:
        """Return one of the names, as likely as its weight says."""
        place = self.unit() * sum(weights.values())
        for name, weight in weights.items():
            place -= weight
            if place < 0:
                return name
        return list(weights)[-1]


def seed_of(text: str) -> int:
    """Return the seed, below 2^32, that stands for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")
