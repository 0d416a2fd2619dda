"""Sounds of the instrument from which a training starts, mixed into its batches so that it is not forgotten.

They are decoded by the frozen start at places of its own: no training data has to be shipped with an instrument.
What batch gets which sounds depends on the seed and the number of the batch alone.

Shapes: B batch, D latent size, K classes of the start, M its points, T points in time.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..errors import TrainingError
from ..instrument import Instrument
from ..models.model import Model
from ..units import Array

REPLAY_STREAM = 0x5EED
"""Keeps the random stream of the replay apart from others of the same seed."""

JITTER = 0.2
"""Noise on a latent, in standard deviations of the start's own latents."""

FARTHEST_BLEND = 0.5
"""A latent is moved up to so far towards another one of its class."""


class Replay:
    """What the start instrument goes on playing while a model learns other sounds."""

    def __init__(self, instrument: Instrument, model: Model, seed: int, count: int) -> None:
        """Prepare.

        Args:
            instrument: the start; its points are the places to play at.
            model: the same as a torch module, frozen.
            seed: of the training.
            count: sounds in each batch.
        Raises:
            TrainingError: the start tells no place to play at.
        """
        if not len(instrument.points):
            raise TrainingError(f"{instrument.name} holds no points to play at: start with --dial 1")
        self.count = count
        self._seed = seed
        self._graph = model.graphs()["decode"]
        self._latents = instrument.points.latents
        self._weights = _class_weights(instrument)
        self._numbers = self._weights.argmax(axis=1)
        self._spread = self._latents.std(axis=0)
        rest = {control.name: control.default for control in instrument.controls}
        self._controls = torch.tensor([list(rest.values())], dtype=torch.float32)
        self._duration_s = instrument.length / instrument.sample_rate

    def batch(self, step: int, rank: int = 0) -> tuple[Tensor, Tensor]:
        """Return new sounds (count, T) and their classes (count,), the classes equally often."""
        generator = np.random.default_rng([REPLAY_STREAM, self._seed, step, rank])
        rows = self._draw(generator, self.count)
        others = [int(generator.choice(np.flatnonzero(self._numbers == self._numbers[row]))) for row in rows]
        blend = generator.uniform(0.0, FARTHEST_BLEND, (self.count, 1))
        latents = self._latents[rows] * (1.0 - blend) + self._latents[others] * blend
        latents = latents + JITTER * self._spread * generator.standard_normal(latents.shape)
        seeds = generator.integers(0, 2**31, self.count)
        return self._decode(latents, self._weights[rows], seeds), torch.from_numpy(self._numbers[rows])

    def sounds(self, count: int) -> tuple[Array, NDArray[np.int64]]:
        """Return at most `count` of the start's own sounds (B, T) and their classes (B,), the classes equally often."""
        generator = np.random.default_rng([REPLAY_STREAM, self._seed])
        ranks = np.zeros(len(self._numbers))
        for number in np.unique(self._numbers):
            rows = np.flatnonzero(self._numbers == number)
            ranks[generator.permutation(rows)] = np.arange(len(rows))
        chosen = np.sort(np.argsort(ranks, kind="stable")[:count])
        parts = np.array_split(chosen, -(-len(chosen) // 16))
        made = [self._decode(self._latents[part], self._weights[part], np.zeros(len(part), np.int64)) for part in parts]
        return torch.cat(made).numpy(), self._numbers[chosen]

    def _draw(self, generator: np.random.Generator, count: int) -> list[int]:
        """Return rows of the points, the classes equally often."""
        present = np.unique(self._numbers)
        classes = generator.choice(present, count)
        return [int(generator.choice(np.flatnonzero(self._numbers == number))) for number in classes]

    def _decode(self, latents: Array, weights: Array, seeds: NDArray[np.int64]) -> Tensor:
        count = len(latents)
        feeds = {
            "latent": torch.from_numpy(np.asarray(latents, dtype=np.float32)),
            "class": torch.from_numpy(np.asarray(weights, dtype=np.float32)),
            "controls": self._controls.expand(count, -1),
            "seed": torch.from_numpy(np.asarray(seeds, dtype=np.int64)),
            "velocity": torch.ones(count, 1),
            "length": torch.full((count, 1), self._duration_s),
        }
        with torch.no_grad():
            made: Tensor = self._graph.module(*(feeds[name] for name in self._graph.inputs))
        return made


def _class_weights(instrument: Instrument) -> Array:
    """Return class weights of the points, (M, K): their label, or where they have none what lies around."""
    numbers = {name: number for number, name in enumerate(instrument.classes)}
    weights = np.zeros((len(instrument.points), len(instrument.classes)), dtype=np.float32)
    for row, label in enumerate(instrument.points.labels):
        if label in numbers:
            weights[row, numbers[label]] = 1.0
        else:
            weights[row] = instrument.classes_near(instrument.points.latents[row : row + 1])[0]
    return weights
