"""The fixed numbers of the spectral autoencoder: filters, windows, clocks, noise. Nothing here is learned.

Shapes: N frames, F bins of a spectrum.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

from .configs import envelope_nodes

BODY_STRIDE = 16
"""The body is written at 44,100 / 16 = 2,756 Hz: room for 1.2 kHz."""

NOISE_ROWS = 128
"""Frames of fixed noise; 0.74 s pass before it comes around."""

FADE_IN_S = 0.0005
FADE_FROM, FADE_TO = 0.7, 0.9
"""A sound that still rings is faded between these shares of the whole length."""

QUARTERS = 4
"""With n_fft = 4 hops, the phase of bin k advances by k quarter turns a frame."""


def fade(length: int) -> Tensor:
    """Half a cosine from 0 up to, but without, 1: shape (length,)."""
    return 0.5 - 0.5 * torch.cos(torch.arange(length) * (torch.pi / length))


def end_window(length: int, whole: int, sample_rate: int) -> Tensor:
    """Gains (length,) that fade the first half millisecond in, and what still sounds late out to silence.

    The last tenth of a whole sound is silent, so that no hit is cut off, however long it rings.

    Args:
        length: points that are wanted.
        whole: points of a whole sound; `length` may be its beginning.
        sample_rate: Hz.
    """
    start, end = round(FADE_FROM * whole), round(FADE_TO * whole)
    rise, fall = fade(round(FADE_IN_S * sample_rate)), fade(end - start).flip(0)
    level = torch.ones(start - len(rise))
    return torch.cat([rise, level, fall, torch.zeros(whole - end)])[:length]


def bin_frequencies(sample_rate: int, n_fft: int) -> Tensor:
    """Frequencies of the bins in Hz, shape (F,)."""
    return torch.linspace(0, sample_rate / 2, n_fft // 2 + 1)


def mel_filters(sample_rate: int, n_fft: int, n_mels: int) -> Tensor:
    """Triangles on the HTK mel scale from 20 Hz up, shape (n_mels, F), each row with sum 1.

    Rows too narrow to hold a bin take the nearest one.
    """
    bins, edges = bin_frequencies(sample_rate, n_fft), _mel_edges(sample_rate, n_mels)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    filters = torch.minimum(rising, falling).clamp(min=0.0)
    nearest = functional.one_hot((edges[1:-1, None] - bins[None]).abs().argmin(dim=1), len(bins)).float()
    filters = torch.where(filters.sum(dim=1, keepdim=True) > 0, filters, nearest)
    return filters / filters.sum(dim=1, keepdim=True)


def band_weights(sample_rate: int, n_fft: int, n_bands: int) -> Tensor:
    """Linear interpolation from bands to bins, shape (n_bands, F).

    The bands are even on the ERB-rate scale (Glasberg and Moore 1990).
    """
    rate = 21.4 * torch.log10(1.0 + 0.00437 * bin_frequencies(sample_rate, n_fft))
    place: Tensor = rate / rate[-1] * (n_bands - 1)
    return (1.0 - (place[None] - torch.arange(n_bands)[:, None]).abs()).clamp(min=0.0)


def clock(n_frames: int, frame_s: float) -> Tensor:
    """What a frame knows of its time, shape (N, 48): waves over seconds and over log seconds, and decays."""
    time_s = torch.arange(n_frames) * frame_s
    slow = torch.outer(time_s, 2.0 ** torch.arange(-1, 7)) * torch.pi
    logarithm = torch.outer(torch.log(time_s / 0.003 + 1.0), 2.0 ** torch.arange(-3, 5))
    decays = torch.exp(-time_s[:, None] / (0.003 * 2.0 ** torch.arange(0, 8, 0.5)))
    return torch.cat([slow.sin(), slow.cos(), logarithm.sin(), logarithm.cos(), decays], dim=1)


def _mel_edges(sample_rate: int, n_mels: int) -> Tensor:
    low, top = (2595.0 * torch.log10(torch.tensor(1.0 + edge / 700.0)) for edge in (20.0, sample_rate / 2))
    return 700.0 * (10.0 ** (torch.linspace(float(low), float(top), n_mels + 2) / 2595.0) - 1.0)


def node_weights(n_frames: int) -> Tensor:
    """Linear interpolation from nodes to frames, shape (nodes, N); after the last node its value holds."""
    at = torch.tensor(envelope_nodes(n_frames), dtype=torch.float32)
    return _interpolation(at, torch.arange(n_frames, dtype=torch.float32))


def mel_to_bins(sample_rate: int, n_fft: int, n_mels: int) -> Tensor:
    """Linear interpolation from the centres of mel bands to bins, shape (n_mels, F); beyond the ends values hold."""
    centres = _mel_edges(sample_rate, n_mels)[1:-1]
    bins = bin_frequencies(sample_rate, n_fft)
    return _interpolation(2595.0 * torch.log10(1.0 + centres / 700.0), 2595.0 * torch.log10(1.0 + bins / 700.0))


def _interpolation(known: Tensor, wanted: Tensor) -> Tensor:
    """Weights (known, wanted) of values at ascending places that give values between them."""
    right = torch.searchsorted(known, wanted).clamp(1, len(known) - 1)
    left = right - 1
    share = ((wanted - known[left]) / (known[right] - known[left])).clamp(0.0, 1.0)
    weights = torch.zeros(len(known), len(wanted))
    weights[left, torch.arange(len(wanted))] = 1.0 - share
    weights[right, torch.arange(len(wanted))] += share
    return weights


def phase_advance(n_fft: int) -> Tensor:
    """Phase in radians of a wave at each bin's frequency in four successive frames, shape (4, F); n_fft = 4 hops."""
    quarter_turns = torch.outer(torch.arange(QUARTERS), torch.arange(n_fft // 2 + 1)) % QUARTERS
    return quarter_turns * (2 * torch.pi / QUARTERS)


def octaves_from_1k(sample_rate: int, n_fft: int) -> Tensor:
    """Distance of each bin from 1 kHz in octaves, shape (F,)."""
    return torch.log2(bin_frequencies(sample_rate, n_fft).clamp(min=20.0) / 1000.0)


def body_filter() -> Tensor:
    """Windowed sinc that interpolates by `BODY_STRIDE`, shape (1, 1, taps)."""
    taps = 16 * BODY_STRIDE
    time = (torch.arange(taps) - (taps - 1) / 2) / BODY_STRIDE
    taper: Tensor = torch.kaiser_window(taps, periodic=False, beta=7.0)
    return (taper * torch.sinc(time))[None, None]


def body_phases() -> Tensor:
    """The same filter for interpolating by a plain convolution: shape (BODY_STRIDE, 1, 17).

    Point p between two slow points is a sum over the 17 slow points around it, with weights of its own.
    """
    taps = torch.nn.functional.pad(body_filter()[0, 0], (BODY_STRIDE // 2, BODY_STRIDE // 2))
    return taps.reshape(-1, BODY_STRIDE).flip(0).T[:, None].contiguous()


def body_passes(n_fft: int) -> Tensor:
    """Share of the power in each bin that is left after going to the body's rate and back, shape (F,)."""
    response = torch.fft.rfft(body_filter()[0, 0] / BODY_STRIDE, n=n_fft).abs()
    left: Tensor = response.pow(4)
    return left


def noise_table(n_bins: int) -> Tensor:
    """Gaussian noise with variance 1/2, shape (NOISE_ROWS, F, 2): real and imaginary parts of unit power."""
    unit: Tensor = torch.randn(NOISE_ROWS, n_bins, 2, generator=torch.Generator().manual_seed(1))
    return unit * math.sqrt(0.5)


def dft_angles(bins: Tensor, points: Tensor, n_fft: int) -> Tensor:
    """Angles 2 pi k n / n_fft in [0, 2 pi), shape (F, n_fft).

    The products are whole numbers below 2^24, exact in float32, so the remainder is exact too.
    """
    turns: Tensor = torch.remainder(bins[:, None] * points[None], float(n_fft))
    return turns * (2 * torch.pi / n_fft)
