"""A spectral autoencoder: one latent and a class in, a whole drum hit out.

The latent is computed, not learned: principal components of the picture of a sound (log power in mel bands, finely at
the stroke and coarsely in the tail) and of its low waveform. The decoder reads the picture back linearly and fills it:
frames of a short-time spectrum with tone (magnitude and phase per bin) and noise (bands over a fixed noise), which are
overlap-added, and gains that shape the stroke in time, for which frames are too long. A body part writes the first
half second below about 1 kHz as a whole, at a low rate: phases of kicks and toms that are predicted frame by frame beat
at the hop rate. Exact handles act on all parts: brightness (a tilt around 1 kHz), decay (a slope in time) and noisiness
(the balance of noise against the rest). The first points and the tail are gated, so that a hit starts and ends in
digital silence.

Sources: Vocos (Siuzdak 2023) for frames without upsampling and the inverse transform, ConvNeXt (Liu et al. 2022)
for the blocks, FiLM (Perez et al. 2018) for the conditioning, DDSP (Engel et al. 2020) for filtered noise, GANSynth
(Engel et al. 2019) for phases as sums of turns, temporal noise shaping (Herre and Johnston 1996) for the stroke.
See docs/models/spectral.md.

Shapes: B batch, T points, D latent size, K classes.
"""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torch.optim import AdamW, Optimizer

from ..units import Array
from .augmenting import Ranges, augment
from .configs import SpectralConfig
from .model import Controls, DataFacts, Graph, Model, spread
from .spectral_decoder import Decoder
from .spectral_encoder import Encoder
from .spectral_handles import HANDLES
from .spectral_losses import envelope_loss, low_waveform_loss, mel_loss, spectral_loss
from .spectral_tables import NOISE_ROWS, end_window, mel_filters

REACHES = ((0.6, 64), (0.25, 172), (0.15, None))
"""Shares of the batches that look at so many frames: most at the first 0.37 s only, some at all."""

CONTEXT_FRAMES = 16
"""Frames that are decoded beyond those that a loss sees."""

WEIGHTS = {"mel": 1.0, "spectrum": 0.5, "attack": 0.3, "body": 1.0, "envelope": 0.5, "tone": 0.03}
"""Of the losses; `tone` makes noise the cheaper answer wherever the ear cannot tell."""

READER_FACTOR = 0.05
"""What reads the latent back starts right: it moves at a twentieth of the rate."""

FIT_CHUNK, FIT_TIMES = 64, 4
"""Sounds that are analysed at once, and how often each is, changed anew."""

MEL_BANDS = 128
WINDOWS = (2048, 1024, 512, 256, 128)
ATTACK_POINTS, ATTACK_WINDOW = 3072, 64
BODY_LOSS_POINTS, BODY_LOSS_HZ = 16_384, 800.0
WARM_UP_STEPS, LAST_RATE = 200, 0.01

UNLABELLED = "sound"
"""The class of sounds without a label."""

ONSET_S = 0.0015
"""Where the generator profile puts the onset."""


