"""A flat map of the library that stays put: the same sound lies at the same place, whatever joins it later.

The place is a fixed function of a sound's vector: a plane through the vectors, turned so that bright lies to the right
and long above, and each axis stretched so that the sounds spread evenly. The function is fitted once, on the sounds
that are there, and kept in the library's folder; sounds that come later are placed by it, and move nothing.

Shape letters: `M` sounds, `D` numbers of a vector, `K` knots.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ..audio.files import write_atomically
from ..errors import LibraryError
from ..units import Array
from .picture import WHOLE
from .tables import assignments, samples, tags
from .triage import VERDICTS
from .vectors import Vectors

FORMAT, VERSION = "drumlin-map", 1

SETTLED = 200
"""With fewer sounds the map is not kept: a plane through a handful of them suits no others."""

_FITTED_ON = 20_000
_KNOTS = 65
_SHORTEST_S = 1e-3  # of a decay: below, the ear hears none


@dataclass(frozen=True)
class Places:
    """Where sounds lie.

    Args:
        ids: numbers of the sounds, (M,).
        places: x and y in [0, 1], (M, 2); right is bright, up is long.
        tags: the surest tag of each, as an index into `names`, -1 for none, (M,).
        copies: sounds in its group of near-duplicates, (M,).
        names: tags.
    """

    ids: NDArray[np.int64]
    places: Array
    tags: NDArray[np.int64]
    copies: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Projection:
    """From vectors to places: `mean` (D,), `axes` (D, 2), `knots` (K, 2); `embedder` names the vectors."""

    embedder: str
    mean: Array
    axes: Array
    knots: Array

    def places(self, vectors: Array) -> Array:
        """Return the places (M, 2) of vectors (M, D), each in [0, 1]."""
        flat = (vectors - self.mean) @ self.axes
        even = np.linspace(0.0, 1.0, len(self.knots))
        columns = [np.interp(flat[:, axis], self.knots[:, axis], even) for axis in range(2)]
        return np.stack(columns, axis=1).astype(np.float32)


def fit_projection(embedder: str, vectors: Array, guides: Array) -> Projection:
    """Fit the map of some sounds.

    Args:
        embedder: name of the vectors.
        vectors: (M, D), M at least 1.
        guides: brightness and logarithm of decay of each, (M, 2): what the axes are turned to.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    centred = vectors - mean
    _, directions = np.linalg.eigh(centred.T @ centred)
    plane = directions[:, -2:]  # the two along which the sounds differ most
    flat = _standard(centred @ plane)
    left, _, right = np.linalg.svd(flat.T @ _standard(guides))
    axes = plane / np.maximum((centred @ plane).std(axis=0), 1e-9) @ (left @ right)
    knots = np.quantile(centred @ axes, np.linspace(0.0, 1.0, _KNOTS), axis=0)
    knots += np.arange(_KNOTS)[:, None] * 1e-9  # in order also where many sounds are alike
    return Projection(embedder, mean, axes, knots)


def place_sounds(connection: Connection, vectors: Vectors, folder: Path, embedder: str) -> Places:
    """Return where all sounds of the library lie.

    Args:
        connection: to the catalogue.
        vectors: of the library.
        folder: where the projection is kept.
        embedder: name of the vectors.
    Raises:
        LibraryError: the kept projection cannot be read.
    """
    columns = (samples.c.id, samples.c.cluster, samples.c.brightness, samples.c.decay_s)
    known = {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns).where(~samples.c.is_missing))}
    blocks = list(vectors.blocks(connection, WHOLE))
    ids = np.concatenate([block for block, _ in blocks]) if blocks else np.zeros(0, np.int64)
    there = np.fromiter((one in known for one in ids.tolist()), bool, len(ids))
    if not there.any():
        return Places(ids[:0], np.zeros((0, 2), np.float32), ids[:0], ids[:0], ())
    ids, present = ids[there], np.concatenate([block for _, block in blocks])[there]
    rows = [known[one] for one in ids.tolist()]
    projection = _projection(folder / "map.json", embedder, present, rows)
    numbers, names = _surest_tags(connection, ids.tolist())
    clusters = [-number if row[0] is None else row[0] for number, row in zip(ids.tolist(), rows, strict=True)]
    _, which, counts = np.unique(np.array(clusters, np.int64), return_inverse=True, return_counts=True)
    return Places(ids, projection.places(present), numbers, counts[which], names)


def _projection(path: Path, embedder: str, vectors: Array, rows: Sequence[tuple[Any, ...]]) -> Projection:
    """Return the projection that is kept, or a new one, of `rows` of cluster, brightness and decay."""
    kept = _read(path)
    if kept is not None and kept.embedder == embedder and len(kept.mean) == vectors.shape[1]:
        return kept
    chosen = np.linspace(0, len(vectors) - 1, min(len(vectors), _FITTED_ON)).astype(np.int64)
    guides = [(rows[one][1] or 0.0, np.log(max(rows[one][2] or 0.0, _SHORTEST_S))) for one in chosen.tolist()]
    fitted = fit_projection(embedder, vectors[chosen], np.array(guides))
    if len(vectors) >= SETTLED:
        content = {"format": FORMAT, "version": VERSION, "embedder": embedder}
        numbers = {name: getattr(fitted, name).tolist() for name in ("mean", "axes", "knots")}
        write_atomically(path, json.dumps(content | numbers).encode("ascii"))
    return fitted


def _read(path: Path) -> Projection | None:
    try:
        content: Mapping[str, Any] = json.loads(path.read_text(encoding="ascii"))
        if (content["format"], content["version"]) != (FORMAT, VERSION):
            raise LibraryError(f"{path} is no map of version {VERSION}: update Drumlin, or delete it to draw a new one")
        numbers = (np.array(content[name], np.float64) for name in ("mean", "axes", "knots"))
        return Projection(content["embedder"], *numbers)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{path} cannot be read as a map: {error}; delete it to draw a new one") from error


def _surest_tags(connection: Connection, ids: list[int]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return for each sound its surest tag by the user's word or as imported; what the user denies does not count."""
    query = select(assignments.c.sample_id, tags.c.name, assignments.c.origin, assignments.c.confidence)
    query = query.join(tags, tags.c.id == assignments.c.tag_id)
    query = query.where(assignments.c.origin != "suggested", tags.c.name.not_in(VERDICTS))
    said: dict[tuple[int, str], tuple[bool, float]] = {}
    for number, name, origin, confidence in connection.execute(query):
        word = (origin == "user", confidence)
        said[number, name] = max(word, said.get((number, name), word))
    best: dict[int, str] = {}
    for (number, name), word in sorted(said.items(), key=lambda one: (one[1], one[0])):
        if word[1] > 0:
            best[number] = name  # surer ones come later
    names = tuple(sorted(set(best.values())))
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[best[one]] if one in best else -1 for one in ids], np.int64), names


def _standard(values: Array) -> Array:
    scaled: Array = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9)
    return scaled
