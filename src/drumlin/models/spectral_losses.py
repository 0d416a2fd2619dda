"""What the spectral autoencoder is told about its sounds: differences of spectra, envelopes and low waveforms.

Shapes: B batch, T points. Every loss is a scalar, 0 for equal sounds.
Sources: multi-resolution STFT loss with spectral convergence (Yamamoto et al. 2020, after Arik et al. 2018).
"""

import torch
from torch import Tensor
from torch.nn import functional

FLOOR_DB = -80.0
"""Cells this far below the loudest of the target count as silent; both sounds are floored there."""

MEL_FLOOR_DB, DB_PER_NAT = -72.0, 4.342945
LOW_SHARE = 0.2
"""Low waveforms count in full where they have so much of the energy, and less below."""


def spectral_loss(target: Tensor, made: Tensor, n_fft: int, weight: Tensor | None = None) -> Tensor:
    """Log-magnitude L1, fine and smoothed, plus spectral convergence at one frame size, hop n_fft / 2.

    Noise never matches noise bin by bin: a fine comparison alone favours a smooth spectrum, which buzzes. Energies
    averaged over a few bins and frames are alike for alike noises.

    Args:
        target: shape (B, T).
        made: shape (B, T).
        n_fft: points of a frame.
        weight: of each sound, shape (B,); all 1 if missing.
    """
    wanted, got = magnitudes(target, n_fft), magnitudes(made, n_fft)
    floor = wanted.amax(dim=(1, 2), keepdim=True) * 10 ** (FLOOR_DB / 20) + 1e-5
    fine = ((wanted + floor).log() - (got + floor).log()).abs().mean(dim=(1, 2))
    smooth_wanted, smooth_got = _smooth(wanted), _smooth(got)
    smooth = ((smooth_wanted + floor).log() - (smooth_got + floor).log()).abs().mean(dim=(1, 2))
    logarithm = 0.4 * fine + 0.8 * smooth
    convergence = (wanted - got).norm(dim=(1, 2)) / (wanted.norm(dim=(1, 2)) + 1e-3)
    each = logarithm + convergence
    mean: Tensor = (each if weight is None else each * weight).mean()
    return mean


def mel_loss(target: Tensor, made: Tensor, mel: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean difference of levels in mel bands, in units of 4 dB, where either sound is above the floor; hop n_fft / 4.

    Args:
        target: shape (B, T).
        made: shape (B, T).
        mel: filters, (M, n_fft // 2 + 1).
        weight: of each sound, shape (B,); all 1 if missing.
    """
    n_fft = 2 * (mel.shape[1] - 1)
    window = torch.hann_window(n_fft, device=target.device)
    both = torch.cat([target, made])
    spectrum = torch.stft(both, n_fft, n_fft // 4, window=window, return_complex=True, pad_mode="constant")
    levels = (torch.matmul(mel, spectrum.real.square() + spectrum.imag.square()) + 1e-9).log()
    wanted, got = levels.chunk(2)
    floor = wanted.amax(dim=(1, 2), keepdim=True) + MEL_FLOOR_DB / DB_PER_NAT
    wanted, got = torch.maximum(wanted, floor), torch.maximum(got, floor)
    audible = (torch.maximum(wanted, got) > floor).to(wanted)
    each = ((wanted - got).abs() * audible).sum(dim=(1, 2)) / audible.sum(dim=(1, 2)).clamp(min=1.0)
    mean: Tensor = (each if weight is None else each * weight).mean() * (DB_PER_NAT / 4.0)
    return mean


def magnitudes(waveform: Tensor, n_fft: int) -> Tensor:
    """Return the STFT magnitudes, shape (B, F, N), with a gradient that is finite at silence."""
    window = torch.hann_window(n_fft, device=waveform.device)
    spectrum = torch.stft(waveform, n_fft, n_fft // 2, window=window, return_complex=True, pad_mode="constant")
    magnitude: Tensor = (spectrum.real.square() + spectrum.imag.square() + 1e-9).sqrt()
    return magnitude


def low_waveform_loss(target: Tensor, made: Tensor, sample_rate: int, cutoff_hz: float = 400.0) -> Tensor:
    """How unlike the waveforms below `cutoff_hz` are, 0 to 2: 1 less their correlation; keeps the phase of a body.

    Not their difference: while the phase is not sure, the nearest guess is too quiet. Levels are asked for elsewhere.
    A sound with next to nothing down there is left alone.
    """
    wanted, got = (_low_pass(waveform, sample_rate, cutoff_hz) for waveform in (target, made))
    norm = (wanted.square().sum(dim=-1) * got.square().sum(dim=-1) + 1e-8).sqrt()
    unlike = 1.0 - (wanted * got).sum(dim=-1) / norm
    share = wanted.square().sum(dim=-1) / (target.square().sum(dim=-1) + 1e-4)
    return (unlike * share.clamp(max=LOW_SHARE) / LOW_SHARE).mean()


def envelope_loss(target: Tensor, made: Tensor, window: int = 64) -> Tensor:
    """L1 between the log energies of successive windows; at 64 points and 44.1 kHz these are 1.5 ms."""
    levels = [(waveform.unfold(-1, window, window).square().mean(dim=-1) + 1e-7).log() for waveform in (target, made)]
    return (levels[0] - levels[1]).abs().mean() * 0.25


def _smooth(magnitude: Tensor) -> Tensor:
    """Root mean square over 5 bins and 3 frames, (B, F, N)."""
    power = functional.avg_pool2d(magnitude.square()[:, None], (5, 3), stride=1, padding=(2, 1))[:, 0]
    rms: Tensor = power.sqrt()
    return rms


def _low_pass(waveform: Tensor, sample_rate: int, cutoff_hz: float) -> Tensor:
    spectrum = torch.fft.rfft(waveform)
    bins = torch.linspace(0, sample_rate / 2, spectrum.shape[-1], device=waveform.device)
    gain = 1.0 / (1.0 + (bins / cutoff_hz) ** 8)
    low: Tensor = torch.fft.irfft(spectrum * gain, n=waveform.shape[-1])
    return low
