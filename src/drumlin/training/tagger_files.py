"""From a pack to a tagger file: train, export, write; what `drumlin tagger train` runs on any machine."""

import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .. import __version__
from ..audio.files import write_atomically
from ..hearing.melgram import to_study
from ..hearing.packing import Pack, zipped
from ..models.model import Graph
from ..models.panotti import Panotti
from ..progress import Report, ignore
from ..provenance import hash_bytes
from .graphs import export_plainly
from .tagger import TaggerTraining, TrainedTagger, train_tagger


class _Shares(nn.Module):
    """Panotti with the softmax of its paper at the end."""

    def __init__(self, net: Panotti) -> None:
        super().__init__()
        self.net = net

    def forward(self, spectrograms: Tensor) -> Tensor:
        """Return probabilities, (B, C, F, N) to (B, K)."""
        return torch.softmax(self.net(spectrograms), dim=1)


def train_pack(pack: Pack, out: Path, settings: TaggerTraining | None = None, report: Report = ignore) -> TrainedTagger:
    """Train on a pack and write the tagger; the same call after it was broken off goes on.

    Args:
        pack: what was packed, or joined.
        out: the file to write.
        settings: how; Panotti's own if None.
        report: is told how far it is.
    Raises:
        TrainingError: the pack is too small.
    """
    settings = settings or TaggerTraining()
    keep = out.with_name(f".{out.name}.training")
    trained = train_tagger(pack.stored, pack.labels, len(pack.classes), settings, report, keep)
    write_tagger(trained, pack, settings, out)
    shutil.rmtree(keep, ignore_errors=True)
    return trained


def write_tagger(trained: TrainedTagger, pack: Pack, settings: TaggerTraining, out: Path) -> None:
    """Write a trained network with its card."""
    example = torch.from_numpy(to_study(np.concatenate([pack.stored[:1]] * 2)))
    trained.net.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    data = export_plainly(Graph(_Shares(trained.net), {"spectrograms": example}, "shares", half=True))
    figures = {"epoch": trained.epoch, "held_out_loss": trained.loss, "held_out_right": trained.right}
    card = {
        "format": "drumlin-tagger",
        "version": 1,
        "classes": list(pack.classes),
        "channels": pack.stored.shape[1],
        "frames": pack.stored.shape[3],
        "sha256": hash_bytes(data),
        "trained": {"sounds": len(pack.labels), **figures, "settings": asdict(settings), "drumlin": __version__},
    }
    write_atomically(out, zipped(card, "tagger.json", {"network.onnx": data}))
