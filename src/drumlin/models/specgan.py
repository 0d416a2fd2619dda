"""SpecGAN: a generator that makes log-magnitude spectrograms and a critic that scores them.

Sounds become 128 bins by 128 frames: log magnitudes, each bin normalised over the training sounds, clipped at three
deviations. Five two-dimensional layers of kernel 5x5 and stride 2x2, the twins of WaveGAN's. What is made is
inverted by a fixed number of Griffin-Lim rounds from fixed phases, inside the decoder.
Sources: Donahue, McAuley and Puckette 2018; Griffin and Lim 1984. See docs/models/specgan.md.

Shapes: B batch, M training sounds, T = 16,384 points, N = 128 frames, F = 129 bins (the top one is dropped), D latent.
"""

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Adam, Optimizer

from ..units import Array
from .adversarial import ADAM_BETAS, critic_losses, generator_loss, uniform_prior
from .configs import CONV_LAYERS, SpecganConfig
from .layers import ACTIVATIONS
from .model import DataFacts, Graph, Model, spread

N_FFT, HOP_LENGTH = 256, 128
FRAMES, BINS = 128, 128
SIDE = 4
"""Bins and frames before the first transposed layer: 128 / 2^5."""

CLIP_DEVIATIONS = 3.0
LOG_FLOOR = 1e-6
_FIT_SOUNDS = 256
"""Sounds whose spectrograms are held at once while the statistics are computed."""


class SpecGan(Model):
    """Generator, critic, and the way between sounds and pictures."""

    def __init__(self, config: SpecganConfig, facts: DataFacts) -> None:
        super().__init__()
        self.config = config
        self.latent = config.latent
        self.pictures = Pictures(config.inversions)
        self.generator = Generator(config)
        self.critic = Critic(config)

    def fit(self, waveforms: Array, labels: Array) -> None:
        """Measure mean and deviation of each bin over the training sounds."""
        total = torch.zeros(BINS, dtype=torch.float64)
        squares = torch.zeros(BINS, dtype=torch.float64)
        for start in range(0, len(waveforms), _FIT_SOUNDS):
            part = torch.from_numpy(np.array(waveforms[start : start + _FIT_SOUNDS], dtype=np.float32))
            level = self.pictures.log_magnitude(part).double()
            total += level.sum(dim=(0, 2))
            squares += level.square().sum(dim=(0, 2))
        count = len(waveforms) * FRAMES
        mean = total / count
        with torch.no_grad():
            self.pictures.mean.copy_(mean)
            self.pictures.deviation.copy_((squares / count - mean.square()).clamp(min=1e-8).sqrt())

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the losses of the critic or of the generator."""
        noise = uniform_prior(len(waveform), self.latent, waveform)
        if turn == "critic":
            with torch.autocast(waveform.device.type, enabled=False):
                real = self.pictures.draw(waveform)
            return critic_losses(self.critic, real, self.generator(noise).detach(), self.config.penalty)
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
        """Return the generator with the inversion; there is no encoder."""
        decoder = _Decoder(self.generator, self.pictures)
        return {"decode": Graph(decoder, {"latent": torch.zeros(2, self.latent)}, "waveform")}

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of made pictures over that of real ones."""
        made = self.generator(uniform_prior(len(waveform), self.latent, waveform))
        return {"spread": spread(made, self.pictures.draw(waveform))}

    def prior(self, count: int, generator: torch.Generator) -> Tensor:
        """Return uniform noise in [-1, 1]."""
        return torch.rand(count, self.latent, generator=generator) * 2.0 - 1.0


