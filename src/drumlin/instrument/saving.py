"""Writing an instrument: check everything that loading will check, then replace the file at once.

Shape letters: M samples, D latent size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
from pydantic import ValidationError

from ..errors import InstrumentError
from ..parameters import ParameterRange
from ..provenance import hash_bytes
from ..units import Array
from .archive import CHECK, GRAPHS, MANIFEST, POINTS, pack, replace_file
from .checking import check_graphs, check_pair
from .graphs import Graph
from .instrument import Instrument
from .manifest import Alignment, ControlEntry, GraphName, Manifest
from .points import Points, pack_arrays, pack_points
from .verifying import remember
from .votes import Votes


def save_instrument(
    path: Path | str,
    *,
    name: str,
    recipe: str,
    sample_rate: int,
    length: int,
    play_start_s: float,
    graphs: Mapping[str, bytes],
    latents: Array,
    places: Array,
    labels: Sequence[str],
    controls: tuple[ParameterRange, ...] = (),
    classes: tuple[str, ...] = (),
    names: Sequence[str] | None = None,
    provenance: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
    alignment: Mapping[str, Any] | None = None,
) -> str:
    """Write an instrument and return the SHA-256 of its file. Equal content gives an equal file.

    Args:
        path: where to; an old file is replaced, whole or not at all.
        name: what people call it.
        recipe: name of the recipe it was trained by.
        sample_rate: Hz.
        length: points of the decoder's output.
        play_start_s: where playing starts in it, seconds.
        graphs: ONNX models by name: `decode` and `map`, and where there are such `encode` and `place`.
        latents: of the training samples, (M, D); M may be 0.
        places: of the training samples on the plane, (M, 2), within [-1, 1].
        labels: of the training samples, M; an empty one for the unlabelled.
        controls: the model's own controls, in the order of the graphs' `controls` input.
        classes: class names, in the order of the graphs' `class` input.
        names: of the training samples, M; None (usual): the file does not tell.
        provenance: data hash, licences, configuration of the training; no person, host, path or time.
        metrics: numbers measured in training.
        alignment: `kind` (`peak` or `onset`), `position_s` and `normalised` of prepared sounds; None: a peak at 0.1 s.
    Raises:
        InstrumentError: something does not fit together, or the file cannot be written.
        InstrumentUnsafeError: a graph that loading would refuse.
    """
    latents = np.ascontiguousarray(latents, dtype=np.float32)
    points = Points(latents, np.ascontiguousarray(places, dtype=np.float32), tuple(labels), _tuple(names))
    _check_points(points)
    try:
        manifest = Manifest(
            name=name,
            recipe=recipe,
            sample_rate=sample_rate,
            length=length,
            latent_size=latents.shape[1],
            play_start_s=play_start_s,
            alignment=Alignment(**(alignment or {})),
            classes=classes,
            controls=tuple(ControlEntry(**asdict(control)) for control in controls),
            graphs=cast(dict[GraphName, str], {graph: hash_bytes(data) for graph, data in graphs.items()}),
            points=len(points),
            labels=tuple(sorted(set(labels))),
            names=points.names,
            provenance=dict(provenance or {}),
            metrics=dict(metrics or {}),
        )
    except (ValidationError, TypeError) as error:
        raise InstrumentError(f"{name!r} cannot be saved: {error}") from error
    return _write(Path(path), manifest, points, graphs)


def _write(path: Path, manifest: Manifest, points: Points, graphs: Mapping[str, bytes]) -> str:
    instrument = Instrument(manifest, {key: Graph(key, data) for key, data in graphs.items()}, points, "")
    check_graphs(manifest, graphs)
    check = _make_pair(instrument)
    check_pair(manifest, graphs, check)
    members = {MANIFEST: manifest.to_json(), POINTS: pack_points(points, manifest.labels), CHECK: pack_arrays(check)}
    data = pack(members | {GRAPHS[key]: graph for key, graph in graphs.items()})
    replace_file(path, data)
    digest = hash_bytes(data)
    remember(digest)
    return digest


def _make_pair(instrument: Instrument) -> dict[str, Array]:
    """Return one sound's inputs and output, and that sound encoded where there is an encoder."""
    points, size = instrument.points, instrument.latent_size
    latent = points.latents[:1] if len(points) else np.linspace(-0.5, 0.5, size, dtype=np.float32)[None]
    defaults = [[control.default for control in instrument.controls]]
    pair = {
        "latent": latent,
        "class": Votes(instrument.classes, points.labels, points.latents).at(latent[0])[None],
        "controls": np.array(defaults, dtype=np.float32).reshape(1, -1),
        "seed": np.zeros(1, dtype=np.int64),
        "velocity": np.ones((1, 1), dtype=np.float32),
        "length": np.array([[instrument.length / instrument.sample_rate]], dtype=np.float32),
    }
    pair["waveform"] = instrument.decode(latent, classes=pair["class"])
    if instrument.has_encoder:
        pair["encoded"] = instrument.encode(pair["waveform"])
    return pair


def _check_points(points: Points) -> None:
    count = len(points)
    shaped = points.latents.ndim == 2 and len(points.latents) == count and points.places.shape == (count, 2)
    if not shaped:
        found = f"latents {points.latents.shape}, places {points.places.shape}"
        raise InstrumentError(f"{found} for {count} labels: (M, D) and (M, 2) for M labels are expected")
    if not (np.isfinite(points.latents).all() and np.isfinite(points.places).all()):
        raise InstrumentError("latents or places hold what is no number: the training went wrong")
    if count and np.abs(points.places).max() > 1.0 + 1e-6:
        raise InstrumentError("a place lies outside [-1, 1]")


def _tuple(names: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(names)
