"""What was learned about descriptors: `descriptors.npz`, fitted by `scripts/fit_descriptors.py`.

One softmax over all descriptors, from a few small networks whose log probabilities are averaged; marginals are sums of
it, so genre, subgenre and mood can never contradict each other. Beside it a space in which pieces of one descriptor lie
close (a linear discriminant), in which the distance to the nearest descriptor tells what is none of them.
Shape letters: `W` stretches, `D` numbers, `E` descriptors, `K` dimensions of the space.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ..errors import DescriptorError
from ..units import Array
from .descriptor_table import TARGETS, DescriptorTable
from .momentum import MomentumLine
from .networks import Network

MODEL_FILE = "descriptors.npz"
FARTHEST = 4.0
"""Standard deviations beyond which a number is not believed: music of other makers has such."""


@dataclass(frozen=True)
class EvidenceShares:
    """How much what is known of a stretch counts, in its sum of log probabilities.

    Args:
        windows: the mean of its windows.
        overlap: windows overlap, so n of them count as 1 + (n - 1) times this.
        whole: the stretch described as one: chords and form are longer than a window.
    """

    windows: float = 1.0
    overlap: float = 0.0
    whole: float = 0.0


@dataclass(frozen=True)
class DescriptorModel:
    """The learned parts.

    Args:
        table: of the descriptors.
        mean: of the numbers, shape (D,).
        scale: by which they are divided, shape (D,).
        networks: each from standardised numbers to scores of the descriptors.
        temperature: by which scores of one stretch are divided.
        shares: how the evidence about a longer stretch is put together.
        axes: from standardised numbers to the space, shape (D, K).
        prototypes: of the descriptors in the space, shape (E, K).
        known: weights of `novelty`, and an offset, shape (4,).
        momentum: of densities.
        momentum_share: how much the measured momentum counts beside the joint reading.
        thresholds: probability below which nothing is said, by target and for `known`.
        distances: between descriptors, shape (E, E).
    """

    table: DescriptorTable
    mean: Array
    scale: Array
    networks: tuple[Network, ...]
    temperature: float
    shares: EvidenceShares
    axes: Array
    prototypes: Array
    known: Array
    momentum: MomentumLine
    momentum_share: float
    thresholds: Mapping[str, float]
    distances: Array

    def standardise(self, rows: Array) -> Array:
        """Return the numbers as the networks want them, shape (W, D)."""
        standard: Array = np.clip((rows - self.mean) / self.scale, -FARTHEST, FARTHEST)
        return standard

    def log_probabilities(self, rows: Array) -> Array:
        """Return the log probability of each descriptor, calibrated for one window: shape (W, D) -> (W, E)."""
        standard = self.standardise(rows)
        scores = np.mean([log_softmax(network(standard)) for network in self.networks], axis=0)
        return log_softmax(scores / self.temperature)

    def known_odds(self, rows: Array) -> Array:
        """Return the log odds that a stretch is of any descriptor at all: shape (W, D) -> (W,)."""
        odds: Array = novelty(self, rows) @ self.known[:-1] + self.known[-1]
        return odds

    def summed(self, logs: Array, weights: Array, whole: Array) -> Array:
        """Return the log probabilities of a stretch.

        Args:
            logs: of its windows, shape (W, E).
            weights: of the windows, shape (W,), not all 0.
            whole: of the stretch described as one, shape (E,).
        Returns:
            Shape (E,).
        """
        total = float(weights.sum())
        count = 1.0 + max(0.0, total - 1.0) * self.shares.overlap
        return log_softmax(self.shares.windows * count * (weights @ logs) / total + self.shares.whole * whole)


def novelty(model: DescriptorModel, rows: Array) -> Array:
    """Return what tells strange music: distance to the nearest descriptor, unsureness, odd numbers; shape (W, 3)."""
    standard = model.standardise(rows)
    apart = standard @ model.axes  # (W, K)
    distance = np.sqrt(np.square(apart[:, None, :] - model.prototypes[None, :, :]).sum(axis=2)).min(axis=1)
    logs = model.log_probabilities(rows)
    unsure = -np.sum(np.exp(logs) * logs, axis=1)
    odd = np.mean(np.maximum(np.abs(standard) - 2.0, 0.0), axis=1)
    return np.column_stack([np.log(distance + 1e-6), unsure, np.log(odd + 1e-3)])


def log_softmax(scores: Array) -> Array:
    """Return log probabilities along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    logs: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return logs


