"""A small spectral variational autoencoder: one latent and a class in, a whole drum hit out.

The decoder turns the latent and the class into frames of a short-time spectrum. Each frame is the sum of a tonal
part (magnitude and phase per bin) and a noise part (bands over a fixed noise), and the frames are overlap-added. A
body part writes the first half second below about 1 kHz as a whole, at a low rate: phases of kicks and toms that are
predicted frame by frame beat at the hop rate. Exact handles act on all parts: brightness (a tilt around 1 kHz), decay
(a slope in time) and noisiness (the balance of noise against the rest). The first points and the tail are gated, so
that a hit starts and ends in digital silence.

Sources: Vocos (Siuzdak 2023) for frames without upsampling and the inverse transform, ConvNeXt (Liu et al. 2022)
for the blocks, FiLM (Perez et al. 2018) for the conditioning, DDSP (Engel et al. 2020) for filtered noise.
See docs/models/spectral.md.

Shapes: B batch, T points, N frames, F bins, D latent size, K classes, H width, C size of the condition.
"""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from ..units import Array
from .augmenting import Ranges, augment
from .configs import SPECTRAL_BODY, SPECTRAL_BODY_FEATURES, SpectralConfig
from .model import Controls, DataFacts, Graph, Model, spread
from .spectral_decoder import HANDLES, Decoder
from .spectral_losses import envelope_loss, kl_divergence, low_waveform_loss, spectral_loss
from .spectral_tables import BODY_STRIDE, NOISE_ROWS, body_filter, dft_angles, mel_filters

SHORT_FRAMES, CONTEXT_FRAMES = 64, 16
"""Most batches look at the first 0.37 s only, decoded with some frames more than the loss sees."""

SHORT_SHARE = 0.65
WEIGHTS = {"spectrum": 1.0, "attack": 0.3, "body": 2.0, "envelope": 0.5, "tone": 0.1}
"""Of the losses; `tone` makes noise the cheaper answer wherever the ear cannot tell."""

WINDOWS = (2048, 1024, 512, 256, 128)
ATTACK_POINTS, ATTACK_WINDOW = 3072, 64
BODY_LOSS_POINTS, BODY_LOSS_HZ = 16_384, 800.0
WARM_UP_STEPS, LAST_RATE = 200, 0.01

ONSET_S = 0.0015
"""Where the generator profile puts the onset."""


