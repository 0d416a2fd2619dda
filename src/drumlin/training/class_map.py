"""The map of an instrument with classes: at a place, each class has what its own sounds are there, and they are mixed.

A class that is asked for by name is heard all over the plane: where none of its sounds is near, the nearest ones blend,
the more of them the farther they are, so that no place is without the class and none has a step.

Shapes: B batch, D latent size, A anchors, K classes.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .maps import BLEND, PlaneMap, Step, anchor_rows, nearest_places, spacing, write_graph

FAR = 0.15
"""How much farther the reach of an anchor grows with the distance of the nearest one of its class."""

ABSENT = -1e9


def classed_map(latents: Array, places: Array, kinds: Array, count: int) -> PlaneMap:
    """Return the map through anchors among training sounds of several classes.

    Args:
        latents: (M, D).
        places: (M, 2).
        kinds: class of each, (M,), 0 to `count` - 1.
        count: K.
    """
    chosen = anchor_rows(places)
    anchors, values = places[chosen], latents[chosen]
    forward = ClassBlend(anchors, values, np.asarray(kinds)[chosen], count, BLEND * spacing(anchors))
    return PlaneMap(forward, nearest_places(anchors, values), places)


@dataclass(frozen=True)
class ClassBlend:
    """Weighted mean of values at anchors: for each class over its own, and over the classes by their weights.

    Args:
        anchors: places, (A, 2).
        values: latents, (A, D).
        kinds: class of each anchor, (A,), 0 to K - 1; a class without anchors takes all of them.
        count: K.
        width: of an anchor's reach.
    """

    anchors: Array
    values: Array
    kinds: Array
    count: int
    width: float

    def __call__(self, at: Array, classes: Array) -> Array:
        """Return latents (B, D) at places (B, 2) for class weights (B, K) that sum to 1."""
        squares = np.square(at[:, None] - self.anchors[None]).sum(axis=-1)[:, None]  # (B, 1, A)
        own = squares - self._absent[None]  # (B, K, A)
        nearest = own.min(axis=2, keepdims=True)
        scores = (nearest - own) / (2.0 * self.width**2 + FAR * nearest)
        weights = np.exp(scores - scores.max(axis=2, keepdims=True))
        weights = weights / weights.sum(axis=2, keepdims=True)
        blended: Array = np.einsum("bk,bka->ba", classes, weights) @ self.values
        return blended

    def graph(self, source: str, result: str) -> bytes:
        """Return the ONNX graph with the input `source` for places, `class` for weights, and the output `result`."""
        steps: list[Step] = [
            ("MatMul", (source, "double"), "products"),
            ("Mul", (source, source), "powers"),
            ("ReduceSum", ("powers", "last"), "length"),
            ("Sub", ("length", "products"), "partial"),
            ("Add", ("partial", "square"), "squares"),  # (B, A)
            ("Unsqueeze", ("squares", "last"), "rows"),
            ("Sub", ("rows", "absent"), "own"),  # (B, K, A)
            ("Neg", ("own",), "turned"),
            ("ReduceMax", ("turned", "inner"), "lowest"),
            ("Sub", ("turned", "lowest"), "gap"),
            ("Mul", ("lowest", "far"), "further"),
            ("Add", ("further", "reach"), "divisor"),
            ("Div", ("gap", "divisor"), "scores"),
            ("Softmax", ("scores",), "weights"),
            ("Unsqueeze", ("class", "last"), "wanted"),  # (B, 1, K)
            ("MatMul", ("wanted", "weights"), "shares"),
            ("MatMul", ("shares", "values"), "stacked"),
            ("Squeeze", ("stacked", "last"), result),
        ]
        tables = {
            "double": 2.0 * self.anchors.T,
            "square": np.square(self.anchors).sum(axis=1),
            "absent": self._absent,
            "far": np.array(-FAR),
            "reach": np.array(2.0 * self.width**2),
            "values": self.values,
        }
        return write_graph(steps, tables, [(source, 2), ("class", self.count)], (result, self.values.shape[1]))

    @property
    def _absent(self) -> Array:
        """What is taken from the squared distances, (K, A): 0 for a class's own anchors, far below 0 for others."""
        own = np.arange(self.count)[:, None] == self.kinds[None]
        own[~own.any(axis=1)] = True
        return np.where(own, 0.0, ABSENT)
