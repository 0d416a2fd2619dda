"""Four synthesised drums for models to learn, and a plain loop that learns them."""

from collections.abc import Callable

import numpy as np
import torch
from tests.drums import DRUMS
from torch import Tensor

from drumlin.models.model import Model


def four_drums(length: int) -> Tensor:
    """Return a kick, a snare, a hat and a tom, (4, length), with their peaks at a quarter."""
    rows = []
    for drum in DRUMS.values():
        sound = drum()
        start = max(0, int(np.abs(sound).argmax()) - length // 4)
        part = sound[start : start + length]
        rows.append(np.pad(part, (0, length - len(part))))
    return torch.from_numpy(np.stack(rows))


ASKED_EVERY = 25
"""Batches."""


def learn(
    model: Model, waveform: Tensor, batches: int, rate: float, is_learned: Callable[[], bool] | None = None
) -> None:
    """Train on one batch again and again: so often, or until it is learned."""
    label = torch.zeros(len(waveform), dtype=torch.long)
    optimisers = model.optimisers(rate)
    model.train()
    for step in range(batches):
        for turn in model.turns(step):
            optimisers[turn].zero_grad()
            model(turn, waveform, label, step)["loss"].backward()
            optimisers[turn].step()
        if is_learned and step % ASKED_EVERY == ASKED_EVERY - 1 and _in_use(model, is_learned):
            break
    model.eval()


def _in_use(model: Model, question: Callable[[], bool]) -> bool:
    """Answer a question about the model as it is used, and go on training."""
    model.eval()
    with torch.no_grad():
        answer = question()
    model.train()
    return answer


def share_of_variance(made: Tensor, real: Tensor) -> float:
    """Return the squared error over the variance of the sounds around their mean."""
    error = (made - real).square().sum()
    return float(error / (real - real.mean(dim=0)).square().sum())
