"""WaveGAN: a generator that makes waveforms and a critic that scores them.

Generator: a dense layer and five transposed convolutions of kernel 25 and stride 4 with ReLU, tanh at the end.
Critic: five strided convolutions with leaky ReLU, shifted by phase shuffle, and a dense layer. Learned as a
Wasserstein GAN with gradient penalty, five updates of the critic for one of the generator.
Source: Donahue, McAuley and Puckette 2018. See docs/models/wavegan.md. Shapes: B batch, T points, D latent size.
"""

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from .adversarial import ADAM_BETAS, critic_losses, generator_loss, uniform_prior
from .configs import WaveganConfig
from .layers import ConvDown, ConvUp
from .model import DataFacts, Graph, Model, spread


class WaveGan(Model):
    """Generator and critic."""

    def __init__(self, config: WaveganConfig, facts: DataFacts) -> None:
        super().__init__()
        self.config = config
        self.latent = config.latent
        self.generator = Generator(config)
        self.critic = ConvDown(config.dim, config.window, 1, config.activation, config.phase_shuffle)
        for part in (self.generator, self.critic):
            part.apply(_initialise)

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the losses of the critic or of the generator."""
        noise = uniform_prior(len(waveform), self.latent, waveform)
        if turn == "critic":
            return critic_losses(self.critic, waveform, self.generator(noise).detach(), self.config.penalty)
        return generator_loss(self.critic, self.generator(noise))

    def turns(self, step: int) -> tuple[str, ...]:
        """Return the critic, followed by the generator after every few batches."""
        is_last = (step + 1) % self.config.critic_steps == 0
        return ("critic", "generator") if is_last else ("critic",)

    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return Adam for each part, as published."""
        return {
            "critic": Adam(self.critic.parameters(), lr=learning_rate, betas=ADAM_BETAS),
            "generator": Adam(self.generator.parameters(), lr=learning_rate, betas=ADAM_BETAS),
        }

    def graphs(self) -> dict[str, Graph]:
        """Return the generator; there is no encoder."""
        return {"decode": Graph(self.generator, {"latent": torch.zeros(2, self.latent)}, "waveform")}

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of made sounds over that of real ones."""
        made = self.generator(uniform_prior(len(waveform), self.latent, waveform))
        return {"spread": spread(made, waveform)}

    def prior(self, count: int, generator: torch.Generator) -> Tensor:
        """Return uniform noise in [-1, 1]."""
        return torch.rand(count, self.latent, generator=generator) * 2.0 - 1.0


class Generator(nn.Module):
    """Noise (B, D) to a waveform (B, T) in [-1, 1]."""

    def __init__(self, config: WaveganConfig) -> None:
        super().__init__()
        self.layers = ConvUp(config.dim, config.window, config.latent, "relu")

    def forward(self, latent: Tensor) -> Tensor:
        """Make sounds."""
        return torch.tanh(self.layers(latent))


def _initialise(layer: nn.Module) -> None:
    """Glorot's uniform weights and zero biases, the defaults under which WaveGAN was published."""
    if isinstance(layer, nn.Linear | nn.Conv1d | nn.ConvTranspose1d):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
