"""Plain layers that several families share.

The strided stacks are those of WaveGAN (Donahue et al. 2018): kernel 25, stride 4, d to 16d channels.
Shapes: B batch, C channels, T points, D latent size, d model dimension, S = T / 4^5 steps after the convolutions.
"""

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from .configs import CONV_KERNEL, CONV_LAYERS, CONV_SHRINK, CONV_STRIDE, Activation
from .polyphase import StridedConv, StridedConvTranspose

LEAK = 0.2
"""Slope of the leaky ReLU below zero, as in WaveGAN."""

STEP_STEEPNESS = 4.0
"""The gradient of `step` is that of sigmoid(4 x), whose slope at zero is 1."""


def step(values: Tensor) -> Tensor:
    """Return 1 above zero and 0 elsewhere; its gradient is that of sigmoid(4 x) (straight-through estimator)."""
    soft = torch.sigmoid(STEP_STEEPNESS * values)
    hard = (values > 0).to(values.dtype)
    return soft + (hard - soft).detach()


def _linear(values: Tensor) -> Tensor:
    return values


def _leaky_relu(values: Tensor) -> Tensor:
    return functional.leaky_relu(values, LEAK)


ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "linear": _linear,
    "step": step,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "arctan": torch.atan,
    "relu": torch.relu,
    "leaky_relu": _leaky_relu,
}

_SLOPES: dict[Activation, float] = {
    "linear": 1.0,
    "step": 1.0,
    "sigmoid": 0.25,
    "tanh": 1.0,
    "arctan": 1.0,
    "relu": 1.0 / math.sqrt(2.0),
    "leaky_relu": math.sqrt((1.0 + LEAK**2) / 2.0),
}
"""Root mean square slope around zero: the reciprocal keeps gradients alive through a stack."""


def initialise_dense(layer: nn.Linear, activation: Activation) -> None:
    """Scale the weights so that `activation` keeps the variance of what flows both ways (Glorot and Bengio 2010).

    Where the layer's inputs are sigmoids, around 0.5, `centre_dense` should follow.
    """
    nn.init.xavier_normal_(layer.weight, gain=1.0 / _SLOPES[activation])
    nn.init.zeros_(layer.bias)


def centre_dense(layer: nn.Linear) -> None:
    """Set the bias so that inputs of 0.5, the rest of a sigmoid or step, give 0."""
    with torch.no_grad():
        layer.bias.copy_(-0.5 * layer.weight.sum(dim=1))


class Activate(nn.Module):
    """An activation by name, as a layer."""

    def __init__(self, name: Activation) -> None:
        super().__init__()
        self.function = ACTIVATIONS[name]

    def forward(self, values: Tensor) -> Tensor:
        """Apply it to each value."""
        return self.function(values)


class ConvDown(nn.Module):
    """Waveform (B, T) to (B, outputs): five strided convolutions and a dense layer."""

    def __init__(self, dim: int, window: int, outputs: int, activation: Activation, shuffle: int = 0) -> None:
        super().__init__()
        channels = [1, *(dim * 2**layer for layer in range(CONV_LAYERS))]
        padding = (CONV_KERNEL - CONV_STRIDE + 1) // 2
        self.layers = nn.ModuleList(
            StridedConv(before, after, CONV_KERNEL, CONV_STRIDE, padding) for before, after in pairwise(channels)
        )
        self.dense = nn.Linear(channels[-1] * window // CONV_SHRINK, outputs)
        self.activate = ACTIVATIONS[activation]
        self.shuffle = shuffle

    def forward(self, waveform: Tensor) -> Tensor:
        """Return what the dense layer says, with no activation."""
        flow = waveform[:, None]  # (B, 1, T)
        for number, layer in enumerate(self.layers):
            flow = self.activate(layer(flow))
            if self.shuffle and self.training and number < CONV_LAYERS - 1:
                flow = phase_shuffle(flow, self.shuffle)
        outputs: Tensor = self.dense(flow.flatten(1))  # (B, 16d, S)
        return outputs


class ConvUp(nn.Module):
    """Latent (B, D) to a waveform (B, T): a dense layer and five transposed convolutions; the last is linear."""

    def __init__(self, dim: int, window: int, latent: int, activation: Activation) -> None:
        super().__init__()
        channels = [1, *(dim * 2**layer for layer in range(CONV_LAYERS))][::-1]
        self.first, self.steps = channels[0], window // CONV_SHRINK
        padding = (CONV_KERNEL - CONV_STRIDE + 1) // 2
        extra = CONV_STRIDE + 2 * padding - CONV_KERNEL
        self.dense = nn.Linear(latent, self.first * self.steps)
        self.layers = nn.ModuleList(
            StridedConvTranspose(before, after, CONV_KERNEL, CONV_STRIDE, padding, extra)
            for before, after in pairwise(channels)
        )
        self.activate = ACTIVATIONS[activation]

    def forward(self, latent: Tensor) -> Tensor:
        """Decode, with no activation at the end."""
        flow = self.dense(latent).reshape(-1, self.first, self.steps)
        for layer in self.layers:
            flow = layer(self.activate(flow))
        waveform: Tensor = flow[:, 0]
        return waveform


def phase_shuffle(flow: Tensor, most: int) -> Tensor:
    """Shift (B, C, T) by -most..most points, the same for the whole batch, mirroring at the ends (WaveGAN)."""
    shift = int(torch.randint(-most, most + 1, (1,)))
    if shift == 0:
        return flow
    if shift > 0:  # the mirror is built of plain slices: the gradient of a padding layer is not deterministic on GPUs
        return torch.cat([flow[..., 1 : shift + 1].flip(-1), flow[..., :-shift]], dim=-1)
    return torch.cat([flow[..., -shift:], flow[..., shift - 1 : -1].flip(-1)], dim=-1)