class SpectralAutoencoder(Model):
    """The encoder and decoder, trained together."""

    weights: Tensor
    mel: Tensor
    largest_step = 5.0

    def __init__(self, config: SpectralConfig, facts: DataFacts) -> None:
        super().__init__()
        self.config = config
        self.latent = config.latent
        self.sample_rate = facts.sample_rate
        self.n_frames = facts.length // config.hop_length
        self.onset = round(ONSET_S * facts.sample_rate)
        classes = tuple(name or UNLABELLED for name in facts.classes) or (UNLABELLED,)
        self.controls = Controls(classes, HANDLES, tuple(handle.default for handle in HANDLES))
        self.encoder = Encoder(config, self.n_frames, facts.sample_rate)
        self.decoder = Decoder(config, self.n_frames, facts.sample_rate, len(classes))
        self.register_buffer("weights", torch.ones(len(classes)))
        self.register_buffer("mel", mel_filters(facts.sample_rate, config.n_fft, MEL_BANDS), persistent=False)

    def fit(self, waveforms: Array, labels: Array) -> None:
        """Compute the projections from the training sounds and their changed forms, and weigh the classes."""
        pictures, lows, strokes = self._analysed(waveforms, torch.as_tensor(labels))
        encoder = self.encoder
        means = encoder.colours.fit(pictures), encoder.phases.fit(lows), encoder.strokes.fit(strokes)
        self.decoder.fit((encoder.colours, encoder.phases, encoder.strokes), means)
        self.weigh(labels)

    def learn_strokes(self, latents: Array, drums: NDArray[np.int64], levels_db: Array) -> None:
        """Learn how the latent moves as a drum is struck softer, and again."""
        self.decoder.struck.fit(latents, drums, levels_db)

    def weigh(self, labels: Array) -> None:
        """Weigh the classes by the inverse root of their size, so that the rare ones are learned as well."""
        counts = torch.bincount(torch.as_tensor(labels), minlength=len(self.weights)).clamp(min=1).float()
        weights = counts.rsqrt()
        self.weights.copy_(weights * counts.sum() / (weights * counts).sum())

    def forward(self, turn: str, waveform: Tensor, label: Tensor, step: int) -> dict[str, Tensor]:
        """Return the weighted sum as `loss`, and its parts."""
        target, weight = self._target(waveform, label), self.weights[label]
        with torch.no_grad():
            latent = self.encoder(target)
            latent = latent + torch.randn_like(latent) * self.config.jitter
        n_frames = self._reach()
        made, tone = self._decode(latent, label, min(self.n_frames, n_frames + CONTEXT_FRAMES))
        points = n_frames * self.config.hop_length
        losses = self._differences(target[:, :points], made[:, :points], weight)
        losses["tone"] = tone.mean()
        weighted = sum((WEIGHTS[name] * value for name, value in losses.items()), torch.zeros(()))
        return {"loss": weighted, **losses}

    def optimisers(self, learning_rate: float) -> dict[str, Optimizer]:
        """Return AdamW; what reads the latent back starts right and moves slowly."""
        readers = list(self.decoder.readers.parameters())
        known = {id(parameter) for parameter in readers}
        rest = [parameter for parameter in self.parameters() if id(parameter) not in known]
        groups: list[dict[str, Any]] = [{"params": rest}, {"params": readers, "factor": READER_FACTOR}]
        return {"model": AdamW(groups, lr=learning_rate, betas=(0.9, 0.99), weight_decay=1e-4)}

    def rate_factor(self, step: int, planned: int) -> float:
        """A short warm-up, then half a cosine down to a hundredth."""
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / max(1, planned))))
        return min(1.0, (step + 1) / WARM_UP_STEPS) * (cosine * (1.0 - LAST_RATE) + LAST_RATE)

    def graphs(self) -> dict[str, Graph]:
        """Return the encoder to the mean, and the decoder with class weights, handles and seed."""
        inputs = {
            "latent": torch.zeros(2, self.latent),
            "class": torch.ones(2, len(self.weights)) / len(self.weights),
            "controls": torch.tensor([self.controls.defaults] * 2),
            "seed": torch.zeros(2, dtype=torch.int64),
            "velocity": torch.ones(2, 1),
        }
        waveform = {"waveform": torch.zeros(2, self.n_frames * self.config.hop_length)}
        return {
            "encode": Graph(self.encoder, waveform, "latent", half=True),
            "decode": Graph(self.decoder, inputs, "waveform", half=True),
        }

    def health(self, waveform: Tensor, label: Tensor) -> dict[str, float]:
        """Return the spread of the reconstructions from the mean."""
        target = self._target(waveform, label)
        latent = self.encoder(target)
        return {"spread": spread(self._decode(latent, label, self.n_frames)[0], target)}

    def _target(self, waveform: Tensor, label: Tensor) -> Tensor:
        """Return what is to be given back: other drums than those given while it learns, their ends faded."""
        points = self.n_frames * self.config.hop_length
        target = waveform[:, :points]
        if self.training and self.config.augment:
            target = augment(target, label, self.onset, self.sample_rate, Ranges().scaled(self.config.augment))
        return target * end_window(points, points, self.sample_rate).to(target)

    def _reach(self) -> int:
        """Return how many frames of a batch are looked at."""
        drawn = float(torch.rand(()))
        for share, frames in REACHES:
            if drawn < share:
                return min(self.n_frames, frames or self.n_frames)
            drawn -= share
        return self.n_frames

    def _decode(self, latent: Tensor, label: Tensor, n_frames: int) -> tuple[Tensor, Tensor]:
        seed = torch.randint(0, NOISE_ROWS, (len(latent),), device=latent.device)
        return self.decoder.parts(latent, self._classes(label), seed, n_frames)

    def _classes(self, label: Tensor) -> Tensor:
        return functional.one_hot(label, len(self.weights)).to(self.weights)

    def _analysed(self, waveforms: Array, labels: Tensor) -> list[Tensor]:
        """Return what the encoder sees of the training sounds, each changed in several ways where that is on."""
        rows = []
        with torch.no_grad():
            for start in [*range(0, len(waveforms), FIT_CHUNK)] * (FIT_TIMES if self.config.augment else 1):
                some = slice(start, start + FIT_CHUNK)
                target = self._target(torch.as_tensor(waveforms[some]), labels[some])
                rows.append([part.flatten(1) for part in self.encoder.analysed(target)])
        return [torch.cat(parts) for parts in zip(*rows, strict=True)]

    def _differences(self, target: Tensor, made: Tensor, weight: Tensor) -> dict[str, Tensor]:
        windows = [WINDOWS[i] for i in torch.randperm(len(WINDOWS))[:2].tolist()]
        attack, body = slice(ATTACK_POINTS), slice(BODY_LOSS_POINTS)
        return {
            "mel": mel_loss(target, made, self.mel, weight),
            "spectrum": torch.stack([spectral_loss(target, made, n, weight) for n in windows]).mean(),
            "attack": spectral_loss(target[:, attack], made[:, attack], ATTACK_WINDOW, weight),
            "body": low_waveform_loss(target[:, body], made[:, body], self.sample_rate, BODY_LOSS_HZ),
            "envelope": envelope_loss(target, made),
        }
