"""From a trained model to an instrument: graphs, the map of the plane, and the training sounds as points on it.

Shapes: B batch, D latent size, M training sounds, T points, N features.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from .. import __version__
from ..datasets import Dataset
from ..errors import TrainingError
from ..features import log_mel
from ..instrument import save_instrument
from ..models.model import Graph, Model
from ..units import Array
from .data import TrainingData
from .graphs import export_graph
from .maps import PlaneMap, affine_map, anchored_map, prior_map
from .settings import TrainSettings

CHUNK = 64
"""Sounds that are encoded or decoded at once."""

PRIOR_SOUNDS = 1024
"""Sounds that a model without an encoder is asked for, to find out what its latent means."""

PRIOR_SEED = 1
PRE_ROLL_S = 0.0015
"""Playing starts so long before the onset, so that a transient is not cut."""

EARLY_PERCENT = 5.0
"""Playing starts where so many per cent of the training sounds have not started: a straggler does not delay all."""


@dataclass(frozen=True)
class Points:
    """Training sounds in the latent and on the plane, and the map between both."""

    latents: Array
    places: Array
    plane: PlaneMap


def export_instrument(
    path: Path,
    model: Model,
    dataset: Dataset,
    data: TrainingData,
    settings: TrainSettings,
    facts: dict[str, Any],
    prior_sounds: int = PRIOR_SOUNDS,
) -> None:
    """Write the instrument of a model as it stands; the model itself is left alone.

    Args:
        path: where to.
        model: trained, or in training.
        dataset: what it learns from.
        data: the rows of it.
        settings: of the training.
        facts: `metrics` and `provenance` of the training so far.
        prior_sounds: how many sounds a model without an encoder is asked for.
    Raises:
        InstrumentError: the file cannot be written, or the model makes no numbers.
    """
    resting = copy.deepcopy(model).cpu().eval()
    graphs = resting.graphs()
    with torch.no_grad():
        points = _points(resting, graphs, data, dataset.sample_rate, prior_sounds)
    save_instrument(
        path,
        name=path.stem.removesuffix(".snapshot"),
        recipe=settings.recipe.name,
        sample_rate=dataset.sample_rate,
        length=data.window,
        play_start_s=_play_start_s(dataset, data.train),
        graphs=_export(graphs, points.plane),
        latents=points.latents,
        places=points.places,
        labels=[dataset.samples[row].label for row in data.train],
        controls=resting.controls.ranges,
        classes=resting.controls.classes,
        provenance=_provenance(dataset, data, settings) | facts["provenance"],
        metrics=facts["metrics"],
        alignment=_alignment(dataset),
    )


def encode_all(module: nn.Module, data: TrainingData, rows: NDArray[np.int64]) -> Array:
    """Return the latents (M, D) of some rows."""
    return _in_chunks(len(rows), lambda part: module(torch.from_numpy(data.read(rows[part]))).numpy())


def _in_chunks(count: int, compute: Callable[[slice], Array]) -> Array:
    """Return what `compute` gives for successive parts of `count` sounds, joined."""
    return np.concatenate([compute(slice(start, start + CHUNK)) for start in range(0, count, CHUNK)])


def _points(model: Model, graphs: dict[str, Graph], data: TrainingData, sample_rate: int, prior_sounds: int) -> Points:
    if "encode" not in graphs:
        return _prior_points(model, graphs["decode"].module, data, sample_rate, prior_sounds)
    latents = encode_all(graphs["encode"].module, data, data.train)
    if model.latent == 2:
        plane = affine_map(latents)
    else:
        plane = anchored_map(latents, _features_of(data, sample_rate), data.labels[data.train])
    return Points(latents, plane.places, plane)


def _prior_points(model: Model, decoder: nn.Module, data: TrainingData, sample_rate: int, count: int) -> Points:
    """Lay out what a model makes by how it sounds; each training sound stands where the most alike one was made."""
    drawn = model.prior(count, torch.Generator().manual_seed(PRIOR_SEED))
    if drawn is None:
        raise TrainingError("a model needs an encoder or a prior")
    latents = drawn.numpy()
    made = _in_chunks(count, lambda part: _features(decoder(drawn[part]).numpy(), sample_rate))
    real = _features_of(data, sample_rate)
    plane = prior_map(latents, made)
    nearest = [int(np.argmin(np.square(made - row).sum(axis=1))) for row in real]
    return Points(latents[nearest], plane.places[nearest], plane)


def _features_of(data: TrainingData, sample_rate: int) -> Array:
    return _in_chunks(len(data.train), lambda part: _features(data.read(data.train[part]), sample_rate))


def _features(waveforms: Array, sample_rate: int) -> Array:
    """Return coarse log-mel pictures, (B, N): 24 bands, averaged over up to 8 stretches of time, floored at -70 dB."""
    levels = np.maximum(log_mel(waveforms, sample_rate, n_mels=24), -70.0)
    stretches = np.array_split(levels, min(8, levels.shape[-1]), axis=-1)
    return np.stack([part.mean(axis=-1) for part in stretches], axis=-1).reshape(len(waveforms), -1)


def _export(graphs: dict[str, Graph], plane: PlaneMap) -> dict[str, bytes]:
    exported = {name: export_graph(graph) for name, graph in graphs.items()}
    if "map" not in exported:
        exported["map"] = plane.forward.graph("xy", "latent")
    if plane.inverse is not None and "place" not in exported:
        exported["place"] = plane.inverse.graph("latent", "xy")
    return exported


def _play_start_s(dataset: Dataset, rows: Sequence[int] | NDArray[np.int64]) -> float:
    onsets = [dataset.samples[row].onset_s for row in rows]
    return max(0.0, float(np.percentile(onsets, EARLY_PERCENT)) - PRE_ROLL_S)


def _alignment(dataset: Dataset) -> dict[str, Any]:
    settings = dataset.settings
    if settings.profile == "study":
        return {"kind": "peak", "position_s": settings.attack_s, "normalised": False}
    return {"kind": "onset", "position_s": PRE_ROLL_S, "normalised": True}


def _provenance(dataset: Dataset, data: TrainingData, settings: TrainSettings) -> dict[str, Any]:
    used = [dataset.samples[row] for row in data.train]
    return {
        "data": dataset.hash,
        "sounds": len(used),
        "labels": sorted({sample.label for sample in used} - {""}),
        "licences": sorted({sample.licence for sample in used} - {""}),
        "credits": [asdict(credit) for credit in dataset.credits],
        "sources": sorted({sample.source for sample in used} - {""}),
        "family": settings.recipe.family,
        "config": asdict(settings.recipe.config),
        "seed": settings.seed,
        "drumlin": __version__,
        "torch": torch.__version__.split("+")[0],
    }
