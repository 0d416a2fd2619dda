"""What one would use instead of `refine` with torch at hand: Adam on the latent, by the gradient of the same distance.

The distance is that of `features.log_mel_distance_db`. Its gradient is that of levels with the soft floor that `refine`
uses as well: with the hard one a silent cell has no slope and never comes up again.
Shapes: T points, D latent size, N frames, M mel bands.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from drumlin.features.mel import DISTANCE_FLOOR_DB, hann, mel_filters
from drumlin.units import SILENCE_DB, Array, Waveform

if TYPE_CHECKING:
    from torch import Tensor

N_FFT, HOP_LENGTH, N_MELS = 1024, 256, 128
NEPER = float(np.log(10.0) / 10.0)


@dataclass(frozen=True)
class Descended:
    """Where a descent has come to.

    Args:
        latent: the nearest that it has met, (D,).
        distance_db: of it.
        steps: how many were made.
    """

    latent: Array
    distance_db: float
    steps: int


def descend(
    decode: "Callable[[Tensor], Tensor]",
    target: Waveform,
    sample_rate: int,
    start: Array,
    spread: Array,
    seconds: float,
    rate: float,
) -> Descended:
    """Move a latent by Adam until the time is over.

    Args:
        decode: latents (1, D) to waveforms (1, T), with a gradient.
        target: what is to be met, (T,).
        sample_rate: Hz.
        start: the latent to begin with, (D,).
        spread: what counts as a step of 1 along each axis, (D,).
        seconds: of the processor.
        rate: Adam's.
    """
    import torch

    wanted = levels(torch.from_numpy(np.array(target, np.float32))[None], sample_rate)
    origin, scale = (torch.from_numpy(np.array(values, np.float32)) for values in (start, spread))
    moved = torch.zeros_like(origin, requires_grad=True)
    optimiser = torch.optim.Adam([moved], lr=rate)
    decode(origin[None])  # what is worked out once does not count
    best, steps, ends_s = Descended(np.array(start), float("inf"), 0), 0, time.process_time() + seconds
    while time.process_time() < ends_s:
        latent = origin + scale * moved
        distance_db, slope_db = distances(wanted, levels(decode(latent[None]), sample_rate))
        if float(distance_db) < best.distance_db:
            best = Descended(latent.detach().numpy().copy(), float(distance_db), 0)
        optimiser.zero_grad()
        slope_db.backward()
        optimiser.step()
        steps += 1
    return Descended(best.latent, best.distance_db, steps)


def levels(waveform: "Tensor", sample_rate: int) -> "Tensor":
    """Return what `features.log_mel` does, (1, T) to (1, M, N), with a gradient."""
    import torch

    window, filters = (torch.from_numpy(np.array(a)) for a in (hann(N_FFT), mel_filters(sample_rate, N_FFT, N_MELS)))
    spectrum = torch.stft(waveform, N_FFT, HOP_LENGTH, window=window, pad_mode="constant", return_complex=True)
    power = torch.matmul(filters, spectrum.real.square() + spectrum.imag.square())
    return 10.0 * power.clamp(min=10.0 ** (SILENCE_DB / 10.0)).log10()


def distances(wanted: "Tensor", made: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return `features.log_mel_distance_db` of levels (1, M, N), and the same with a soft floor for the slope."""
    import torch

    floor = torch.maximum(wanted.max(), made.max()).detach() - DISTANCE_FLOOR_DB
    audible = torch.maximum(wanted, made) > floor
    hard = (torch.maximum(wanted, floor) - torch.maximum(made, floor)).abs()
    soft = (_softened(wanted, floor) - _softened(made, floor)).abs()
    return hard[audible].mean().detach(), soft[audible].mean()


def _softened(values: "Tensor", floor: "Tensor") -> "Tensor":
    import torch

    return torch.logaddexp(values * NEPER, floor * NEPER) / NEPER
