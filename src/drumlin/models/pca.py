"""Principal components of the waveforms: the plain map baseline, computed and not learned by gradients.

The latent is the projection onto the components, in units of their standard deviation.
See docs/models/pca.md. Shapes: B batch, M training sounds, T points, D latent size.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer

from ..errors import RecipeError
from ..units import Array
from .configs import PcaConfig
from .model import DataFacts, Graph, Model, spread


class PrincipalComponents(Model):
    """Mean sound and components, as buffers."""

    mean: Tensor
    components: Tensor

    def __init__(self, config: PcaConfig, facts: DataFacts) -> None:
        super().__init__()
        self.config = config
        self.latent = config.latent
        self.length = facts.length
        self.register_buffer("mean", torch.zeros(facts.length))
        self.register_buffer("components", torch.zeros(config.latent, facts.length))  # scaled by the deviation

    def fit(self, waveforms: Array, labels: Array) -> None:
        """Compute mean and components.

        Raises:
            RecipeError: there are fewer sounds than components.
        """
        if len(waveforms) <= self.latent:
            raise RecipeError(f"{len(waveforms)} sounds: {self.latent} components need {self.latent + 1} or more")
        chosen = np.sort(np.random.default_rng(0).permutation(len(waveforms))[: self.config.most_sounds])
        sounds = np.asarray(waveforms[chosen], dtype=np.float64)
        mean = sounds.mean(axis=0)
        _, values, rows = np.linalg.svd(sounds - mean, full_matrices=False)
        scale = values[: self.latent, None] / np.sqrt(len(sounds) - 1)
        with torch.no_grad():
            self.mean.copy_(torch.from_numpy(mean))
            self.components.copy_(torch.from_numpy(rows[: self.latent] * scale))

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the mean squared error; there is nothing to minimise."""
        return {"loss": functional.mse_loss(self.decode(self.encode(waveform)), waveform)}

    def encode(self, waveform: Tensor) -> Tensor:
        """Project (B, T) onto the components, (B, D)."""
        scale = self.components.square().sum(dim=1).clamp(min=1e-20)
        return (waveform - self.mean) @ self.components.T / scale

    def decode(self, latent: Tensor) -> Tensor:
        """Sum the components, (B, T)."""
        return self.mean + latent @ self.components

    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return none."""
        return {}

    def turns(self, step: int) -> tuple[str, ...]:
        """Return none."""
        return ()

    def graphs(self) -> dict[str, Graph]:
        """Return projection and sum."""
        return {
            "encode": Graph(_Method(self, "encode"), {"waveform": torch.zeros(2, self.length)}, "latent"),
            "decode": Graph(_Method(self, "decode"), {"latent": torch.zeros(2, self.latent)}, "waveform"),
        }

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of the reconstructions."""
        return {"spread": spread(self.decode(self.encode(waveform)), waveform)}


class _Method(nn.Module):
    def __init__(self, owner: PrincipalComponents, name: str) -> None:
        super().__init__()
        self.owner, self.name = owner, name

    def forward(self, value: Tensor) -> Tensor:
        return self.owner.encode(value) if self.name == "encode" else self.owner.decode(value)
