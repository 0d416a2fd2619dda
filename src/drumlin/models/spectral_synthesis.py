"""From frames of a spectrum, and from points at the low rate, to a waveform, by operators that every runtime has.

Shapes: B batch, N frames, F bins.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .spectral_tables import body_phases, dft_angles


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


class Interpolation(nn.Module):
    """Points at the low rate (B, S) to a waveform (B, S * BODY_STRIDE)."""

    phases: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("phases", body_phases(), persistent=False)

    def forward(self, slow: Tensor) -> Tensor:
        """Interpolate."""
        phases = functional.conv1d(slow[:, None], self.phases, padding=self.phases.shape[-1] // 2)
        return phases.transpose(1, 2).flatten(1)  # (B, stride, S) to (B, S * stride)
