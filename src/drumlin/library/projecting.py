"""From a sound to its place on the map: fixed functions, so that a sound stays where it is whatever joins it later.

Right is bright, up is long. A `Projection` looks at the sounds' vectors: a plane through those that it is fitted on,
turned so that bright lies to the right and long above. A `FactProjection` looks at brightness and decay alone: it is
for a library that has too few sounds to find a plane in, and leaves room for those that come later.

Shape letters: `M` sounds, `D` numbers of a vector, `K` knots.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array

EDGE = 0.02
"""Share of the map, on each side, that is left for sounds beyond all of those that it is fitted on."""

_KNOTS = 65

_BRIGHTNESS = (-3.1, -1.75, -1.25, -0.8, -0.35, 0.1, 0.65, 1.0, 2.75)
_LOG_DECAY = (-3.3, -1.6, -1.3, -0.95, -0.65, -0.3, 0.1, 0.65, 1.4)
_TYPICAL = np.array([_BRIGHTNESS, _LOG_DECAY]).T
"""Eighths of brightness and decay among 432 real one-shots of 41 kits, rounded; these were cut at 2 s, so that the
longest decay is set to 4 s."""

_AROUND = 0.25
"""How far around a sound, in octaves and in logarithms of decay, there is more room on a map by facts."""


@dataclass(frozen=True)
class Projection:
    """From vectors to places: `mean` (D,), `axes` (D, 2), `knots` (K, 2); `embedder` names the vectors."""

    embedder: str
    mean: Array
    axes: Array
    knots: Array
    edge: float = EDGE

    def places(self, vectors: Array, guides: Array) -> Array:
        """Return the places (M, 2) of sounds in [0, 1]; for vectors (M, D) and `guides` see `fit_projection`."""
        return spread((vectors - self.mean) @ self.axes, self.knots, self.edge)


@dataclass(frozen=True)
class FactProjection:
    """From brightness and decay to places: `knots` (K, 2)."""

    knots: Array

    def places(self, vectors: Array, guides: Array) -> Array:
        """Return the places (M, 2) of sounds; see `Projection.places`."""
        return spread(guides, self.knots, EDGE)


def fit_projection(embedder: str, vectors: Array, guides: Array) -> Projection:
    """Fit the map of some sounds.

    Args:
        embedder: name of the vectors.
        vectors: (M, D), M at least 1.
        guides: brightness in octaves above 1 kHz and logarithm of decay in s of each, (M, 2): what the axes are
            turned to.
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


def fit_facts(guides: Array) -> FactProjection:
    """Lay a map by facts: half of it is for sounds as they are everywhere, half for more room around these sounds.

    Args:
        guides: of the sounds, (M, 2), see `fit_projection`.
    """
    shares = np.linspace(0.0, 1.0, 1001)
    eighths = np.linspace(0.0, 1.0, len(_TYPICAL))
    typical = np.stack([np.interp(shares, eighths, _TYPICAL[:, axis]) for axis in range(2)], axis=1)
    near = np.linspace(-_AROUND, _AROUND, -(-len(typical) // len(guides)))
    own = (guides[:, None, :] + near[None, :, None]).reshape(-1, 2)
    together = np.concatenate([typical, np.clip(own, _TYPICAL[0], _TYPICAL[-1])])
    knots = np.quantile(together, np.linspace(0.0, 1.0, _KNOTS), axis=0)
    return FactProjection(knots + np.arange(_KNOTS)[:, None] * 1e-9)


def spread(values: Array, knots: Array, edge: float) -> Array:
    """Return places (M, 2) in [0, 1] of values (M, 2): even between the knots, nearer and nearer to the side beyond."""
    even = np.linspace(edge, 1.0 - edge, len(knots))
    between = np.stack([np.interp(values[:, axis], knots[:, axis], even) for axis in range(2)], axis=1)
    reach = (knots[-1] - knots[0]) / 4
    below, above = np.maximum(knots[0] - values, 0.0) / reach, np.maximum(values - knots[-1], 0.0) / reach
    places: Array = between + edge * (np.exp(-below) - np.exp(-above))
    return places.astype(np.float32)


def _standard(values: Array) -> Array:
    scaled: Array = (values - values.mean(axis=0)) / np.maximum(values.std(axis=0), 1e-9)
    return scaled