class Generator(nn.Module):
    """Noise (B, D) to a picture (B, bins, frames) in [-1, 1]."""

    def __init__(self, config: SpecganConfig) -> None:
        super().__init__()
        channels = [1, *(config.dim * 2**layer for layer in range(CONV_LAYERS))][::-1]
        self.first = channels[0]
        self.dense = nn.Linear(config.latent, self.first * SIDE * SIDE)
        self.layers = nn.ModuleList(
            nn.ConvTranspose2d(before, after, 5, 2, 2, 1) for before, after in pairwise(channels)
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Make pictures."""
        flow = self.dense(latent).reshape(-1, self.first, SIDE, SIDE)
        for layer in self.layers:
            flow = layer(torch.relu(flow))
        return torch.tanh(flow[:, 0])


class Critic(nn.Module):
    """Picture (B, bins, frames) to a score (B, 1)."""

    def __init__(self, config: SpecganConfig) -> None:
        super().__init__()
        channels = [1, *(config.dim * 2**layer for layer in range(CONV_LAYERS))]
        self.layers = nn.ModuleList(nn.Conv2d(before, after, 5, 2, 2) for before, after in pairwise(channels))
        self.dense = nn.Linear(channels[-1] * SIDE * SIDE, 1)
        self.activate = ACTIVATIONS[config.activation]

    def forward(self, picture: Tensor) -> Tensor:
        """Score pictures."""
        flow = picture[:, None]
        for layer in self.layers:
            flow = self.activate(layer(flow))
        score: Tensor = self.dense(flow.flatten(1))
        return score


class Pictures(nn.Module):
    """Sounds to normalised log-magnitude spectrograms and back, of plain convolutions and products."""

    mean: Tensor
    deviation: Tensor
    analysis: Tensor
    synthesis: Tensor
    envelope: Tensor
    phase: Tensor

    def __init__(self, inversions: int) -> None:
        super().__init__()
        self.inversions = inversions
        self.register_buffer("mean", torch.zeros(BINS))
        self.register_buffer("deviation", torch.ones(BINS))
        window = np.hanning(N_FFT + 1)[:-1]
        for name, table in _tables(window).items():
            self.register_buffer(name, torch.from_numpy(table.astype(np.float32)), persistent=False)

    def draw(self, waveform: Tensor) -> Tensor:
        """Return (B, bins, frames) in [-1, 1]."""
        level = (self.log_magnitude(waveform) - self.mean[:, None]) / self.deviation[:, None]
        return level.clamp(-CLIP_DEVIATIONS, CLIP_DEVIATIONS) / CLIP_DEVIATIONS

    def log_magnitude(self, waveform: Tensor) -> Tensor:
        """Return the natural logarithm of the magnitudes, (B, bins, frames)."""
        real, imaginary = self._forward(waveform)
        magnitude = (real.square() + imaginary.square() + 1e-12).sqrt()
        return (magnitude[:, :BINS] + LOG_FLOOR).log()

    def sound(self, picture: Tensor) -> Tensor:
        """Return waveforms (B, T) whose pictures come near, by Griffin and Lim's rounds from fixed phases."""
        level = picture * CLIP_DEVIATIONS * self.deviation[:, None] + self.mean[:, None]
        magnitude = functional.pad(level.exp(), (0, 0, 0, 1))  # (B, F, N): the top bin is silent
        cosine, sine = self.phase.cos(), self.phase.sin()
        waveform = self._backward(magnitude * cosine, magnitude * sine)
        for _ in range(self.inversions):
            real, imaginary = self._forward(waveform)
            norm = (real.square() + imaginary.square() + 1e-12).sqrt()
            waveform = self._backward(magnitude * real / norm, magnitude * imaginary / norm)
        return waveform

    def _forward(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        padded = functional.pad(waveform[:, None], (HOP_LENGTH // 2, HOP_LENGTH // 2))
        spectrum = functional.conv1d(padded, self.analysis, stride=HOP_LENGTH)  # (B, 2F, N)
        real, imaginary = spectrum.chunk(2, dim=1)
        return real, imaginary

    def _backward(self, real: Tensor, imaginary: Tensor) -> Tensor:
        spectrum = torch.cat([real, imaginary], dim=1).transpose(1, 2)  # (B, N, 2F)
        frames = torch.matmul(spectrum, self.synthesis)  # (B, N, n_fft)
        first, second = frames.chunk(2, dim=2)
        hops = functional.pad(first, (0, 0, 0, 1)) + functional.pad(second, (0, 0, 1, 0))  # (B, N + 1, hop)
        points = hops.flatten(1) / self.envelope
        return points[:, HOP_LENGTH // 2 : -HOP_LENGTH // 2]


class _Decoder(nn.Module):
    def __init__(self, generator: Generator, pictures: Pictures) -> None:
        super().__init__()
        self.generator, self.pictures = generator, pictures

    def forward(self, latent: Tensor) -> Tensor:
        return self.pictures.sound(self.generator(latent))


def _tables(window: Array) -> dict[str, Array]:
    """Bases of the transform and its inverse, the overlapped squared window, and the first phases."""
    turns = np.outer(np.arange(N_FFT // 2 + 1), np.arange(N_FFT)) * (2 * np.pi / N_FFT)
    both = np.concatenate([np.cos(turns), -np.sin(turns)])  # (2F, n_fft)
    weight = np.full(N_FFT // 2 + 1, 2.0 / N_FFT)
    weight[[0, -1]] = 1.0 / N_FFT
    squared = window**2
    envelope = np.zeros((FRAMES + 1, HOP_LENGTH))
    envelope[:-1] += squared[:HOP_LENGTH]
    envelope[1:] += squared[HOP_LENGTH:]
    return {
        "analysis": (both * window)[:, None],
        "synthesis": both * np.concatenate([weight, weight])[:, None] * window,
        "envelope": np.maximum(envelope.ravel(), 1e-3),
        "phase": np.random.default_rng(0).uniform(-np.pi, np.pi, (N_FFT // 2 + 1, FRAMES)),
    }
