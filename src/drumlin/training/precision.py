"""Whether bf16 pays on this device: a short race of the same steps in both precisions, judged by time and loss."""

import copy
import time
from collections.abc import Sequence
from typing import Any, Final

import torch
from lightning_fabric.plugins.precision.amp import MixedPrecision
from torch import Tensor

from ..models.model import Model

WARM_STEPS, TIMED_STEPS = 2, 6
LEAST_GAIN = 1.15
"""bf16 must be this much faster: less is within the noise of a busy machine."""

MOST_LOSS_CHANGE = 0.02
"""Largest mean change of the loss over the race, relative to the loss itself."""

FULL: Final = "32-true"
HALF: Final = "bf16-mixed"


class HalfProducts(MixedPrecision):  # type: ignore[misc]
    """Products in bf16, and the sounds as they are: in bf16, what is learned from would have 8 bits."""

    def __init__(self, device: torch.device) -> None:
        super().__init__(HALF, device.type)

    def convert_input(self, data: Any) -> Any:
        """Return the sounds untouched."""
        return data


def choose_precision(model: Model, batch: tuple[Tensor, Tensor], rate: float, device: torch.device) -> str:
    """Return the precision, in Fabric's words, that trains faster without changing the loss.

    Args:
        model: left as it is; copies of it run the race.
        batch: waveforms (B, T) and labels (B,).
        rate: learning rate.
        device: where the training will run.
    """
    if not model.turns(0) or device.type not in ("cpu", "cuda"):
        return FULL
    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda):
        times, losses = zip(*(_race(model, batch, rate, device, half) for half in (False, True)), strict=True)
    return HALF if times[0] / times[1] >= LEAST_GAIN and _is_alike(*losses) else FULL


def _is_alike(full: Sequence[float], half: Sequence[float]) -> bool:
    size = sum(abs(value) for value in full) / len(full)
    change = sum(abs(a - b) for a, b in zip(full, half, strict=True)) / len(full)
    return change <= MOST_LOSS_CHANGE * size  # false for what is no number


def _race(
    model: Model, batch: tuple[Tensor, Tensor], rate: float, device: torch.device, half: bool
) -> tuple[float, list[float]]:
    """Return the least seconds of a step and the losses of all."""
    torch.manual_seed(0)
    runner = copy.deepcopy(model).to(device).train()
    optimisers = runner.optimisers(rate)
    waveform, label = (part.to(device) for part in batch)
    times, losses = [], []
    for step in range(WARM_STEPS + TIMED_STEPS):
        start = time.perf_counter()
        for turn in runner.turns(step):
            optimisers[turn].zero_grad(set_to_none=True)
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half):
                loss = runner(turn, waveform, label, step)["loss"]
            loss.backward()
            optimisers[turn].step()
            losses.append(float(loss.detach()))
        times.append(time.perf_counter() - start)
    return min(times[WARM_STEPS:]), losses
