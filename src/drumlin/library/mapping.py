"""A flat map of the library that stays put: the same sound lies at the same place, whatever joins it later.

The place is a fixed function of a sound (`projecting`), which is chosen when somebody first looks and then kept
(`laying`); sounds that come later are placed by it, and move nothing.

Shape letters: `M` sounds, `D` numbers of a vector.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ..units import Array
from .catalogue import Catalogue
from .laying import LaidMap, lay_map, settle_map
from .picture import WHOLE
from .tables import assignments, samples, tags
from .triage import VERDICTS
from .vectors import Vectors

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
        laid: the map on which they lie; None for a library without sounds.
    """

    ids: NDArray[np.int64]
    places: Array
    tags: NDArray[np.int64]
    copies: NDArray[np.int64]
    names: tuple[str, ...]
    laid: LaidMap | None


@dataclass(frozen=True)
class _Known:
    """What a map looks at: numbers of sounds (M,), vectors (M, D), guides (M, 2), groups of near-duplicates (M,)."""

    ids: NDArray[np.int64]
    vectors: Array
    guides: Array
    clusters: NDArray[np.int64]


def place_sounds(catalogue: Catalogue, vectors: Vectors, embedder: str) -> Places:
    """Return where all sounds of the library lie; the first time, the map is laid.

    Args:
        catalogue: of the library.
        vectors: of the library.
        embedder: name of the vectors.
    Raises:
        LibraryError: the map that is kept cannot be read.
    """
    with catalogue.read() as connection:
        known = _known(connection, vectors)
    if not len(known.ids):
        return Places(known.ids, np.zeros((0, 2), np.float32), known.ids, known.ids, (), None)
    laid = settle_map(catalogue, embedder, known.vectors, known.guides)
    with catalogue.read() as connection:
        numbers, names = _surest_tags(connection, known.ids.tolist())
    _, which, counts = np.unique(known.clusters, return_inverse=True, return_counts=True)
    places = laid.projection.places(known.vectors, known.guides)
    return Places(known.ids, places, numbers, counts[which], names, laid)


def lay_anew(catalogue: Catalogue, vectors: Vectors, embedder: str) -> LaidMap | None:
    """Lay another map for the sounds that are there now, and use it; `laying.use_map` goes back. None: no sounds."""
    with catalogue.read() as connection:
        known = _known(connection, vectors)
    return lay_map(catalogue, embedder, known.vectors, known.guides) if len(known.ids) else None


def _known(connection: Connection, vectors: Vectors) -> _Known:
    columns = (samples.c.id, samples.c.cluster, samples.c.brightness, samples.c.decay_s)
    facts = {row[0]: tuple(row) for row in connection.execute(select(*columns).where(~samples.c.is_missing))}
    blocks = list(vectors.blocks(connection, WHOLE))
    ids = np.concatenate([block for block, _ in blocks]) if blocks else np.zeros(0, np.int64)
    there = np.fromiter((one in facts for one in ids.tolist()), bool, len(ids))
    if not there.any():
        return _Known(ids[:0], np.zeros((0, 0)), np.zeros((0, 2)), ids[:0])
    rows = [facts[one] for one in ids[there].tolist()]
    return _Known(
        ids[there],
        np.concatenate([block for _, block in blocks])[there],
        np.array([(row[2] or 0.0, np.log(max(row[3] or 0.0, _SHORTEST_S))) for row in rows]),
        np.array([-row[0] if row[1] is None else row[1] for row in rows], np.int64),
    )


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
