"""The dense autoencoders of the study: waveform to two numbers and back, layer by layer.

Nine recipes are this one model: three sizes and three activations. The decoder mirrors the encoder; the activation
stands on every layer but the decoder's last, the latent included. See docs/models/dense.md.

Shapes: B batch, T points, D latent size.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Adam, Optimizer

from .configs import Activation, DenseConfig
from .layers import Activate, centre_dense, initialise_dense
from .model import DataFacts, Graph, Model, spread


class DenseAutoencoder(Model):
    """Encoder and decoder, learned together by the mean squared error of the waveform."""

    def __init__(self, config: DenseConfig, facts: DataFacts) -> None:
        super().__init__()
        self.latent = config.latent
        self.length = facts.length
        sizes = (facts.length, *config.hidden, config.latent)
        self.encoder = _stack(sizes, config.activation, ends_free=False)
        self.decoder = _stack(sizes[::-1], config.activation, ends_free=True)

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the mean squared error."""
        return {"loss": functional.mse_loss(self.decoder(self.encoder(waveform)), waveform)}

    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return Adam with its usual settings."""
        return {"model": Adam(self.parameters(), lr=learning_rate)}

    def graphs(self) -> dict[str, Graph]:
        """Return encoder and decoder as they are."""
        return {
            "encode": Graph(self.encoder, {"waveform": torch.zeros(2, self.length)}, "latent"),
            "decode": Graph(self.decoder, {"latent": torch.zeros(2, self.latent)}, "waveform"),
        }

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of the reconstructions."""
        return {"spread": spread(self.decoder(self.encoder(waveform)), waveform)}


def _stack(sizes: Sequence[int], activation: Activation, ends_free: bool) -> nn.Sequential:
    """Dense layers with `activation` after each, but for the last where `ends_free`."""
    layers: list[nn.Module] = []
    is_offset = activation in ("sigmoid", "step")
    for number, (before, after) in enumerate(pairwise(sizes)):
        layer = nn.Linear(before, after)
        is_free = ends_free and number == len(sizes) - 2
        initialise_dense(layer, "linear" if is_free else activation)
        if is_offset and (number > 0 or ends_free):
            centre_dense(layer)
        layers.append(layer)
        if not is_free:
            layers.append(Activate(activation))
    if activation == "relu":
        _keep_alive(layers, ends_free)
    return nn.Sequential(*layers)


def _keep_alive(layers: list[nn.Module], ends_free: bool) -> None:
    """Start a ReLU latent above zero and the output at zero.

    A rectified unit that is pushed below zero for all sounds never returns, and with two of them that is the end of
    the model: a random decoder pushes both down at once, as silence is a better guess than noise.
    """
    with torch.no_grad():
        if ends_free:
            cast(nn.Linear, layers[-1]).weight.zero_()
        else:
            cast(nn.Linear, layers[-2]).bias.fill_(1.0)
