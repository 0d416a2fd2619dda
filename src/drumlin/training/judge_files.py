"""The files of the judge: its networks as ONNX, and the card that names their hashes, data and accuracy."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from .. import __version__
from ..audio.files import write_atomically
from ..datasets import Dataset
from ..evaluation.drawing import RealSet
from ..evaluation.frozen import (
    CARD_NAME,
    Classifier,
    Listener,
    check_windows,
    classifier_view,
    listener_view,
    open_network,
    read_card,
)
from ..evaluation.recognition import Recognition, recognition
from ..models.model import Graph
from ..provenance import hash_bytes, hash_content
from ..units import Array
from .graphs import export_plainly

VIEWS = {"listener": listener_view, "classifier": classifier_view}


def freeze(out: Path, networks: Mapping[str, nn.Module], classes: Sequence[str], facts: Mapping[str, Any]) -> None:
    """Write the networks, in half precision, and a card with what `facts` holds.

    Args:
        out: the folder; made if missing.
        networks: `listener` and `classifier`.
        classes: in the order of the classifier's outputs.
        facts: `data` and `settings`.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, network in networks.items():
        example = torch.from_numpy(VIEWS[name](check_windows()))
        data = export_plainly(Graph(network, {"view": example}, "out", half=True))
        write_atomically(out / f"{name}.onnx", data)
        parameters = sum(one.numel() for one in network.parameters())
        written[name] = {"sha256": hash_bytes(data), "bytes": len(data), "parameters": parameters}
    made = {"drumlin": __version__, "torch": torch.__version__.split("+")[0]}
    _write(
        out, {"format": "drumlin-judge", "version": 1, "classes": list(classes), "networks": written, **made, **facts}
    )


def measure(out: Path, train: RealSet, valid: RealSet, heard: Array) -> None:
    """Add to the card what the frozen networks say of the check windows and how right they are on unseen kits.

    Args:
        out: the folder that `freeze` wrote.
        train: the real sounds that were learned from: how far these are known by heart is on the card as well.
        valid: real sounds of other kits.
        heard: scores of the listener's label head for them, (M, K): its file holds the embedding alone.
    """
    card = read_card(out)
    classes, networks = card["classes"], card["networks"]
    listener = Listener(open_network("listener", out))
    classifier = Classifier(open_network("classifier", out), tuple(classes))
    networks["listener"]["check"] = np.round(listener.embed(check_windows()), 4).tolist()
    networks["classifier"]["check"] = np.round(classifier.probabilities(check_windows()), 5).tolist()
    guesses = [classes[best] for best in heard.argmax(axis=1)]
    networks["listener"]["valid"] = _shares(recognition(valid.labels, guesses))
    networks["classifier"]["train"] = _shares(recognition(train.labels, classifier.call(train.windows)))
    networks["classifier"]["valid"] = _shares(recognition(valid.labels, classifier.call(valid.windows)))
    _write(out, card)


def data_facts(dataset: Dataset, classes: Sequence[str]) -> dict[str, Any]:
    """Return what the networks learn from: identities, numbers, and whom to name."""
    learned = [dataset.samples[row] for row in dataset.indices("train") if dataset.samples[row].label in classes]
    return {
        "dataset": dataset.hash,
        "sounds": hash_content(sorted(sample.sha256 for sample in learned)),
        "count": len(learned),
        "kits": sorted({sample.kit for sample in learned} - {""}),
        "labels": {name: sum(sample.label == name for sample in learned) for name in classes},
        "credits": sorted({(sample.source, sample.licence) for sample in learned}),
    }


def _shares(found: Recognition) -> dict[str, Any]:
    def one(shares: Mapping[str, Any]) -> dict[str, Any]:
        return {name: {"count": share.count, "share": round(share.share.value, 4)} for name, share in shares.items()}

    return {
        **one({"label": found.label, "family": found.family}),
        "labels": one(found.labels),
        "families": one(found.families),
    }


def _write(out: Path, card: Mapping[str, Any]) -> None:
    write_atomically(out / CARD_NAME, (json.dumps(card, indent=1, sort_keys=True) + "\n").encode("ascii"))
