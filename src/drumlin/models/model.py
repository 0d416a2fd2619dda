"""What the training loop, the export and the registry ask of a model.

A family is one module that subclasses `Model`: its losses, its optimisers and its graphs. The loop knows nothing
else of it.

Shapes: B batch, T points, D latent size, K classes, M training sounds.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

from ..parameters import ParameterRange
from ..units import Array


@dataclass(frozen=True)
class DataFacts:
    """What a model must know of the data before it is built.

    Args:
        length: T, points of a sound as the model sees it.
        sample_rate: Hz.
        classes: labels of the training sounds, sorted.
    """

    length: int
    sample_rate: int
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """A part of a model as it goes into an instrument.

    Args:
        module: its forward takes tensors under the names of `inputs` and returns one tensor.
        inputs: an example of each input, batch size 2, in the order of the forward's arguments.
        output: name of the result.
        half: whether the file stores the weights in half precision.
    """

    module: nn.Module
    inputs: Mapping[str, Tensor]
    output: str
    half: bool = False


@dataclass(frozen=True)
class Controls:
    """What beside a latent the decoder takes: weights of classes and exact handles."""

    classes: tuple[str, ...] = ()
    ranges: tuple[ParameterRange, ...] = ()
    defaults: tuple[float, ...] = field(default=())


class Model(nn.Module, ABC):
    """A trainable model: losses, optimisers, graphs."""

    latent: int
    """D."""

    controls: Controls = Controls()

    largest_step: float | None = None
    """Norm that longer gradients are cut to; None leaves them."""

    @abstractmethod
    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the losses of one turn, each a scalar; `loss` is the one that is minimised.

        Args:
            turn: which optimiser is to follow, a name out of `turns`.
            waveform: (B, T).
            label: (B,), index into the classes.
            step: number of the batch, from 0.
        """

    @abstractmethod
    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return an optimiser for each turn; a group of parameters may have a `factor` of the learning rate."""

    @abstractmethod
    def graphs(self) -> dict[str, Graph]:
        """Return `decode` and, where there is an encoder, `encode`."""

    def turns(self, step: int) -> tuple[str, ...]:
        """Return the names of the optimisers that follow batch `step`."""
        return ("model",)

    def rate_factor(self, step: int, planned: int) -> float:
        """Return what the learning rate is multiplied by: depends on the plan, never on a clock."""
        return 1.0

    def fit(self, waveforms: Array, labels: Array) -> None:
        """Compute from the training sounds what is not learned by gradients, once, before the first batch.

        Args:
            waveforms: (M, T).
            labels: (M,), index into the classes.
        """
        return

    def learn_strokes(self, latents: Array, drums: NDArray[np.int64], levels_db: Array) -> None:
        """Learn from strokes of the same drums, softer, harder and again, once, after `fit`.

        Args:
            latents: (M, D), of the encoder.
            drums: number of the drum of each, (M,).
            levels_db: how loud each was struck, (M,).
        """
        return

    def weigh(self, labels: Array) -> None:
        """Take note of how often each class will be heard; part of `fit`, and all of it where a training continues.

        Args:
            labels: (M,), index into the classes.
        """
        return

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return numbers that tell whether the model lives; `spread` near 0 means that all sounds come out alike."""
        return {}

    def prior(self, count: int, generator: torch.Generator) -> Tensor | None:
        """Return latents (count, D) drawn from the prior of a model without an encoder; None for the others."""
        return None


def spread(made: Tensor, real: Tensor) -> float:
    """Return the variance across sounds of what a model makes over that of real sounds; 0 means collapse."""
    floor = 1e-12
    return float(made.var(dim=0).sum() / real.var(dim=0).sum().clamp(min=floor)) if len(made) > 1 else 1.0
