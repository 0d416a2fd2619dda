"""From a trained model to an instrument: graphs, the map of the plane, and the training sounds as points on it.

Shapes: B batch, D latent size, M training sounds, T points, N features.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
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
from .class_map import classed_map
from .data import TrainingData
from .graphs import export_plainly, graph_template
from .layout import lay_out
from .maps import PlaneMap, affine_map, placed_map, prior_map
from .settings import TrainSettings
from .templates import Template

CHUNK = 64
"""Sounds that are encoded or decoded at once."""

PRIOR_SOUNDS, PRIOR_SOUNDS_SKETCHED = 1024, 128
"""Sounds that a model without an encoder is asked for, to find out what its latent means."""

POINTS_SKETCHED = 600
"""Training sounds on the map of a snapshot: it should not keep the training waiting."""

PRIOR_SEED = 1
SHOWN_OF_A_DRUM = 20
PRE_ROLL_S = 0.0015
"""Playing starts so long before the onset, so that a transient is not cut."""

EARLY_PERCENT = 5.0
"""Playing starts where so many per cent of the training sounds have not started: a straggler does not delay all."""


INHERITED = ("licences", "credits", "sources")
"""What is told of the sounds that a start instrument learned from is told of those that learn from it."""


@dataclass(frozen=True)
class Points:
    """Training sounds in the latent and on the plane, and the map between both."""

    latents: Array
    places: Array
    labels: list[str]
    plane: PlaneMap


@dataclass(frozen=True)
class Company:
    """Sounds of a start instrument that stand on the map beside the training sounds.

    Args:
        waveforms: (M, T).
        labels: M.
    """

    waveforms: Array
    labels: tuple[str, ...]


@dataclass
class Kept:
    """What is worked out once for all exports of a training.

    Args:
        company: stands on the map beside the training sounds.
        origin: of the start instrument, if there is one: its name, hash, licences.
        templates: graphs that only have to be filled; None for one that cannot be.
        places: of sounds on the plane, by how many there are.
    """

    company: Company | None = None
    origin: dict[str, Any] | None = None
    templates: dict[str, Template | None] = field(default_factory=dict)
    places: dict[int, Array] = field(default_factory=dict)


def export_instrument(
    path: Path,
    model: Model,
    dataset: Dataset,
    data: TrainingData,
    settings: TrainSettings,
    facts: dict[str, Any],
    kept: Kept | None = None,
    is_sketch: bool = False,
) -> None:
    """Write the instrument of a model as it stands; the model itself is left alone.

    Args:
        path: where to.
        model: trained, or in training.
        dataset: what it learns from.
        data: the rows of it.
        settings: of the training.
        facts: `metrics` and `provenance` of the training so far.
        kept: is filled, and spares the next export of the same training most of the work.
        is_sketch: fewer sounds will do.
    Raises:
        InstrumentError: the file cannot be written, or the model makes no numbers.
    """
    kept = kept or Kept()
    resting = copy.deepcopy(model).cpu().eval()
    graphs = resting.graphs()
    with torch.no_grad():
        points = _points(resting, graphs, data, dataset.sample_rate, kept, is_sketch)
    save_instrument(
        path,
        name=path.stem.removesuffix(".snapshot"),
        recipe=settings.recipe.name,
        sample_rate=dataset.sample_rate,
        length=data.window,
        play_start_s=_play_start_s(dataset, data.train),
        graphs=_export(graphs, points.plane, kept),
        latents=points.latents,
        places=points.places,
        labels=points.labels,
        controls=resting.controls.ranges,
        classes=resting.controls.classes,
        provenance=_with_origin(_provenance(dataset, data, settings) | facts["provenance"], kept.origin),
        metrics=facts["metrics"],
        alignment=_alignment(dataset),
    )


def encode_all(module: nn.Module, data: TrainingData, rows: NDArray[np.int64]) -> Array:
    """Return the latents (M, D) of some rows."""
    return _in_chunks(len(rows), lambda part: module(torch.from_numpy(data.read(rows[part]))).numpy())


def _in_chunks(count: int, compute: Callable[[slice], Array]) -> Array:
    """Return what `compute` gives for successive parts of `count` sounds, joined."""
    return np.concatenate([compute(slice(start, start + CHUNK)) for start in range(0, count, CHUNK)])


def _points(
    model: Model, graphs: dict[str, Graph], data: TrainingData, sample_rate: int, kept: Kept, is_sketch: bool
) -> Points:
    if "encode" not in graphs:
        count = PRIOR_SOUNDS_SKETCHED if is_sketch else PRIOR_SOUNDS
        return _prior_points(model, graphs["decode"].module, data, sample_rate, count)
    shown = shown_rows(data)
    rows = _some(shown, POINTS_SKETCHED) if is_sketch else shown
    latents = encode_all(graphs["encode"].module, data, rows)
    labels = [data.classes[number] for number in data.labels[rows]]
    if company := kept.company:
        latents = np.concatenate([latents, _encode(graphs["encode"].module, company.waveforms)])
        labels += company.labels
    if model.latent == 2:
        plane = affine_map(latents)
    else:
        places = _places(data, rows, labels, sample_rate, kept)
        if len(model.controls.classes) > 1:
            kinds = np.array([data.classes.index(label) for label in labels])
            plane = classed_map(latents, places, kinds, len(data.classes))
        else:
            plane = placed_map(latents, places)
    return Points(latents, plane.places, labels, plane)


def shown_rows(data: TrainingData) -> NDArray[np.int64]:
    """Return the training rows that stand on the map: all, or where kits are capped a few of each kit and class.

    Hundreds of strokes of one drum would crowd the others out of the plane.
    """
    if not data.per_kit:
        return data.train
    drums: dict[tuple[int, int], list[int]] = {}
    for row in data.train:
        drums.setdefault((int(data.kits[row]), int(data.labels[row])), []).append(int(row))
    chosen = [_some(np.array(rows, dtype=np.int64), SHOWN_OF_A_DRUM) for rows in drums.values()]
    return np.sort(np.concatenate(chosen))


def _some(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return at most so many of the rows, evenly chosen."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def _places(data: TrainingData, rows: NDArray[np.int64], labels: list[str], sample_rate: int, kept: Kept) -> Array:
    """Return places by how the sounds sound: they stay where they are while a model learns."""
    if len(labels) not in kept.places:
        features = _features_of(data, rows, sample_rate)
        if kept.company:
            features = np.concatenate([features, _features_in_chunks(kept.company.waveforms, sample_rate)])
        numbers = np.unique(labels, return_inverse=True)[1]
        kept.places[len(labels)] = lay_out(features, numbers)
    return kept.places[len(labels)]


def _prior_points(model: Model, decoder: nn.Module, data: TrainingData, sample_rate: int, count: int) -> Points:
    """Lay out what a model makes by how it sounds; each training sound stands where the most alike one was made."""
    drawn = model.prior(count, torch.Generator().manual_seed(PRIOR_SEED))
    if drawn is None:
        raise TrainingError("a model needs an encoder or a prior")
    latents = drawn.numpy()
    made = _in_chunks(count, lambda part: _features(decoder(drawn[part]).numpy(), sample_rate))
    real = _features_of(data, data.train, sample_rate)
    plane = prior_map(latents, made)
    nearest = [int(np.argmin(np.square(made - row).sum(axis=1))) for row in real]
    labels = [data.classes[number] for number in data.labels[data.train]]
    return Points(latents[nearest], plane.places[nearest], labels, plane)


def _encode(module: nn.Module, waveforms: Array) -> Array:
    return _in_chunks(len(waveforms), lambda part: module(torch.from_numpy(waveforms[part])).numpy())


def _features_of(data: TrainingData, rows: NDArray[np.int64], sample_rate: int) -> Array:
    return _in_chunks(len(rows), lambda part: _features(data.read(rows[part]), sample_rate))


def _features_in_chunks(waveforms: Array, sample_rate: int) -> Array:
    return _in_chunks(len(waveforms), lambda part: _features(waveforms[part], sample_rate))


def _features(waveforms: Array, sample_rate: int) -> Array:
    """Return coarse log-mel pictures, (B, N): 24 bands, averaged over up to 8 stretches of time, floored at -70 dB."""
    levels = np.maximum(log_mel(waveforms, sample_rate, n_mels=24), -70.0)
    stretches = np.array_split(levels, min(8, levels.shape[-1]), axis=-1)
    return np.stack([part.mean(axis=-1) for part in stretches], axis=-1).reshape(len(waveforms), -1)


def _export(graphs: dict[str, Graph], plane: PlaneMap, kept: Kept) -> dict[str, bytes]:
    exported = {name: _exported(name, graph, kept) for name, graph in graphs.items()}
    if "map" not in exported:
        exported["map"] = plane.forward.graph("xy", "latent")
    if plane.inverse is not None and "place" not in exported:
        exported["place"] = plane.inverse.graph("latent", "xy")
    return exported


def _exported(name: str, graph: Graph, kept: Kept) -> bytes:
    if name not in kept.templates:
        kept.templates[name] = graph_template(graph)
    template = kept.templates[name]
    return export_plainly(graph) if template is None else template.fill(graph.module)


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


def _with_origin(provenance: dict[str, Any], origin: dict[str, Any] | None) -> dict[str, Any]:
    """Return the provenance with that of the start instrument: its licences and credits hold for what comes of it."""
    if origin is None:
        return provenance
    joined = {name: _union(provenance.get(name, []), origin.get(name, [])) for name in INHERITED}
    told = {name: value for name, value in origin.items() if name not in INHERITED}
    return {**provenance, **joined, "start": told}


def _union(one: list[Any], other: list[Any]) -> list[Any]:
    """Return what either list has, each once: names sorted, credits as they come."""
    joined = one + [item for item in other if item not in one]
    return sorted(joined) if all(isinstance(item, str) for item in joined) else joined