class SpectralVae(Model):
    """The encoder and decoder, trained together."""

    weights: Tensor

    def __init__(self, config: SpectralConfig, facts: DataFacts) -> None:
        super().__init__()
        self.config = config
        self.latent = config.latent
        self.sample_rate = facts.sample_rate
        self.n_frames = facts.length // config.hop_length
        self.onset = round(ONSET_S * facts.sample_rate)
        classes = facts.classes or ("sound",)
        self.controls = Controls(classes, HANDLES, tuple(handle.default for handle in HANDLES))
        self.encoder = Encoder(config, self.n_frames, facts.sample_rate)
        self.decoder = Decoder(config, self.n_frames, facts.sample_rate, len(classes))
        self.register_buffer("weights", torch.ones(len(classes)))

    def fit(self, waveforms: Array, labels: Array) -> None:
        """Weigh the classes by the inverse root of their size, so that the rare ones are learned as well."""
        counts = torch.bincount(torch.as_tensor(labels), minlength=len(self.weights)).clamp(min=1).float()
        weights = counts.rsqrt()
        self.weights.copy_(weights * counts.sum() / (weights * counts).sum())

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the weighted sum as `loss`, and its parts."""
        n_frames = SHORT_FRAMES if torch.rand(()) < SHORT_SHARE else self.n_frames
        n_frames = min(n_frames, self.n_frames)
        target = waveform[:, : self.n_frames * self.config.hop_length]
        if self.training and self.config.augment:
            target = augment(target, label, self.onset, self.sample_rate, Ranges().scaled(self.config.augment))
        mean, log_variance = self.encoder(target)
        latent = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        made, tone = self._decode(latent, label, min(self.n_frames, n_frames + CONTEXT_FRAMES))
        points = n_frames * self.config.hop_length
        losses = self._differences(target[:, :points], made[:, :points], self.weights[label])
        losses["tone"] = tone.mean()
        losses["kl_nats"] = kl_divergence(mean, log_variance, self.config.free_nats)
        ramp = min(1.0, step / self.config.kl_ramp) if self.config.kl_ramp else 1.0
        weighted = sum((weight * losses[name] for name, weight in WEIGHTS.items()), torch.zeros(()))
        return {"loss": weighted + self.config.kl_weight * ramp * losses["kl_nats"], **losses}

    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return AdamW."""
        return {"model": AdamW(self.parameters(), lr=learning_rate, betas=(0.9, 0.99), weight_decay=1e-4)}

    def rate_factor(self, step: int, planned: int) -> float:
        """A short warm-up, then half a cosine down to a hundredth."""
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / max(1, planned))))
        return min(1.0, (step + 1) / WARM_UP_STEPS) * (cosine * (1.0 - LAST_RATE) + LAST_RATE)

    def graphs(self) -> dict[str, Graph]:
        """Return the encoder to the mean, and the decoder with class weights, handles and seed."""
        inputs = {
            "latent": torch.zeros(2, self.latent),
            "class": torch.ones(2, len(self.weights)) / len(self.weights),
            "controls": torch.zeros(2, len(HANDLES)),
            "seed": torch.zeros(2, dtype=torch.int64),
        }
        waveform = {"waveform": torch.zeros(2, self.n_frames * self.config.hop_length)}
        return {
            "encode": Graph(_Mean(self.encoder), waveform, "latent", half=True),
            "decode": Graph(self.decoder, inputs, "waveform", half=True),
        }

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of the reconstructions from the mean."""
        target = waveform[:, : self.n_frames * self.config.hop_length]
        return {"spread": spread(self._decode(self.encoder(target)[0], label, self.n_frames)[0], target)}

    def _decode(self, latent: Tensor, label: Tensor, n_frames: int) -> tuple[Tensor, Tensor]:
        classes = functional.one_hot(label, len(self.weights)).to(latent)
        controls = torch.zeros(len(latent), len(HANDLES), device=latent.device)
        seed = torch.randint(0, NOISE_ROWS, (len(latent),), device=latent.device)
        return self.decoder.parts(latent, classes, controls, seed, n_frames)

    def _differences(self, target: Tensor, made: Tensor, weight: Tensor) -> dict[str, Tensor]:
        windows = [WINDOWS[i] for i in torch.randperm(len(WINDOWS))[:2].tolist()]
        attack, body = slice(ATTACK_POINTS), slice(BODY_LOSS_POINTS)
        return {
            "spectrum": torch.stack([spectral_loss(target, made, n, weight) for n in windows]).mean(),
            "attack": spectral_loss(target[:, attack], made[:, attack], ATTACK_WINDOW, weight),
            "body": low_waveform_loss(target[:, body], made[:, body], self.sample_rate, BODY_LOSS_HZ),
            "envelope": envelope_loss(target, made),
        }


class Encoder(nn.Module):
    """Waveform (B, T) to the mean and log-variance of the latent, (B, D) each."""

    mel: Tensor
    body_filter: Tensor

    def __init__(self, config: SpectralConfig, n_frames: int, sample_rate: int) -> None:
        super().__init__()
        self.config = config
        widths = (1, 16, 32, 64, 96)
        self.layers = nn.Sequential(*(_down(before, after) for before, after in pairwise(widths)), nn.Conv2d(96, 32, 1))
        bands, frames = -(-config.n_mels // 16), -(-n_frames // 16)
        self.body = nn.Sequential(nn.Linear(SPECTRAL_BODY, SPECTRAL_BODY_FEATURES), nn.SiLU())
        self.head = nn.Linear(32 * bands * frames + SPECTRAL_BODY_FEATURES, 2 * config.latent)
        self.spectrum = Spectrum(config.n_fft)
        self.register_buffer("mel", mel_filters(sample_rate, config.n_fft, config.n_mels), persistent=False)
        self.register_buffer("body_filter", body_filter() / BODY_STRIDE, persistent=False)

    def forward(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance."""
        features = self.layers(self.log_mel(waveform)[:, None])
        joined = torch.cat([features.flatten(1), self.body(self.low(waveform))], dim=-1)
        mean, log_variance = self.head(joined).chunk(2, dim=-1)
        return mean, log_variance.clamp(-10.0, 4.0)

    def low(self, waveform: Tensor) -> Tensor:
        """The waveform at the body's rate, (B, SPECTRAL_BODY): log spectra alone hide the phase."""
        margin = (self.body_filter.shape[-1] - BODY_STRIDE) // 2
        missing = max(0, SPECTRAL_BODY * BODY_STRIDE - waveform.shape[-1])
        points = functional.pad(waveform[:, None], (margin, margin + missing))
        low: Tensor = functional.conv1d(
            points[..., : SPECTRAL_BODY * BODY_STRIDE + 2 * margin], self.body_filter, stride=BODY_STRIDE
        )
        return low[:, 0]

    def log_mel(self, waveform: Tensor) -> Tensor:
        """Log-mel spectrogram, (B, n_mels, N), scaled to about [-1, 1]."""
        config = self.config
        padded = functional.pad(waveform, (config.n_fft // 2, config.n_fft // 2 - config.hop_length))
        power = torch.matmul(self.mel, self.spectrum(padded, config.hop_length))
        return (power + 1e-7).log() / 8.0 + 0.5


class Spectrum(nn.Module):
    """Power spectrogram as a matrix product, which every runtime has."""

    bins: Tensor
    points: Tensor
    window: Tensor

    def __init__(self, n_fft: int) -> None:
        super().__init__()
        self.n_fft = n_fft
        self.register_buffer("bins", torch.arange(n_fft // 2 + 1).float(), persistent=False)
        self.register_buffer("points", torch.arange(n_fft).float(), persistent=False)
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)

    def forward(self, waveform: Tensor, hop_length: int) -> Tensor:
        """Waveform (B, T') to power (B, F, N)."""
        angles = dft_angles(self.bins, self.points, self.n_fft)
        hops = waveform.reshape(waveform.shape[0], -1, hop_length)
        count = hops.shape[1] - self.n_fft // hop_length + 1
        parts = [hops[:, start : start + count] for start in range(self.n_fft // hop_length)]
        frames = torch.cat(parts, dim=-1) * self.window  # (B, N, n_fft)
        real, imaginary = torch.matmul(frames, angles.cos().T), torch.matmul(frames, angles.sin().T)
        return (real.square() + imaginary.square()).transpose(1, 2)


class _Mean(nn.Module):
    """The encoder without the log-variance."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, waveform: Tensor) -> Tensor:
        mean: Tensor = self.encoder(waveform)[0]
        return mean


def _down(before: int, after: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GroupNorm(4, after), nn.SiLU())
