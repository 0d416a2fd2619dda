"""An evolution strategy on the same ground as `fitting`: slower, but it leaves pits that damped steps end in.

Sources: CMA-ES, Hansen and Ostermeier (2001), Hansen (2016).
"""

import numpy as np

from ..units import Array
from .fitting import Space, Target


class Evolution:
    """A population around a start; `best` and its `distance_db` are the nearest that it has met.

    Args:
        space: what is moved; its derivatives are not used.
        target: what is to be met.
        start: numbers to start with, (P,), P at least 2.
        deviation: of the first candidates from the start.
        population: candidates of a generation.
    """

    def __init__(self, space: Space, target: Target, start: Array, deviation: float, population: int) -> None:
        from cmaes import CMA

        self._space, self._target, self._start, self._population = space, target, start, population
        self._strategy = CMA(np.zeros(len(start)), deviation, seed=0, population_size=population)
        self.best = start
        self.distance_db = float(target.distances_db(target.pictures(space.sounds, start[None]))[0])

    def step(self) -> None:
        """Try one generation."""
        offsets = np.stack([self._strategy.ask() for _ in range(self._population)])
        numbers = np.clip(self._start + offsets, self._space.low, self._space.high)
        distances = self._target.distances_db(self._target.pictures(self._space.sounds, numbers))
        costs = distances + self._space.pull_db * np.square(offsets).mean(axis=1)
        self._strategy.tell([(offset, float(cost)) for offset, cost in zip(offsets, costs, strict=True)])
        if distances.min() < self.distance_db:
            self.distance_db, self.best = float(distances.min()), numbers[distances.argmin()]
