"""A convolutional autoencoder with the layers of WaveGAN: its critic as encoder, its generator as decoder.

Five convolutions of kernel 25 and stride 4 and a dense layer down to the latent, the same way back up.
See docs/models/conv.md. Shapes: B batch, T points, D latent size.
"""

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim import Adam, Optimizer

from .configs import ConvConfig
from .layers import ConvDown, ConvUp
from .model import DataFacts, Graph, Model, spread


class ConvAutoencoder(Model):
    """Encoder and decoder, learned together by the mean squared error of the waveform."""

    def __init__(self, config: ConvConfig, facts: DataFacts) -> None:
        super().__init__()
        self.latent = config.latent
        self.length = config.window
        self.encoder = ConvDown(config.dim, config.window, config.latent, config.activation)
        self.decoder = ConvUp(config.dim, config.window, config.latent, config.activation)

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
