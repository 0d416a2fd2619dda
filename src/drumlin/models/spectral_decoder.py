"""The decoder of the spectral autoencoder: frames of tone and noise, a body, exact handles, silent ends.

The latent is read back three times: as the picture, which says how loud each part of the spectrum is and when; as the
low waveform, which gives the body its phase while the picture gives it its level; and as the stroke, to which the
frames are held in time. What is learned fills the picture. Shapes: B batch, T points, N frames, F bins, D latent size,
K classes, H width, C size of the condition, S points at the low rate, L low bins.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from .configs import (
    SPECTRAL_BODY,
    SPECTRAL_CONDITION,
    SPECTRAL_NOISE_BANDS,
    SPECTRAL_STROKE,
    SpectralConfig,
    envelope_nodes,
)
from .spectral_body import Body
from .spectral_encoder import RANGE, Projection
from .spectral_handles import Parts, handled, softened, softer
from .spectral_stroke import STROKE_POINTS, STROKE_STEP, Stroke
from .spectral_struck import Struck
from .spectral_synthesis import Synthesis
from .spectral_tables import (
    BODY_STRIDE,
    NOISE_ROWS,
    band_weights,
    body_passes,
    clock,
    end_window,
    fade,
    mel_to_bins,
    node_weights,
    noise_table,
    octaves_from_1k,
    phase_advance,
)

GATE_CLOSED_DB, GATE_OPEN_DB = -78.0, -66.0
"""Frames this far below the loudest are silenced, and left alone: digital silence after the tail."""

OPENING = 1.4
"""Cells less than 6 dB (in nats of power) above the floor of pictures fade to silence: the floor is not heard."""

SHUT = 1e-3
QUIET = 2.5
"""Noise begins so much lower (in nats) where the body is: it is there already."""

LOG_NOISE_SCALE = math.log(2.0)
"""Frames of independent noise that overlap by three quarters reach a quarter of their power."""

LEAST_PRESENCE = 1e-9
LOUDEST_TONE, LOUDEST_NOISE, LOUDEST = 3.0, 1.5, 8.0
LEAST_STROKE, MOST_STROKE = -6.0, 3.0
"""Gains of the stroke, in nats."""

NOISE_STEP = 37
"""Rows of noise between one seed and the next; odd, so that seeds meet again only after all rows."""


class Decoder(nn.Module):
    """Latent (B, D), class weights (B, K), handles (B, 4), seed (B,) and velocity (B, 1) to a waveform (B, T)."""

    relevance: Tensor
    clock: Tensor
    to_frames: Tensor
    to_bins: Tensor
    bands: Tensor
    noise_table: Tensor
    advance: Tensor
    octaves: Tensor
    passes: Tensor
    presence: Tensor
    body_window: Tensor
    stroke_window: Tensor

    def __init__(self, config: SpectralConfig, n_frames: int, sample_rate: int, n_classes: int) -> None:
        super().__init__()
        self.config, self.n_frames, self.sample_rate = config, n_frames, sample_rate
        bins, width, given = config.n_fft // 2 + 1, config.width, config.latent + n_classes
        cells = config.n_bands * len(envelope_nodes(n_frames))
        self.struck = Struck(config.latent)
        self.readers = Readers(given, cells)
        self.register_buffer("relevance", torch.ones(config.latent))
        self.condition = nn.Sequential(
            nn.Linear(given, SPECTRAL_CONDITION),
            nn.SiLU(),
            nn.Linear(SPECTRAL_CONDITION, SPECTRAL_CONDITION),
            nn.SiLU(),
        )
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
        self.low = nn.Linear(SPECTRAL_CONDITION, SPECTRAL_BODY)
        self.rise = nn.Linear(SPECTRAL_CONDITION, SPECTRAL_STROKE)
        self.synthesis = Synthesis(config.n_fft, config.hop_length)
        self.body = Body(config.n_fft)
        self.stroke = Stroke()
        self._tables(n_frames, sample_rate)
        self._start_quietly()

    def _tables(self, n_frames: int, sample_rate: int) -> None:
        config, bins = self.config, self.config.n_fft // 2 + 1
        end, slow_hop = fade(SPECTRAL_BODY // 4).flip(0), config.hop_length // BODY_STRIDE
        window = torch.cat([torch.ones(SPECTRAL_BODY - len(end)), end])
        presence = functional.pad(window[::slow_hop].square(), (0, max(0, n_frames - SPECTRAL_BODY // slow_hop)))
        tables = {
            "to_frames": node_weights(n_frames),
            "to_bins": mel_to_bins(sample_rate, config.n_fft, config.n_bands),
            "bands": band_weights(sample_rate, config.n_fft, SPECTRAL_NOISE_BANDS),
            "noise_table": noise_table(bins),
            "advance": phase_advance(config.n_fft),
            "octaves": octaves_from_1k(sample_rate, config.n_fft),
            "passes": body_passes(config.n_fft),
            "presence": presence[:n_frames],
            "body_window": window,
            "stroke_window": torch.linspace(1.0, 0.0, SPECTRAL_STROKE + 1)[:-1].sqrt(),
        }
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)

    def forward(self, latent: Tensor, classes: Tensor, controls: Tensor, seed: Tensor, velocity: Tensor) -> Tensor:
        """Decode a whole hit, as an instrument does."""
        first = self._first_row(seed)
        again = self.noise_table[first].flatten(1)[:, : self.config.latent] * math.sqrt(2.0)
        struck = self.struck(latent, velocity, again * torch.gt(first, 0).to(latent)[:, None])
        waveform, _ = self.parts(struck, classes, seed, self.n_frames, softer(controls, velocity))
        return waveform * velocity.square()

    def parts(
        self, latent: Tensor, classes: Tensor, seed: Tensor, n_frames: int, controls: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return the waveform, and how much of the spectrum above 1 kHz is tone rather than noise, (B,) in [0, 1].

        Args:
            latent: (B, D).
            classes: weights, (B, K).
            seed: (B,).
            n_frames: below the whole number, the beginning only is decoded (in training).
            controls: values of the handles, (B, 4); None: at rest.
        """
        given = torch.cat([latent, classes], dim=-1)
        condition: Tensor = self.condition(torch.cat([latent * self.relevance, classes], dim=-1))
        slow: Tensor = (self.readers.low(given) + self.low(condition)) * self.body_window
        low = self.body.analysed(slow, n_frames)
        parts, phase = self.spectrum(condition, self.levels(given, n_frames), low)
        if controls is None:
            gate = _gate(parts.energy())
        else:
            parts, energy = handled(parts, controls, self.octaves, self.config.hop_length / self.sample_rate)
            gate = _gate(energy)
        gain = parts.gain * gate
        frames = self.sounded(replace(parts, noise=parts.noise * gate, tone=parts.tone * gate), phase, seed)
        waveform = self._shaped(frames, given, condition) + self.body.sounded(low[0] * gain, low[1] * gain)
        if controls is not None:
            waveform = softened(waveform, controls[:, 3:4], self.sample_rate)
        high = torch.gt(self.octaves, 0.0)
        tone, both = (parts.tone * high).sum(dim=(1, 2)), ((parts.tone + parts.noise) * high).sum(dim=(1, 2))
        return self.finish(waveform), tone / (both + 1e-6)

    def levels(self, given: Tensor, n_frames: int) -> Tensor:
        """Return the picture frame by frame, (B, N, bands): log power in mel bands, in nats, silent at its floor."""
        picture: Tensor = self.readers.picture(given).unflatten(1, (self.config.n_bands, -1))
        level: Tensor = torch.matmul(picture, self.to_frames[:, :n_frames]).transpose(1, 2)
        above = level - picture.amax(dim=(1, 2))[:, None, None] + RANGE
        opened: Tensor = level + 2.0 * (above / OPENING).clamp(SHUT, 1.0).log()
        return opened

    def spectrum(self, condition: Tensor, level: Tensor, low: tuple[Tensor, Tensor]) -> tuple[Parts, Tensor]:
        """Return what the spectrum is made of, and the phase of the tone, (B, N, F).

        Args:
            condition: (B, C).
            level: the picture frame by frame, (B, N, bands).
            low: spectrum of the low waveform, (B, N, L) twice.
        """
        n_frames = level.shape[1]
        frames = self.frames(condition, level)
        log_level = 0.5 * torch.matmul(level, self.to_bins)  # (B, N, F)
        tone = (log_level + self.tone(frames).clamp(max=LOUDEST_TONE)).clamp(max=LOUDEST).exp()
        share = torch.matmul(self.noise(frames).clamp(max=LOUDEST_NOISE), self.bands)
        bins, presence = self.body.bins, self.presence[:n_frames, None]
        noise = (log_level + share + (LOG_NOISE_SCALE - QUIET * presence * self.passes)).clamp(max=LOUDEST).exp()
        log_low = log_level[..., :bins].clamp(max=LOUDEST)
        body = (2.0 * log_low).exp() * (presence * self.passes[:bins])
        log_wanted = log_low + 0.5 * (presence * self.passes[:bins].sqrt() + LEAST_PRESENCE).log()
        turned = self.first_phase(condition)[:, None] + torch.cumsum(self.turn(frames), dim=1)
        return Parts(tone, noise, body, self.body.gains(*low, log_wanted)), self._advanced(turned)

    def frames(self, condition: Tensor, level: Tensor) -> Tensor:
        """What each frame is about, (B, N, H)."""
        frames = self.start(condition)[:, None] + self.level(level * 0.2) + self.position(self.clock[: level.shape[1]])
        for block in self.blocks:
            frames = block(frames, condition)
        normalised: Tensor = self.norm(frames)
        return normalised

    def sounded(self, parts: Parts, phase: Tensor, seed: Tensor) -> Tensor:
        """Return tone and noise as a waveform, (B, N * hop)."""
        rows = torch.arange(phase.shape[1], device=seed.device)[None] + self._first_row(seed)[:, None]
        random = self.noise_table[torch.remainder(rows, NOISE_ROWS)]  # (B, N, F, 2)
        real = parts.tone * phase.cos() + parts.noise * random[..., 0]
        imaginary = parts.tone * phase.sin() + parts.noise * random[..., 1]
        waveform: Tensor = self.synthesis(real, imaginary)
        return waveform

    def finish(self, waveform: Tensor) -> Tensor:
        """Fade both ends to zero and keep the peak within full scale."""
        ends = end_window(waveform.shape[-1], self.n_frames * self.config.hop_length, self.sample_rate)
        faded = waveform * ends.to(waveform)
        return faded / faded.abs().amax(dim=-1, keepdim=True).clamp(min=1.0)

    def fit(self, projections: Sequence[Projection], means: Sequence[Tensor]) -> None:
        """Start by reading the encoder's projections back: those of picture, low waveform and stroke, and their means.

        The learned part hears less of what varies less.
        """
        first, relevance = 0, []
        for reader, projection, mean in zip(self.readers.in_order(), projections, means, strict=True):
            last = first + len(projection.axes)
            with torch.no_grad():
                reader.weight.zero_()
                reader.weight[:, first:last] = (projection.axes * projection.spread[:, None]).T
                reader.bias.copy_(mean)
            relevance.append((projection.spread / projection.spread.max()).sqrt())
            first = last
        self.relevance.copy_(torch.cat(relevance))

    def _shaped(self, waveform: Tensor, given: Tensor, condition: Tensor) -> Tensor:
        """Hold the stroke to its levels: frames alone are too long for an attack, and are heard before it."""
        beginning, wanted = waveform[:, :STROKE_POINTS], self.readers.stroke(given)
        wanted = wanted - wanted.exp().mean(dim=1, keepdim=True).log()
        log_gain = 0.5 * (wanted - self.stroke(beginning)) + self.rise(condition)
        log_gain = log_gain.clamp(LEAST_STROKE, MOST_STROKE) * self.stroke_window
        gain = functional.interpolate(log_gain[:, None], scale_factor=STROKE_STEP, mode="linear")[:, 0].exp()
        points = beginning.shape[1]
        return torch.cat([beginning * gain[:, :points], waveform[:, points:]], dim=-1)

    def _advanced(self, phase: Tensor) -> Tensor:
        """Add what each bin's own frequency adds from frame to frame; it comes around after four frames."""
        batch, n_frames, bins = phase.shape
        padded = functional.pad(phase, (0, 0, 0, -n_frames % len(self.advance)))
        turned = padded.reshape(batch, -1, len(self.advance), bins) + self.advance
        return turned.reshape(batch, -1, bins)[:, :n_frames]

    def _first_row(self, seed: Tensor) -> Tensor:
        return torch.remainder(seed * NOISE_STEP, NOISE_ROWS)

    def _start_quietly(self) -> None:
        """Start as filtered noise and what is read back: no tone yet, the attack and the body as they are read."""
        for reader in self.readers.in_order():
            nn.init.zeros_(reader.bias)
        nn.init.constant_(self.readers.picture.bias, -4.0)
        for layer, deviation in ((self.tone, 0.01), (self.turn, 0.003), (self.noise, 0.01), (self.low, 0.003)):
            nn.init.normal_(layer.weight, std=deviation)
            nn.init.zeros_(layer.bias)
        nn.init.constant_(self.tone.bias, -3.0)
        nn.init.normal_(self.first_phase.weight, std=0.02)
        nn.init.uniform_(self.first_phase.bias, -math.pi, math.pi)  # equal phases would add up to a click
        nn.init.normal_(self.rise.weight, std=0.003)
        nn.init.zeros_(self.rise.bias)


class Readers(nn.Module):
    """What reads latent and classes (B, D + K) back: the picture, the low waveform and the stroke."""

    def __init__(self, given: int, cells: int) -> None:
        super().__init__()
        self.picture = nn.Linear(given, cells)
        self.low = nn.Linear(given, SPECTRAL_BODY)
        self.stroke = nn.Linear(given, SPECTRAL_STROKE)

    def in_order(self) -> tuple[nn.Linear, nn.Linear, nn.Linear]:
        """Return the readers in the order of the latent's parts."""
        return self.picture, self.low, self.stroke


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


def _gate(energy: Tensor) -> Tensor:
    """Return gains of frames, (B, N, 1): 0 for those whose energy (B, N) is far below that of the loudest."""
    level_db = 10.0 * torch.log10(energy / energy.amax(dim=1, keepdim=True) + 1e-12)
    return ((level_db - GATE_CLOSED_DB) / (GATE_OPEN_DB - GATE_CLOSED_DB)).clamp(0.0, 1.0)[:, :, None]
