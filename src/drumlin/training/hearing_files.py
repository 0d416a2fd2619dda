"""The files of the starter ear: its network as ONNX, and its card with hash, provenance, temperature and accuracy."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .. import __version__
from ..audio.files import write_atomically
from ..evaluation.confidence import calibration_interval, share_interval
from ..hearing.ear import CARD_NAME, NETWORK_NAME, softmax
from ..hearing.kinds import FAMILIES, family_of, family_shares
from ..models.hearing_network import Ears
from ..models.model import Graph
from ..provenance import hash_bytes
from ..units import Array
from .graphs import export_plainly

TEMPERATURES = np.geomspace(0.3, 3.0, 93)

SURE_ENOUGH = 0.8
"""Share of calls, among those that are made, that should be right; where fewer are, the ear says `unsure`."""

_LARGEST_BYTES = 2_000_000


def find_temperature(scores: Array, labels: Array) -> float:
    """Return the temperature at which scores (M, K) of unseen kits explain their labels (M,) best (Guo et al. 2017)."""
    rows = np.arange(len(labels))

    def loss(temperature: float) -> float:
        return -float(np.log(softmax(scores / temperature)[rows, labels] + 1e-9).mean())

    return float(min(TEMPERATURES, key=loss))


def find_threshold(confidence: Array, right: Array) -> float:
    """Return the least confidence (M,) from which on `SURE_ENOUGH` of the calls are right; 1 where none is."""
    order = np.argsort(-confidence)
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= SURE_ENOUGH)
    return float(confidence[order[enough[-1]]]) if len(enough) else 1.0


def measure(shares: Array, labels: Array, kits: Sequence[str], classes: Sequence[str]) -> dict[str, list[float]]:
    """Return accuracies and calibration error with kit-bootstrap intervals, each [value, low, high].

    Args:
        shares: calibrated probabilities, (M, K).
        labels: (M,) index of the class.
        kits: of each sound, (M,).
        classes: K names.
    """
    own = np.array([list(FAMILIES).index(family_of(classes[label])) for label in labels])
    best = np.argsort(-shares, axis=1)
    right = best[:, 0] == labels
    found = {
        "top1": share_interval(right, kits),
        "top3": share_interval((best[:, :3] == labels[:, None]).any(axis=1), kits),
        "family": share_interval(family_shares(shares, classes).argmax(axis=1) == own, kits),
        "calibration_error": calibration_interval(shares.max(axis=1), right, kits),
    }
    return {name: [round(value, 4) for value in (one.value, one.low, one.high)] for name, one in found.items()}


def freeze(out: Path, ears: Ears, view: Array, classes: Sequence[str], facts: Mapping[str, Any]) -> None:
    """Write network, in half precision, and card.

    Args:
        out: the folder; made if missing.
        ears: the trained networks.
        view: an example of what they look at, (2, 2, F, N).
        classes: in the order of the scores.
        facts: what else is on the card: `temperature`, `unsure_below`, `settings`, `sources`, `measured`.
    Raises:
        ValueError: the file is larger than what may be shipped.
    """
    example = torch.from_numpy(view.astype(np.float32))
    data = export_plainly(Graph(ears, {"view": example}, "heard", half=True))
    if len(data) > _LARGEST_BYTES:
        raise ValueError(f"the network has {len(data)} bytes, at most {_LARGEST_BYTES} may be shipped")
    with torch.no_grad():
        size = ears(example).shape[1] - len(classes)
    card = {
        "format": "drumlin-ear",
        "version": 1,
        "sha256": hash_bytes(data),
        "bytes": len(data),
        "classes": list(classes),
        "size": size,
        "parameters": sum(one.numel() for one in ears.parameters()),
        "made": {"drumlin": __version__, "torch": torch.__version__.split("+")[0]},
        **facts,
    }
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(out / NETWORK_NAME, data)
    write_atomically(out / CARD_NAME, (json.dumps(card, indent=1, ensure_ascii=True) + "\n").encode("ascii"))
