"""The decoder of the spectral autoencoder: frames of tone and noise, a body, exact handles, silent ends.

Shapes: B batch, T points, N frames, F bins, D latent size, K classes, H width, C size of the condition.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..parameters import ParameterRange
from .configs import (
    SPECTRAL_BODY,
    SPECTRAL_CONDITION,
    SPECTRAL_NOISE_BANDS,
    SPECTRAL_STROKE,
    SpectralConfig,
    envelope_nodes,
)
from .spectral_tables import (
    BODY_STRIDE,
    NOISE_ROWS,
    band_weights,
    body_phases,
    clock,
    dft_angles,
    end_window,
    fade,
    mel_to_bins,
    node_weights,
    noise_table,
    octaves_from_1k,
    phase_advance,
)

HANDLES = (
    ParameterRange("brightness", "dB/octave", -6.0, 6.0, 0.0, help="Tilts the sound around 1 kHz"),
    ParameterRange("decay", "dB/s", -150.0, 30.0, 0.0, help="Shortens the sound, or holds it longer"),
    ParameterRange("noisiness", "dB", -24.0, 24.0, 0.0, help="More noise, or more tone"),
)
"""The exact handles, in the order of the `controls` input."""

GATE_CLOSED_DB, GATE_OPEN_DB = -78.0, -66.0
"""Frames this far below the loudest are silenced, and left alone: digital silence after the tail."""

TILT_LIMIT_DB = 24.0
SLOPE_LIMIT_DB = 18.0
BODY_OCTAVES = -3.0
"""The tilt takes the body as if all of it lay at 125 Hz."""

LOG_NOISE_SCALE = math.log(2.0)
"""Frames of independent noise that overlap by three quarters reach a quarter of their power."""

STROKE_STEP = 16
"""Points between the gains that shape the stroke, 35 ms in all."""

NOISE_STEP = 37
"""Rows of noise between one seed and the next; odd, so that seeds meet again only after all rows."""


class Decoder(nn.Module):
    """Latent (B, D), class weights (B, K), handles (B, 3) and seed (B,) to a waveform (B, T)."""

    clock: Tensor
    to_frames: Tensor
    to_bins: Tensor
    bands: Tensor
    noise_table: Tensor
    advance: Tensor
    octaves: Tensor
    body_window: Tensor
    body_phases: Tensor
    stroke_window: Tensor

    def __init__(self, config: SpectralConfig, n_frames: int, sample_rate: int, n_classes: int) -> None:
        super().__init__()
        self.config, self.n_frames, self.sample_rate = config, n_frames, sample_rate
        bins, width, given = config.n_fft // 2 + 1, config.width, config.latent + n_classes
        self.condition = nn.Sequential(
            nn.Linear(given, SPECTRAL_CONDITION),
            nn.SiLU(),
            nn.Linear(SPECTRAL_CONDITION, SPECTRAL_CONDITION),
            nn.SiLU(),
        )
        cells = config.n_bands * len(envelope_nodes(n_frames))
        self.picture = nn.Linear(given, cells)
        self.start = nn.Linear(SPECTRAL_CONDITION, width)
        self.level = nn.Linear(config.n_bands, width)
        self.register_buffer("clock", clock(n_frames, config.hop_length / sample_rate), persistent=False)
        self.position = nn.Sequential(nn.Linear(int(self.clock.shape[1]), width), nn.SiLU(), nn.Linear(width, width))
        dilations = (1, 2, 4, 8)
        self.blocks = nn.ModuleList(Block(width, dilations[i % len(dilations)]) for i in range(config.n_blocks))
        self.norm = nn.LayerNorm(width)
        self.tone = nn.Linear(width, bins)
        self.first_phase = nn.Linear(SPECTRAL_CONDITION, bins)
        self.turn = nn.Linear(width, bins)
        self.noise = nn.Linear(width, SPECTRAL_NOISE_BANDS)
        self.body = nn.Linear(SPECTRAL_CONDITION, SPECTRAL_BODY)
        self.stroke = nn.Linear(SPECTRAL_CONDITION, SPECTRAL_STROKE)
        self.synthesis = Synthesis(config.n_fft, config.hop_length)
        self._tables(n_frames, sample_rate)
        self._start_quietly()

    def _tables(self, n_frames: int, sample_rate: int) -> None:
        config, bins = self.config, self.config.n_fft // 2 + 1
        body_end = fade(SPECTRAL_BODY // 4).flip(0)
        tables = {
            "to_frames": node_weights(n_frames),
            "to_bins": mel_to_bins(sample_rate, config.n_fft, config.n_bands),
            "bands": band_weights(sample_rate, config.n_fft, SPECTRAL_NOISE_BANDS),
            "noise_table": noise_table(bins),
            "advance": phase_advance(config.n_fft),
            "octaves": octaves_from_1k(sample_rate, config.n_fft),
            "body_window": torch.cat([torch.ones(SPECTRAL_BODY - len(body_end)), body_end]),
            "body_phases": body_phases(),
            "stroke_window": torch.linspace(1.0, 0.0, SPECTRAL_STROKE + 1)[:-1].sqrt(),
        }
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)

    def forward(
        self, latent: Tensor, classes: Tensor, controls: Tensor, seed: Tensor, n_frames: int | None = None
    ) -> Tensor:
        """Decode; `n_frames` below the whole number decodes the beginning only (in training)."""
        return self.parts(latent, classes, controls, seed, n_frames or self.n_frames)[0]

    def parts(
        self, latent: Tensor, classes: Tensor, controls: Tensor, seed: Tensor, n_frames: int
    ) -> tuple[Tensor, Tensor]:
        """Return the waveform, and how much of the spectrum above 1 kHz is tone rather than noise, (B,) in [0, 1]."""
        condition, envelope = self.envelope(latent, classes)
        level = torch.matmul(envelope, self.to_frames[:, :n_frames]).transpose(1, 2)  # (B, N, bands)
        tonal, noise, phase, gate = self.spectrum(condition, level, controls)
        random = self._random(seed, n_frames)
        real = tonal * phase.cos() + noise * random[..., 0]
        imaginary = tonal * phase.sin() + noise * random[..., 1]
        waveform = self._sharpened(self.synthesis(real, imaginary), condition)
        waveform = self.finish(waveform + self.low(condition, controls, gate))
        high = torch.gt(self.octaves, 0.0)
        tone, all_high = (tonal * high).sum(dim=(1, 2)), ((tonal + noise) * high).sum(dim=(1, 2))
        return waveform, tone / (all_high + 1e-6)

    def envelope(self, latent: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        """Return the condition (B, C), and the picture to be made, (B, bands, nodes): log power in mel bands, nats."""
        given = torch.cat([latent, classes], dim=-1)
        condition = self.condition(given)
        return condition, self.picture(given).unflatten(1, (self.config.n_bands, -1))

    def spectrum(self, condition: Tensor, level: Tensor, controls: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Magnitudes of tone and of noise, and the phase of the tone, (B, N, F) each, and the gate of frames, (B, N).

        Args:
            condition: (B, C).
            level: the envelope frame by frame, (B, N, bands).
            controls: values of the handles, (B, 3).
        """
        n_frames = level.shape[1]
        brightness, decay, balance = controls[:, 0:1], controls[:, 1:2], _gain(controls[:, 2:3] * 0.5)[:, :, None]
        time_s = torch.arange(n_frames, device=level.device) * (self.config.hop_length / self.sample_rate)
        slope = _gain((decay * time_s[None]).clamp(max=SLOPE_LIMIT_DB))[:, :, None]  # (B, N, 1)
        tilt = _gain((brightness * self.octaves[None]).clamp(-TILT_LIMIT_DB, TILT_LIMIT_DB))[:, None]  # (B, 1, F)
        frames = self.frames(condition, level)
        log_level = 0.5 * torch.matmul(level, self.to_bins)  # (B, N, F)
        tonal = (log_level + self.tone(frames).clamp(max=3.0)).clamp(max=8.0).exp() * (tilt / balance) * slope
        share = torch.matmul(self.noise(frames).clamp(max=1.5), self.bands)
        noise = (log_level + share + LOG_NOISE_SCALE).clamp(max=8.0).exp() * (tilt * balance) * slope
        gate = _gate(tonal, noise)
        first = self.first_phase(condition)[:, None]
        phase = self._advanced(first + torch.cumsum(self.turn(frames), dim=1))
        return tonal * gate, noise * gate, phase, gate[..., 0]

    def frames(self, condition: Tensor, level: Tensor) -> Tensor:
        """What each frame is about, (B, N, H)."""
        frames = self.start(condition)[:, None] + self.level(level * 0.2) + self.position(self.clock[: level.shape[1]])
        for block in self.blocks:
            frames = block(frames, condition)
        normalised: Tensor = self.norm(frames)
        return normalised

    def low(self, condition: Tensor, controls: Tensor, gate: Tensor) -> Tensor:
        """The body, (B, N * hop): a whole waveform at the low rate, interpolated, and silent where the frames are."""
        brightness, decay, noisiness = controls[:, 0:1], controls[:, 1:2], controls[:, 2:3]
        time_s = torch.arange(SPECTRAL_BODY, device=condition.device) * (BODY_STRIDE / self.sample_rate)
        level_db = brightness * BODY_OCTAVES - 0.5 * noisiness + (decay * time_s[None]).clamp(max=SLOPE_LIMIT_DB)
        slow = self.body(condition) * self.body_window * _gain(level_db)
        points = gate.shape[1] * self.config.hop_length // BODY_STRIDE
        slow = functional.pad(slow, (0, max(0, points - SPECTRAL_BODY)))[:, :points]
        slow = slow * functional.interpolate(gate[:, None], size=points, mode="linear")[:, 0]
        phases = functional.conv1d(slow[:, None], self.body_phases, padding=self.body_phases.shape[-1] // 2)
        return phases.transpose(1, 2).flatten(1)  # (B, stride, slow points) to (B, points)

    def finish(self, waveform: Tensor) -> Tensor:
        """Fade both ends to zero and keep the peak within full scale."""
        ends = end_window(waveform.shape[-1], self.n_frames * self.config.hop_length, self.sample_rate)
        faded = waveform * ends.to(waveform)
        return faded / faded.abs().amax(dim=-1, keepdim=True).clamp(min=1.0)

    def fit(self, axes: Tensor, spread: Tensor, mean: Tensor) -> None:
        """Start the envelope as the encoder's projection, read back.

        Args:
            axes: orthonormal, (components, bands * nodes).
            spread: deviation along each, (components,).
            mean: the mean picture, (bands * nodes,).
        """
        with torch.no_grad():
            self.picture.weight.zero_()
            self.picture.weight[:, : len(axes)] = (axes * spread[:, None]).T
            self.picture.bias.copy_(mean)

    def _sharpened(self, waveform: Tensor, condition: Tensor) -> Tensor:
        """Shape the stroke in time: frames alone are too long for an attack, and are heard before it."""
        log_gain = self.stroke(condition).clamp(-7.0, 2.0) * self.stroke_window
        gain = functional.interpolate(log_gain[:, None], scale_factor=STROKE_STEP, mode="linear")[:, 0].exp()
        points = SPECTRAL_STROKE * STROKE_STEP
        return torch.cat([waveform[:, :points] * gain, waveform[:, points:]], dim=-1)

    def _advanced(self, phase: Tensor) -> Tensor:
        """Add what each bin's own frequency adds from frame to frame; it comes around after four frames."""
        batch, n_frames, bins = phase.shape
        padded = functional.pad(phase, (0, 0, 0, -n_frames % len(self.advance)))
        turned = padded.reshape(batch, -1, len(self.advance), bins) + self.advance
        return turned.reshape(batch, -1, bins)[:, :n_frames]

    def _random(self, seed: Tensor, n_frames: int) -> Tensor:
        first = torch.remainder(seed * NOISE_STEP, NOISE_ROWS)
        rows = torch.remainder(torch.arange(n_frames, device=seed.device)[None] + first[:, None], NOISE_ROWS)
        return self.noise_table[rows]  # (B, N, F, 2)

    def _start_quietly(self) -> None:
        """Start as filtered noise: the envelope is right, no tone yet, no body, the attack as it is."""
        nn.init.constant_(self.picture.bias, -4.0)
        for layer, deviation in ((self.tone, 0.01), (self.turn, 0.003), (self.noise, 0.01), (self.body, 0.003)):
            nn.init.normal_(layer.weight, std=deviation)
            nn.init.zeros_(layer.bias)
        nn.init.constant_(self.tone.bias, -3.0)
        nn.init.normal_(self.first_phase.weight, std=0.02)
        nn.init.uniform_(self.first_phase.bias, -math.pi, math.pi)  # equal phases would add up to a click
        nn.init.normal_(self.stroke.weight, std=0.003)
        nn.init.zeros_(self.stroke.bias)


class Block(nn.Module):
    """A ConvNeXt block over frames, scaled and shifted by the condition."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.mix = nn.Conv1d(width, width, 7, padding=3 * dilation, dilation=dilation, groups=width)
        self.norm = nn.LayerNorm(width)
        self.film = nn.Linear(SPECTRAL_CONDITION, 2 * width)
        self.expand = nn.Linear(width, 2 * width)
        self.contract = nn.Linear(2 * width, width)

    def forward(self, frames: Tensor, condition: Tensor) -> Tensor:
        """Frames (B, N, H) and condition (B, C) to frames."""
        scale, shift = self.film(condition)[:, None].chunk(2, dim=-1)
        mixed = self.norm(self.mix(frames.transpose(1, 2)).transpose(1, 2)) * (1.0 + scale) + shift
        joined: Tensor = frames + self.contract(functional.gelu(self.expand(mixed), approximate="tanh"))
        return joined


class Synthesis(nn.Module):
    """Inverse STFT with n_fft = 4 hops: (B, N, F) twice to (B, N * hop); frame n is centred on point n * hop.

    In training the inverse FFT is fastest; in an instrument it is a matrix product, which every runtime has. The
    basis is written as a formula and not as 4 MB of numbers: the runtime folds it when it loads the graph.
    """

    bins: Tensor
    points: Tensor
    window: Tensor

    def __init__(self, n_fft: int, hop_length: int) -> None:
        super().__init__()
        self.n_fft, self.hop_length = n_fft, hop_length
        self.register_buffer("bins", torch.arange(n_fft // 2 + 1).float(), persistent=False)
        self.register_buffer("points", torch.arange(n_fft).float(), persistent=False)
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)

    def forward(self, real: Tensor, imaginary: Tensor) -> Tensor:
        """Overlap-add; the window stands in the analysis too, hence the division by the sum of its squares."""
        if torch.compiler.is_exporting():
            frames = self.by_product(real, imaginary)
        else:
            frames = torch.fft.irfft(torch.complex(real, imaginary), n=self.n_fft)
        scale = self.window * (self.hop_length / self.window.square().sum())
        return overlap_add(frames * scale, self.hop_length)

    def by_product(self, real: Tensor, imaginary: Tensor) -> Tensor:
        """The inverse real DFT as matrix products, (B, N, n_fft).

        Half a frame later, even bins have come around and odd ones are reversed: half the products do.
        """
        even, odd = (self._half(real, imaginary, first) for first in (0, 1))
        return torch.cat([even + odd, even - odd], dim=-1)

    def _half(self, real: Tensor, imaginary: Tensor, first: int) -> Tensor:
        """What every other bin from `first` on adds to the first half of the points, (B, N, n_fft / 2)."""
        bins = self.bins[first::2]
        # All angles, and then some: small tables would be written into the file, and in half precision.
        angles = dft_angles(self.bins, self.points, self.n_fft)[first::2, : self.n_fft // 2]
        edge = torch.eq(bins, 0) | torch.eq(bins, self.n_fft // 2)
        weight = torch.where(edge, 1.0, 2.0)[:, None] / self.n_fft
        basis = torch.cat([angles.cos() * weight, -angles.sin() * weight])
        return torch.matmul(torch.cat([real[..., first::2], imaginary[..., first::2]], dim=-1), basis)


def overlap_add(frames: Tensor, hop_length: int) -> Tensor:
    """Sum frames (B, N, 4 * hop), each centred on n * hop, into (B, N * hop)."""
    batch, n_frames, n_fft = frames.shape
    count = n_fft // hop_length
    parts = frames.reshape(batch, n_frames, count, hop_length)
    padded = functional.pad(parts, (0, 0, 0, 0, 1, 2))  # frame n covers hops n - 2 .. n + 1
    total = padded[:, count - 1 : count - 1 + n_frames, 0]
    for part in range(1, count):
        first = count - 1 - part
        total = total + padded[:, first : first + n_frames, part]
    return total.reshape(batch, n_frames * hop_length)


def _gain(level_db: Tensor) -> Tensor:
    return torch.exp(level_db * (math.log(10.0) / 20.0))


def _gate(tonal: Tensor, noise: Tensor) -> Tensor:
    """Return gains of frames, (B, N, 1): 0 for those far below the loudest."""
    energy = (tonal * tonal + noise * noise).sum(dim=-1, keepdim=True)
    level_db = 10.0 * torch.log10(energy / energy.amax(dim=1, keepdim=True) + 1e-12)
    return ((level_db - GATE_CLOSED_DB) / (GATE_OPEN_DB - GATE_CLOSED_DB)).clamp(0.0, 1.0)
