"""The variational autoencoders of the study: the convolutional autoencoder with a sampling layer.

The loss is the mean squared error plus the KL divergence from a standard normal, in nats, summed over the latent;
its weight rises linearly from 0 over the first batches (30,000 in the study) and then stays.
Source: Kingma and Welling 2013. See docs/models/vae.md. Shapes: B batch, T points, D latent size.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Adam, Optimizer

from .configs import VaeConfig
from .layers import ConvDown, ConvUp
from .model import DataFacts, Graph, Model, spread

ACTIVE_NATS = 0.05
"""A latent unit is active if the data tell it more than this much, on average."""

LOG_VARIANCES = (-10.0, 4.0)
"""Range of the log-variance: one step too far, and noise many times the size of the prior would drown every sound."""


class VariationalAutoencoder(Model):
    """Encoder to a mean and a log-variance, sampling, decoder."""

    def __init__(self, config: VaeConfig, facts: DataFacts) -> None:
        super().__init__()
        self.config = config
        self.latent = config.latent
        self.length = config.window
        self.encoder = ConvDown(config.dim, config.window, 2 * config.latent, config.activation)
        self.decoder = ConvUp(config.dim, config.window, config.latent, config.activation)

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the weighted sum as `loss`, and its parts."""
        mean, log_variance = self.posterior(waveform)
        latent = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        error = functional.mse_loss(self.decoder(latent), waveform)
        divergence = _divergence(mean, log_variance).sum(dim=1).mean()
        return {"loss": error + self.kl_weight(step) * divergence, "error": error, "kl_nats": divergence}

    def posterior(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of the latent, (B, D) each."""
        mean, log_variance = self.encoder(waveform).chunk(2, dim=1)
        # The gradient passes as if unlimited: that of clamp() is zero, and would hold it at the limit for good.
        return mean, log_variance + (log_variance.clamp(*LOG_VARIANCES) - log_variance).detach()

    def kl_weight(self, step: int) -> float:
        """Return the weight of the divergence at a batch."""
        ramp = self.config.kl_ramp
        return self.config.kl_weight * (min(1.0, step / ramp) if ramp else 1.0)

    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return Adam with its usual settings."""
        return {"model": Adam(self.parameters(), lr=learning_rate)}

    def graphs(self) -> dict[str, Graph]:
        """Return the decoder, and the encoder to the mean."""
        return {
            "encode": Graph(_Mean(self.encoder), {"waveform": torch.zeros(2, self.length)}, "latent"),
            "decode": Graph(self.decoder, {"latent": torch.zeros(2, self.latent)}, "waveform"),
        }

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of the reconstructions from the mean, and how many latent units are active."""
        mean, log_variance = self.posterior(waveform)
        active = (_divergence(mean, log_variance).mean(dim=0) > ACTIVE_NATS).sum()
        return {"spread": spread(self.decoder(mean), waveform), "active_units": float(active)}


class _Mean(nn.Module):
    """The encoder without its second half, the log-variance."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, waveform: Tensor) -> Tensor:
        mean: Tensor = self.encoder(waveform).chunk(2, dim=1)[0]
        return mean


def _divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL divergence of each unit from the standard normal in nats, (B, D)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)
