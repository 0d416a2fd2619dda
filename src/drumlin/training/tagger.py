"""The deep option: Panotti trained on packed mel spectrograms, as its authors train it, on any machine.

Adadelta at rate 1 with a decay of 0.95, batches of 40, a quarter of the sounds held out, the weights of the epoch in
which these were explained best. No audio is needed or asked for. A training that is broken off goes on after its last
whole epoch, to the same result. Shapes: M sounds, C channels, F bands, N frames.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..errors import CheckpointError, TrainingError
from ..hearing.melgram import to_study
from ..models.panotti import SMALLEST, Panotti
from ..progress import Progress, Report, ignore
from ..provenance import hash_bytes
from ..units import Array
from .checkpoint import (
    State,
    pack_random,
    pack_training,
    read_checkpoint,
    unpack_random,
    unpack_training,
    write_checkpoint,
)

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
    stored: Array,
    labels: Array,
    classes: int,
    settings: TaggerTraining | None = None,
    report: Report = ignore,
    keep: Path | None = None,
) -> TrainedTagger:
    """Train on packed spectrograms.

    Args:
        stored: (M, C, F, N), uint8, as in a pack.
        labels: (M,) index of the class.
        classes: K, at least 2.
        settings: how.
        report: is told how far it is.
        keep: folder of the checkpoint, made if missing; a training that was broken off there goes on.
    Raises:
        TrainingError: too few classes or sounds, or spectrograms too small for the network.
    """
    settings = settings or TaggerTraining()
    if classes < 2 or len(labels) < 8 or min(stored.shape[2:]) < SMALLEST:
        facts = f"{classes} classes, {len(labels)} sounds, spectrograms of {stored.shape[2]} x {stored.shape[3]}"
        raise TrainingError(f"{facts}: at least 2, 8 and {SMALLEST} x {SMALLEST} are needed")
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        run = _Run(stored, torch.from_numpy(np.asarray(labels, np.int64)), classes, settings)
        return run.finish(report, keep)


def tagger_outputs(net: Panotti, stored: Array) -> Array:
    """Return logits of packed spectrograms, (M, K)."""
    with torch.no_grad():
        starts = range(0, len(stored), BATCH)
        parts = [net(torch.from_numpy(to_study(stored[start : start + BATCH]))) for start in starts]
    said: Array = torch.cat(parts).numpy()
    return said


class _Run:
    """A training: the network, its optimiser, what is held out, and the best epoch so far."""

    def __init__(self, stored: Array, labels: Tensor, classes: int, settings: TaggerTraining) -> None:
        self._stored, self._labels, self._settings = stored, labels, settings
        self._net = Panotti(stored.shape[1], stored.shape[2], stored.shape[3], classes)
        self._net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._optimiser = torch.optim.Adadelta(self._net.parameters(), settings.rate, rho=0.95, eps=1e-7)
        order = torch.randperm(len(labels))
        held = max(1, round(settings.held_out * len(labels)))
        self._held, self._learned = order[:held], order[held:]
        self._best = TrainedTagger(self._net, 0, float("inf"), 0.0)
        self._kept: dict[str, Tensor] = {}

    def finish(self, report: Report, keep: Path | None) -> TrainedTagger:
        """Train to the last epoch, from where a checkpoint says."""
        done = 0 if keep is None else self._continue(keep)
        for epoch in range(done + 1, self._settings.epochs + 1):
            self._learn()
            now = _held_out(self._net.eval(), self._stored, self._labels, self._held, epoch)
            if now.loss < self._best.loss or not self._kept:
                self._best, self._kept = now, {name: one.clone() for name, one in self._net.state_dict().items()}
            if keep is not None:
                self._keep(keep, epoch)
            report(Progress(epoch, self._settings.epochs, f"epoch {epoch}", {"loss": now.loss, "right": now.right}))
        self._net.load_state_dict(self._kept)
        return self._best

    def _learn(self) -> None:
        self._net.train()
        for rows in torch.split(self._learned[torch.randperm(len(self._learned))], self._settings.batch_size):
            loss = functional.cross_entropy(self._net(_seen(self._stored, rows)), self._labels[rows])
            self._optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()

    def _identity(self) -> dict[str, Any]:
        sounds = hash_bytes(np.ascontiguousarray(self._stored).tobytes() + self._labels.numpy().tobytes())
        return {"settings": asdict(self._settings), "sounds": sounds, "order": self._held.tolist()}

    def _keep(self, folder: Path, epoch: int) -> None:
        tensors = pack_training(self._net, {"net": self._optimiser}) | pack_random(torch.device("cpu"))
        tensors |= {f"best/{name}": value for name, value in self._kept.items()}
        tensors["figures"] = torch.tensor([self._best.epoch, self._best.loss, self._best.right], dtype=torch.float64)
        folder.mkdir(parents=True, exist_ok=True)
        write_checkpoint(folder, State(self._identity(), epoch), tensors)

    def _continue(self, folder: Path) -> int:
        """Return how many epochs a checkpoint holds, put back; 0 where there is none of this very training."""
        try:
            found = read_checkpoint(folder)
        except CheckpointError:  # none of them is whole: begin anew
            found = None
        if found is None or found[0].identity != self._identity():
            return 0
        state, tensors = found
        unpack_training(tensors, self._net, {"net": self._optimiser})
        unpack_random(tensors, torch.device("cpu"))
        self._kept = _below(tensors, "best/")
        epoch, loss, right = tensors["figures"].tolist()
        self._best = TrainedTagger(self._net, int(epoch), loss, right)
        return state.step


def _below(tensors: Mapping[str, Tensor], start: str) -> dict[str, Tensor]:
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def _seen(stored: Array, rows: Tensor) -> Tensor:
    return torch.from_numpy(to_study(stored[rows.numpy()])).contiguous(memory_format=torch.channels_last)


def _held_out(net: Panotti, stored: Array, labels: Tensor, held: Tensor, epoch: int) -> TrainedTagger:
    logits = torch.from_numpy(tagger_outputs(net, stored[held.numpy()]))
    loss = float(functional.cross_entropy(logits, labels[held]))
    return TrainedTagger(net, epoch, loss, float((logits.argmax(dim=1) == labels[held]).float().mean()))
