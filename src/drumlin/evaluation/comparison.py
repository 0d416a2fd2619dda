"""All systems against the real sounds of unseen kits, on several embeddings, with the same resamples for all.

Shapes: M sounds, D numbers of an embedding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from ..units import Array, Waveform
from .bench import REAL, Bench
from .distribution import NEIGHBOURS, compare_kernel_distances, neighbourhood
from .embeddings import Embedding, Standardiser
from .frechet import extrapolated_frechet
from .recognition import learned_from

UNTRAINED = ("log-mel", "scattering")
"""Embeddings through which a classifier looks that learns from made sounds: nothing in them knows of drums."""

LEAST_FRECHET = 8
"""Fewer sounds cannot be followed to endless numbers of them."""

REFERENCE, TRAIN, SCALE = "reference", "train", "scale"
"""Names of the sets of real sounds among the embedded ones."""


def embed_all(windows: Waveform, embeddings: Sequence[Embedding]) -> dict[str, Array]:
    """Return the embeddings of windows (M, T) by name."""
    return {embedding.name: embedding.embed(windows) for embedding in embeddings}


def write_embedded(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name so that there is the whole file or none."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    temporary.replace(path)


def read_embedded(path: Path) -> dict[str, Array]:
    """Read what `write_embedded` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def compare(
    bench: Bench,
    real: Mapping[str, Mapping[str, Array]],
    made: Mapping[str, Mapping[str, Array]],
    labels: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """Return the distribution measures of all systems as JSON content, by embedding.

    Args:
        bench: what they are judged by.
        real: embeddings by name of the sets `REFERENCE`, `TRAIN` and `SCALE`.
        made: embeddings by name of each instrument's first hits.
        labels: what each of them was asked for, by name of the instrument.
    """
    labels = {**labels, REAL: bench.asked}
    return {name: _compare_on(name, bench, real, made, labels) for name in real[REFERENCE]}


def _compare_on(
    embedding: str,
    bench: Bench,
    real: Mapping[str, Mapping[str, Array]],
    made: Mapping[str, Mapping[str, Array]],
    labels: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    standardise = Standardiser.fit(real[SCALE][embedding])
    reference, kits = standardise(real[REFERENCE][embedding]), bench.reference.kits
    systems = {REAL: standardise(real[TRAIN][embedding][bench.matched])}
    systems |= {name: standardise(arrays[embedding]) for name, arrays in made.items()}
    own = {REAL: [bench.train.kits[at] for at in bench.matched]}
    settings = bench.settings
    distances = compare_kernel_distances(
        systems, reference, kits, system_kits=own, resamples=settings.resamples, seed=settings.seed
    )
    rows: dict[str, dict[str, Any]] = {name: {"kid": asdict(distances.interval(name))} for name in systems}
    for name, array in systems.items():
        if len(reference) > NEIGHBOURS:
            rows[name] |= asdict(neighbourhood(array, reference, kits, resamples=settings.resamples))
        if min(len(reference), len(array)) >= LEAST_FRECHET:
            found = extrapolated_frechet(array, reference, kits, seed=settings.seed)
            rows[name] |= {"frechet": asdict(found.distance), "frechet_measured": found.measured}
        if embedding in UNTRAINED:
            rows[name] |= _learned_from(array, labels[name], reference, bench.reference.labels)
    return {
        "kept": standardise.kept,
        "rows": rows,
        "differences": [
            {"of": first, "to": second, "kid": asdict(distances.difference(first, second))}
            for first, second in combinations(systems, 2)
        ],
    }


def _learned_from(made: Array, labels: Sequence[str], real: Array, real_labels: Sequence[str]) -> dict[str, Any]:
    """Return how often a classifier that learned from made sounds is right on real ones; nothing if it cannot learn."""
    if len(set(labels) - {""}) < 2 or not set(labels) - {""} & set(real_labels):
        return {}
    found = learned_from(made, labels, real, real_labels)
    return {"learned_label": asdict(found.label.share), "learned_family": asdict(found.family.share)}
