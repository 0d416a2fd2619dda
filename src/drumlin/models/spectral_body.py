"""The body: a waveform at a low rate whose spectrum is held to the picture, so that only its phases are its own.

Phases of kicks and toms that are predicted frame by frame beat at the hop rate; components of whole waveforms keep
them, but guess too quietly, and hiss where they do not know. So each cell of their spectrum is given the level that the
picture has there. Shapes: B batch, S points at the low rate, N frames, L low bins.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .configs import SPECTRAL_BODY
from .spectral_synthesis import Interpolation, Synthesis
from .spectral_tables import BODY_STRIDE, dft_angles

MOST_GAIN, LEAST_GAIN = 2.0, -7.0
"""Cells are raised by up to 17 dB (in nats of magnitude) and lowered to silence."""

LEAST_MAGNITUDE = 1e-3


class Body(nn.Module):
    """Between a low waveform and its spectrum: frames and bins are those of the whole sound's, below 1.4 kHz."""

    kernels: Tensor

    def __init__(self, n_fft: int) -> None:
        super().__init__()
        self.n_fft = n_fft // BODY_STRIDE
        self.hop_length = self.n_fft // 4
        self.bins = self.n_fft // 2 + 1
        angles = dft_angles(torch.arange(self.bins).float(), torch.arange(self.n_fft).float(), self.n_fft)
        kernels = torch.cat([angles.cos(), -angles.sin()]) * torch.hann_window(self.n_fft) * BODY_STRIDE
        self.register_buffer("kernels", kernels[:, None], persistent=False)
        self.synthesis = Synthesis(self.n_fft, self.hop_length)
        self.interpolation = Interpolation()

    def analysed(self, slow: Tensor, n_frames: int) -> tuple[Tensor, Tensor]:
        """Return real and imaginary parts, (B, N, L), of a low waveform (B, S), in the scale of the whole sound's."""
        points = n_frames * self.hop_length
        whole = functional.pad(slow, (0, max(0, points - SPECTRAL_BODY)))[:, :points]
        padded = functional.pad(whole[:, None], (self.n_fft // 2, self.n_fft // 2 - self.hop_length))
        spectrum = functional.conv1d(padded, self.kernels, stride=self.hop_length).transpose(1, 2)
        return spectrum[..., : self.bins], spectrum[..., self.bins :]

    def gains(self, real: Tensor, imaginary: Tensor, log_wanted: Tensor) -> Tensor:
        """Return what brings each cell to its level, (B, N, L); `log_wanted` is its magnitude, in nats."""
        log_made = 0.5 * (real.square() + imaginary.square() + LEAST_MAGNITUDE**2).log()
        return (log_wanted - log_made).clamp(LEAST_GAIN, MOST_GAIN).exp()

    def sounded(self, real: Tensor, imaginary: Tensor) -> Tensor:
        """Return the waveform of a spectrum (B, N, L) twice: (B, N * hop of the whole sound)."""
        slow = self.synthesis(real, imaginary) / BODY_STRIDE
        waveform: Tensor = self.interpolation(slow)
        return waveform