def descriptor_distance(first: str, second: str) -> float:
    """Return how far apart two descriptors sound; 0 for the same, 1 for what two of them usually are.

    Raises:
        DescriptorError: the listener was taught no such descriptor.
    """
    model = load_model()
    places = []
    for name in (first, second):
        if name not in model.table.names:
            raise DescriptorError(f"descriptor is {name!r}: the listener knows {len(model.table.names)} others")
        places.append(model.table.names.index(name))
    return float(model.distances[places[0], places[1]])


@cache
def load_model() -> DescriptorModel:
    """Return what was learned."""
    with files(__package__).joinpath(MODEL_FILE).open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return unpack({name: stored[name] for name in stored.files})


def pack(model: DescriptorModel) -> dict[str, Array]:
    """Return the arrays of a model: weights in half precision, which moves no probability by 0.1 %."""
    arrays: dict[str, Any] = {f"labels.{target}": np.array(model.table.labels[target]) for target in TARGETS}
    arrays |= {"names": np.array(model.table.names), "mean": model.mean, "scale": model.scale}
    for index, network in enumerate(model.networks):
        for name in ("w1", "b1", "w2", "b2"):
            arrays[f"network{index}.{name}"] = np.asarray(getattr(network, name), np.float16)
    arrays |= {name: np.asarray(getattr(model, name), np.float16) for name in ("axes", "prototypes", "distances")}
    line = model.momentum
    arrays |= {"momentum.mean": line.mean, "momentum.scale": line.scale, "momentum.weights": line.weights}
    arrays["momentum.line"] = np.array([line.offset, line.spread, model.momentum_share])
    arrays |= {"known": model.known, "temperature": np.array(model.temperature)}
    arrays["shares"] = np.array([model.shares.windows, model.shares.overlap, model.shares.whole])
    arrays["thresholds"] = np.array([model.thresholds[name] for name in (*TARGETS, "known")])
    return {
        name: value.astype(np.float32) if value.dtype == np.float64 else value
        for name, value in ((name, np.asarray(value)) for name, value in arrays.items())
    }


def unpack(arrays: Mapping[str, Array]) -> DescriptorModel:
    """Return the model of some arrays."""
    table = DescriptorTable(_words(arrays["names"]), {target: _words(arrays[f"labels.{target}"]) for target in TARGETS})
    count = sum(name.endswith(".w1") for name in arrays)
    offset, spread, share = map(float, arrays["momentum.line"])
    wide = {name: np.asarray(value, np.float32) for name, value in arrays.items() if value.dtype.kind == "f"}
    line = MomentumLine(wide["momentum.mean"], wide["momentum.scale"], wide["momentum.weights"], offset, spread)
    return DescriptorModel(
        table=table,
        mean=wide["mean"],
        scale=wide["scale"],
        networks=tuple(_network(wide, f"network{index}") for index in range(count)),
        temperature=float(arrays["temperature"]),
        shares=EvidenceShares(*map(float, arrays["shares"])),
        axes=wide["axes"],
        prototypes=wide["prototypes"],
        known=wide["known"],
        momentum=line,
        momentum_share=share,
        thresholds=dict(zip((*TARGETS, "known"), map(float, arrays["thresholds"]), strict=True)),
        distances=wide["distances"],
    )


def _network(arrays: Mapping[str, Array], name: str) -> Network:
    """Return a network whose numbers come standardised."""
    return Network(np.zeros(1), np.ones(1), *(arrays[f"{name}.{part}"] for part in ("w1", "b1", "w2", "b2")))


def _words(array: Array) -> tuple[str, ...]:
    return tuple(str(word) for word in array)
