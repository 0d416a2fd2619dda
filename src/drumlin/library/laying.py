"""How the map is laid: once, when somebody first looks at it, and never again unless asked for.

Whichever map a sound was seen on stays in the catalogue, and so the sound stays where it is. A library that is still
small is laid by facts (`projecting.fit_facts`), a larger one by a fit. When it has grown far beyond what the map was
laid on, another one can be laid; the former ones are kept, so that going back is to use one of them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection

from ..errors import LibraryError, MissingError
from ..units import Array
from .catalogue import Catalogue
from .keeping import MAP, hold_kept, read_kept, write_kept
from .projecting import FactProjection, Projection, fit_facts, fit_projection

FORMAT, VERSION = "drumlin-map", 2

SETTLED = 200
"""With fewer sounds nothing is fitted: a plane through a handful of them suits no others."""

GROWN = 4
"""A library so many times as large as it was when its map was laid may want another one."""

KEPT = 20
"""Maps that are kept; older ones are forgotten."""

_FITTED_ON = 20_000


@dataclass(frozen=True)
class LaidMap:
    """A map: its number, how many sounds it was laid on (0: not known), and the function that places them."""

    number: int
    sounds: int
    projection: Projection | FactProjection

    @property
    def is_fitted(self) -> bool:
        """Whether it looks at vectors."""
        return isinstance(self.projection, Projection)

    def suits(self, embedder: str, size: int) -> bool:
        """Say whether it can place vectors of so many numbers, by this embedder."""
        own = self.projection
        return isinstance(own, FactProjection) or (own.embedder == embedder and len(own.mean) == size)

    def is_outgrown(self, sounds: int) -> bool:
        """Say whether a library of so many sounds may want another map."""
        if not self.is_fitted:
            return sounds >= SETTLED
        return 0 < self.sounds * GROWN <= sounds


@dataclass(frozen=True)
class Maps:
    """The maps of a catalogue, oldest first, and the number of the one in use."""

    used: int
    maps: tuple[LaidMap, ...]

    @property
    def current(self) -> LaidMap:
        """The map in use."""
        return next(one for one in self.maps if one.number == self.used)


def settle_map(catalogue: Catalogue, embedder: str, vectors: Array, guides: Array) -> LaidMap:
    """Return the map in use, which is laid now if nobody has looked before, or if other vectors are there now.

    Args:
        catalogue: keeps it.
        embedder: name of the vectors.
        vectors: of all sounds, (M, D), M at least 1.
        guides: see `projecting.fit_projection`.
    Raises:
        LibraryError: what is kept cannot be read.
    """
    with catalogue.read() as connection:
        maps = read_maps(connection)
    if maps is not None and maps.current.suits(embedder, vectors.shape[1]):
        return maps.current
    fitted = _fit(embedder, vectors, guides)
    with catalogue.write() as connection:
        hold_kept(connection)
        maps = read_maps(connection)
        if maps is not None and maps.current.suits(embedder, vectors.shape[1]):
            return maps.current  # somebody else was faster
        return _add(connection, maps, len(vectors), fitted)


def lay_map(catalogue: Catalogue, embedder: str, vectors: Array, guides: Array) -> LaidMap:
    """Lay another map, for the sounds that there are now, and use it; see `settle_map`. `use_map` goes back."""
    fitted = _fit(embedder, vectors, guides)
    with catalogue.write() as connection:
        hold_kept(connection)
        return _add(connection, read_maps(connection), len(vectors), fitted)


def use_map(catalogue: Catalogue, number: int) -> LaidMap:
    """Use a map that was laid before.

    Raises:
        MissingError: there is none of that number, or it is too old.
    """
    with catalogue.write() as connection:
        hold_kept(connection)
        maps = read_maps(connection)
        known = {} if maps is None else {one.number: one for one in maps.maps}
        if maps is None or number not in known:
            names = ", ".join(map(str, known)) or "none"
            raise MissingError(f"map {number} is not kept; there are {names}: choose one, or lay the map anew")
        _write(connection, replace(maps, used=number))
        return known[number]


def read_maps(connection: Connection) -> Maps | None:
    """Return the maps of a catalogue; None if none was laid.

    Raises:
        LibraryError: what is kept cannot be read.
    """
    content = read_kept(connection, MAP)
    if content is None:
        return None
    try:
        return _maps_of(json.loads(content))
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise LibraryError(f"the library's map cannot be read ({error}): update Drumlin") from error


def _fit(embedder: str, vectors: Array, guides: Array) -> Projection | FactProjection:
    if len(vectors) < SETTLED:
        return fit_facts(guides)
    chosen = np.linspace(0, len(vectors) - 1, min(len(vectors), _FITTED_ON)).astype(np.int64)
    return fit_projection(embedder, vectors[chosen], guides[chosen])


def _add(connection: Connection, maps: Maps | None, sounds: int, projection: Projection | FactProjection) -> LaidMap:
    former = () if maps is None else maps.maps
    laid = LaidMap(max((one.number for one in former), default=0) + 1, sounds, projection)
    _write(connection, Maps(laid.number, (*former, laid)[-KEPT:]))
    return laid


def _write(connection: Connection, maps: Maps) -> None:
    content = {"format": FORMAT, "version": VERSION, "used": maps.used, "maps": [_content(one) for one in maps.maps]}
    write_kept(connection, MAP, json.dumps(content))


def _content(laid: LaidMap) -> dict[str, Any]:
    content: dict[str, Any] = {"number": laid.number, "sounds": laid.sounds}
    own = laid.projection
    if isinstance(own, FactProjection):
        return content | {"by": "facts", "knots": own.knots.tolist()}
    numbers = {name: getattr(own, name).tolist() for name in ("mean", "axes", "knots")}
    return content | {"by": "vectors", "embedder": own.embedder, "edge": own.edge, **numbers}


def _maps_of(content: Mapping[str, Any]) -> Maps:
    if content["format"] == FORMAT and content["version"] == 1:  # one map, in a file of its own
        return Maps(1, (LaidMap(1, 0, _projection_of({**content, "by": "vectors", "edge": 0.0})),))
    if (content["format"], content["version"]) != (FORMAT, VERSION):
        raise ValueError(f"it is no map of version {VERSION}")
    maps = tuple(LaidMap(one["number"], one["sounds"], _projection_of(one)) for one in content["maps"])
    found = Maps(content["used"], maps)
    _ = found.current  # it is there
    return found


def _projection_of(content: Mapping[str, Any]) -> Projection | FactProjection:
    if content["by"] == "facts":
        return FactProjection(np.array(content["knots"], np.float64))
    mean, axes, knots = (np.array(content[name], np.float64) for name in ("mean", "axes", "knots"))
    return Projection(content["embedder"], mean, axes, knots, content["edge"])
