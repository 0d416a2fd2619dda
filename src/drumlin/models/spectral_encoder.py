"""The encoder of the spectral autoencoder: a picture of the sound, the waveform of its body, and their main components.

Few numbers say nearly all of a drum's picture, and the same ones for all drums: 32 principal components of log-mel
pictures of other kits' drums come within 4 dB of a drum that was never seen, 64 within 3 dB. Networks that learned
their latent from the same few hundred sounds remained at twice that. So nothing here is learned by gradients.

Shapes: B batch, T points, D latent size, M mel bands, J nodes in time.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .configs import SPECTRAL_BODY, SPECTRAL_BODY_FRAMES, SPECTRAL_STROKE, SpectralConfig, envelope_nodes
from .spectral_stroke import STROKE_POINTS, Stroke
from .spectral_synthesis import Interpolation
from .spectral_tables import BODY_STRIDE, body_filter, dft_angles, mel_filters

RANGE = 76.0 * 0.2302585
"""Cells fainter than 76 dB below the loudest count as so much, in nats of power."""

LEAST_POWER = 1e-6
MARGIN = 16
"""Points at the low rate beyond those that are interpolated: the filter reaches so far."""

LIMIT = 6.0
"""A new drum that is further out than so many deviations says no more by it."""


class Encoder(nn.Module):
    """Waveform (B, T) to the latent (B, D): components of the picture, of the low waveform, and of the stroke."""

    def __init__(self, config: SpectralConfig, n_frames: int, sample_rate: int) -> None:
        super().__init__()
        self.picture = Picture(config, n_frames, sample_rate)
        self.low = LowBand()
        self.interpolation = Interpolation()
        self.stroke = Stroke()
        self.colours = Projection(self.picture.size, config.colours)
        self.phases = Projection(SPECTRAL_BODY, config.phases)
        self.strokes = Projection(SPECTRAL_STROKE, config.strokes)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the latent."""
        picture, slow, stroke = self.analysed(waveform)
        parts = [self.colours(picture.flatten(1)), self.phases(slow), self.strokes(stroke)]
        return torch.cat(parts, dim=-1).clamp(-LIMIT, LIMIT)

    def analysed(self, waveform: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the picture (B, M, J), the low waveform (B, SPECTRAL_BODY) and the stroke (B, SPECTRAL_STROKE)."""
        slow = self.low(waveform)
        beginning = slow[:, : STROKE_POINTS // BODY_STRIDE + MARGIN]
        high = waveform[:, :STROKE_POINTS] - self.interpolation(beginning)[:, :STROKE_POINTS]
        return self.picture(waveform), slow, self.stroke(high)


class Projection(nn.Module):
    """Whitened principal components, (B, N) to (B, components), computed once from the training sounds."""

    axes: Tensor
    centre: Tensor
    spread: Tensor

    def __init__(self, size: int, components: int) -> None:
        super().__init__()
        self.register_buffer("axes", torch.zeros(components, size))
        self.register_buffer("centre", torch.zeros(components))
        self.register_buffer("spread", torch.ones(components))

    def forward(self, rows: Tensor) -> Tensor:
        """Return the components."""
        return (functional.linear(rows, self.axes) - self.centre) / self.spread

    def fit(self, rows: Tensor) -> Tensor:
        """Compute the components of rows (sounds, N), and return their mean (N,)."""
        mean, axes, spread = principal_components(rows, len(self.axes))
        self.axes.copy_(axes)
        self.centre.copy_(axes @ mean)
        self.spread.copy_(spread)
        return mean


class Picture(nn.Module):
    """Log power in mel bands at the nodes, (B, T) to (B, M, J), in nats, floored `RANGE` below the loudest cell.

    A node of the tail is the mean of two frames, as it stands for eight. In an instrument the transform is a matrix
    product, which every runtime has; half of it does, as even bins repeat after half a frame and odd ones turn around.
    """

    mel: Tensor
    frames: Tensor
    bins: Tensor
    points: Tensor
    window: Tensor

    def __init__(self, config: SpectralConfig, n_frames: int, sample_rate: int) -> None:
        super().__init__()
        self.n_fft, self.hop_length, self.n_frames = config.n_fft, config.hop_length, n_frames
        at = envelope_nodes(n_frames)
        self.singles = sum(frame < SPECTRAL_BODY_FRAMES for frame in at)
        pairs = [frame + shift for frame in at[self.singles :] for shift in (0, 4)]
        self.size = config.n_bands * len(at)
        self.register_buffer(
            "frames", torch.tensor([*at[: self.singles], *pairs]).clamp(max=n_frames - 1), persistent=False
        )
        self.register_buffer("mel", mel_filters(sample_rate, config.n_fft, config.n_bands), persistent=False)
        self.register_buffer("bins", torch.arange(config.n_fft // 2 + 1).float(), persistent=False)
        self.register_buffer("points", torch.arange(config.n_fft).float(), persistent=False)
        self.register_buffer("window", torch.hann_window(config.n_fft), persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the picture."""
        frames = self._frames(waveform)
        if torch.compiler.is_exporting():
            power = self.by_product(frames)
        else:
            spectrum = torch.fft.rfft(frames)
            power = torch.matmul(spectrum.real.square() + spectrum.imag.square(), self.mel.T)
        tail = power[:, self.singles :]
        merged = 0.5 * (tail[:, 0::2] + tail[:, 1::2])
        levels = (torch.cat([power[:, : self.singles], merged], dim=1) + LEAST_POWER).log().transpose(1, 2)
        return torch.maximum(levels, levels.amax(dim=(1, 2), keepdim=True) - RANGE)

    def by_product(self, frames: Tensor) -> Tensor:
        """Power in mel bands of windowed frames (B, J', n_fft) without a Fourier transform."""
        half = self.n_fft // 2
        first, second = frames[..., :half], frames[..., half:]
        angles = dft_angles(self.bins, self.points, self.n_fft)
        total = torch.zeros(())
        for start, folded in ((0, first + second), (1, first - second)):
            turns = angles[start::2, :half]
            real, imaginary = torch.matmul(folded, turns.cos().T), torch.matmul(folded, turns.sin().T)
            total = total + torch.matmul(real.square() + imaginary.square(), self.mel[:, start::2].T)
        return total

    def _frames(self, waveform: Tensor) -> Tensor:
        missing = max(0, self.n_frames * self.hop_length - waveform.shape[-1])
        edge = self.n_fft // 2
        padded = functional.pad(waveform[:, : self.n_frames * self.hop_length], (edge, edge + missing))
        hops = padded.reshape(padded.shape[0], -1, self.hop_length)
        parts = [hops.index_select(1, self.frames + shift) for shift in range(self.n_fft // self.hop_length)]
        return torch.cat(parts, dim=-1) * self.window


class LowBand(nn.Module):
    """The waveform at the body's rate, (B, T) to (B, SPECTRAL_BODY): pictures alone hide the phase."""

    taps: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("taps", body_filter() / BODY_STRIDE, persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the low waveform."""
        margin = (self.taps.shape[-1] - BODY_STRIDE) // 2
        missing = max(0, SPECTRAL_BODY * BODY_STRIDE - waveform.shape[-1])
        points = functional.pad(waveform[:, None], (margin, margin + missing))
        whole = points[..., : SPECTRAL_BODY * BODY_STRIDE + 2 * margin]
        low: Tensor = functional.conv1d(whole, self.taps, stride=BODY_STRIDE)
        return low[:, 0]


def principal_components(rows: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean (N,), `count` orthonormal axes (count, N) and the deviation along each (count,).

    Fewer rows than axes leave the rest at random, with the least deviation found.

    Args:
        rows: (sounds, N).
        count: at most N.
    """
    mean = rows.mean(dim=0)
    values, axes = _singular(rows - mean, count)
    found = min(count, len(values))
    spreads = values[:found] / max(1.0, len(rows) - 1.0) ** 0.5
    least = float(spreads.max()) * 1e-3 + 1e-6
    spreads = spreads.clamp(min=least)
    if found < count:
        axes = torch.cat([axes[:found], functional.normalize(torch.randn(count - found, rows.shape[1]), dim=1)])
        spreads = torch.cat([spreads, spreads.min().expand(count - found)])
    return mean, axes[:count], spreads


def _singular(rows: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return the largest singular values and their right vectors, by a random projection (Halko et al. 2011)."""
    if min(rows.shape) <= 2 * count:
        _, values, axes = torch.linalg.svd(rows, full_matrices=False)
        return values, axes
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        _, values, axes = torch.svd_lowrank(rows, min(2 * count, *rows.shape), niter=4)
    return values, axes.T
