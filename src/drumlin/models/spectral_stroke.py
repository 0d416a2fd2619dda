"""The stroke: how a hit rises, in steps of a third of a millisecond, for which frames of a spectrum are too long.

Meant for what lies above the low band: a period of a kick is longer than its stroke. Shapes: B batch, T points.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .configs import SPECTRAL_STROKE

STROKE_STEP = 16
"""Points between two levels; 35 ms in all."""

WINDOW = 2 * STROKE_STEP
RANGE = 11.5
"""Levels more than 50 dB (in nats of power) below the loudest are floored there."""

LEAST_POWER = 1e-7
STROKE_POINTS = SPECTRAL_STROKE * STROKE_STEP


class Stroke(nn.Module):
    """Levels of the stroke, (B, T) to (B, SPECTRAL_STROKE): log power in nats, relative to that of all of it."""

    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        window = torch.hann_window(WINDOW)
        self.register_buffer("window", (window / window.sum())[None, None], persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Return the levels; a waveform of less than `STROKE_POINTS` points is followed by silence."""
        missing = max(0, STROKE_POINTS - waveform.shape[-1])
        edge = STROKE_STEP // 2  # a window is centred on its step
        points = functional.pad(waveform[:, :STROKE_POINTS], (edge, edge + missing))
        power = functional.conv1d(points.square()[:, None], self.window, stride=STROKE_STEP)[:, 0] + LEAST_POWER
        levels = power.log() - power.mean(dim=1, keepdim=True).log()
        return torch.maximum(levels, levels.amax(dim=1, keepdim=True) - RANGE)
