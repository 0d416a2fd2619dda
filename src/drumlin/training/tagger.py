"""The deep option: Panotti trained on packed mel spectrograms, as its authors train it, on any machine.

Adadelta at rate 1 with a decay of 0.95, batches of 40, a quarter of the sounds held out, the weights of the epoch in
which these were explained best. No audio is needed or asked for. Shapes: M sounds, C channels, F bands, N frames.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..errors import TrainingError
from ..hearing.melgram import to_study
from ..models.panotti import SMALLEST, Panotti
from ..progress import Progress, Report, ignore
from ..units import Array

BATCH = 32
"""Spectrograms that are looked at at once when nothing is learned."""


@dataclass(frozen=True)
class TaggerTraining:
    """How a tagger is trained; the defaults are Panotti's own.

    Args:
        epochs: passes over the sounds.
        batch_size: sounds a step.
        held_out: share of the sounds that choose the epoch.
        rate: of Adadelta.
        seed: of weights, order and what is held out.
    """

    epochs: int = 20
    batch_size: int = 40
    held_out: float = 0.25
    rate: float = 1.0
    seed: int = 1


@dataclass(frozen=True)
class TrainedTagger:
    """A network, the epoch that was kept, and its loss and share of right calls among the sounds held out."""

    net: Panotti
    epoch: int
    loss: float
    right: float


def train_tagger(
    stored: Array, labels: Array, classes: int, settings: TaggerTraining | None = None, report: Report = ignore
) -> TrainedTagger:
    """Train on packed spectrograms.

    Args:
        stored: (M, C, F, N), uint8, as in a pack.
        labels: (M,) index of the class.
        classes: K, at least 2.
        settings: how.
        report: is told how far it is.
    Raises:
        TrainingError: too few classes or sounds, or spectrograms too small for the network.
    """
    settings = settings or TaggerTraining()
    if classes < 2 or len(labels) < 8 or min(stored.shape[2:]) < SMALLEST:
        facts = f"{classes} classes, {len(labels)} sounds, spectrograms of {stored.shape[2]} x {stored.shape[3]}"
        raise TrainingError(f"{facts}: at least 2, 8 and {SMALLEST} x {SMALLEST} are needed")
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        return _run(stored, torch.from_numpy(np.asarray(labels, np.int64)), classes, settings, report)


def tagger_outputs(net: Panotti, stored: Array) -> Array:
    """Return logits of packed spectrograms, (M, K)."""
    with torch.no_grad():
        starts = range(0, len(stored), BATCH)
        parts = [net(torch.from_numpy(to_study(stored[start : start + BATCH]))) for start in starts]
    said: Array = torch.cat(parts).numpy()
    return said


def _run(stored: Array, labels: Tensor, classes: int, settings: TaggerTraining, report: Report) -> TrainedTagger:
    net = Panotti(stored.shape[1], stored.shape[2], stored.shape[3], classes)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.Adadelta(net.parameters(), settings.rate, rho=0.95, eps=1e-7)
    order = torch.randperm(len(labels))
    held = order[: max(1, round(settings.held_out * len(labels)))]
    learned = order[len(held) :]
    best: TrainedTagger | None = None
    kept: dict[str, Tensor] = {}
    for epoch in range(1, settings.epochs + 1):
        net.train()
        for rows in torch.split(learned[torch.randperm(len(learned))], settings.batch_size):
            loss = functional.cross_entropy(net(_seen(stored, rows)), labels[rows])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        now = _held_out(net.eval(), stored, labels, held, epoch)
        if best is None or now.loss < best.loss:
            best, kept = now, {name: value.clone() for name, value in net.state_dict().items()}
        figures = {"loss": now.loss, "right": now.right}
        report(Progress(epoch, settings.epochs, f"epoch {epoch}", figures))
    assert best is not None
    net.load_state_dict(kept)
    return best


def _seen(stored: Array, rows: Tensor) -> Tensor:
    return torch.from_numpy(to_study(stored[rows.numpy()])).contiguous(memory_format=torch.channels_last)


def _held_out(net: Panotti, stored: Array, labels: Tensor, held: Tensor, epoch: int) -> TrainedTagger:
    logits = torch.from_numpy(tagger_outputs(net, stored[held.numpy()]))
    loss = float(functional.cross_entropy(logits, labels[held]))
    return TrainedTagger(net, epoch, loss, float((logits.argmax(dim=1) == labels[held]).float().mean()))
