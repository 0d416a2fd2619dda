"""The map between the plane of an instrument and its latent, as small graphs beside those of the model.

They are written operator by operator and not exported from torch: that takes no time.

`x, y` are in [-1, 1] for every model. A latent of two numbers is reached by an affine map of its robust range. A
larger one is reached by a blend of anchors: latents that have a place, weighted by how near they are.

Shapes: B batch, D latent size, M training sounds, A anchors.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..units import Array
from .layout import lay_out

LOW_PERCENT, HIGH_PERCENT = 1.0, 99.0
"""The range of an axis leaves out the most extreme hundredth at each end."""

LEAST_WIDTH = 1e-3
"""Half range of an axis along which nothing varies: the plane then hardly moves it, and nothing divides by 0."""

MOST_ANCHORS = 1024
"""Anchors of a plane: every training sound of a small library has its own."""

BLEND = 0.45
"""Width of an anchor's reach in distances between anchors: at an anchor its own sound prevails, and between two the
plane has no steps."""

OPSET, IR_VERSION = 18, 10
AXES = {"last": 1, "inner": 2}

Step = tuple[str, Sequence[str], str]
"""An operator, its inputs, its output."""


class Written(Protocol):
    """A map that can be written as a graph."""

    def graph(self, source: str, result: str) -> bytes:
        """Return the ONNX graph with these names of input and output."""


class Function(Written, Protocol):
    """A map that needs nothing but a position."""

    def __call__(self, at: Array) -> Array:
        """Return (B, outputs) for (B, inputs)."""


@dataclass(frozen=True)
class PlaneMap:
    """From plane to latent and, where the model has an encoder, back; `places` of what was laid out, (M, 2)."""

    forward: Written
    inverse: Function | None
    places: Array


@dataclass(frozen=True)
class Affine:
    """`at * scale + shift`, (B, N) to (B, N), moved into [-1, 1] where `inside`."""

    scale: Array
    shift: Array
    inside: bool = False

    def __call__(self, at: Array) -> Array:
        """Compute."""
        values = at * self.scale + self.shift
        return np.clip(values, -1.0, 1.0) if self.inside else values

    def graph(self, source: str, result: str) -> bytes:
        """Write."""
        size = len(self.scale)
        steps: list[Step] = [("Mul", (source, "scale"), "scaled"), ("Add", ("scaled", "shift"), "values")]
        steps.append(("Clip", ("values", "low", "high"), result) if self.inside else ("Identity", ("values",), result))
        tables = {"scale": self.scale, "shift": self.shift, "low": np.array(-1.0), "high": np.array(1.0)}
        return write_graph(steps, tables, [(source, size)], (result, size))


@dataclass(frozen=True)
class Blend:
    """Weighted mean of values at anchors, the weights falling with the squared distance from each.

    Args:
        anchors: (A, N).
        values: (A, K).
        width: of an anchor's reach.
        radius: norm that results are put back to, or None.
        inside: whether results are moved into [-1, 1].
    """

    anchors: Array
    values: Array
    width: float
    radius: float | None = None
    inside: bool = False

    def __call__(self, at: Array) -> Array:
        """Blend at positions (B, N); the square of the position itself cancels between the weights."""
        closeness = (at @ self._double.T - self._square) * self._sharpness
        weights = np.exp(closeness - closeness.max(axis=1, keepdims=True))
        blended: Array = weights / weights.sum(axis=1, keepdims=True) @ self.values
        if self.radius is not None:
            blended = blended * (self.radius / np.maximum(np.linalg.norm(blended, axis=1, keepdims=True), 1e-6))
        return np.clip(blended, -1.0, 1.0) if self.inside else blended

    def graph(self, source: str, result: str) -> bytes:
        """Write."""
        steps: list[Step] = [
            ("MatMul", (source, "double"), "products"),
            ("Sub", ("products", "square"), "closeness"),
            ("Mul", ("closeness", "sharpness"), "scores"),
            ("Softmax", ("scores",), "weights"),
            ("MatMul", ("weights", "values"), "blended"),
        ]
        steps += self._ending(result)
        tables = {
            "double": self._double.T,
            "square": self._square,
            "sharpness": np.array(self._sharpness),
            "values": self.values,
            **{"radius": np.array(self.radius or 0.0), "least": np.array(1e-6)},
            **{"low": np.array(-1.0), "high": np.array(1.0)},
        }
        return write_graph(steps, tables, [(source, self.anchors.shape[1])], (result, self.values.shape[1]))

    def _ending(self, result: str) -> list[Step]:
        if self.radius is not None:
            return [
                ("Mul", ("blended", "blended"), "squares"),
                ("ReduceSum", ("squares", "last"), "energy"),
                ("Sqrt", ("energy",), "norm"),
                ("Max", ("norm", "least"), "divisor"),
                ("Div", ("blended", "divisor"), "direction"),
                ("Mul", ("direction", "radius"), result),
            ]
        return [("Clip", ("blended", "low", "high"), result) if self.inside else ("Identity", ("blended",), result)]

    @property
    def _double(self) -> Array:
        return 2.0 * self.anchors

    @property
    def _square(self) -> Array:
        square: Array = np.square(self.anchors).sum(axis=1)
        return square

    @property
    def _sharpness(self) -> float:
        return 0.5 / self.width**2


def affine_map(latents: Array) -> PlaneMap:
    """Return the map of the robust range of latents (M, 2)."""
    low, high = np.percentile(latents, [LOW_PERCENT, HIGH_PERCENT], axis=0)
    centre, half = (low + high) / 2, np.maximum((high - low) / 2, LEAST_WIDTH)
    places = np.clip((latents - centre) / half, -1.0, 1.0)
    return PlaneMap(Affine(half, centre), Affine(1.0 / half, -centre / half, inside=True), places)


def anchored_map(latents: Array, features: Array, labels: Array | None = None) -> PlaneMap:
    """Return the map through anchors among the training sounds, laid out by `features`.

    Args:
        latents: (M, D), any D.
        features: (M, N): what alike sounds have alike; the latents themselves will do.
        labels: (M,), whole numbers that are drawn together, or None.
    """
    return placed_map(latents, lay_out(features, labels))


def placed_map(latents: Array, places: Array) -> PlaneMap:
    """Return the map through anchors among training sounds that have their places, (M, D) and (M, 2)."""
    chosen = anchor_rows(places)
    anchors, values = places[chosen], latents[chosen]
    return PlaneMap(Blend(anchors, values, BLEND * spacing(anchors)), nearest_places(anchors, values), places)


def nearest_places(anchors: Array, values: Array) -> Blend:
    """Return the map back from latents to the plane: between the places of those that are nearest."""
    return Blend(values, anchors, BLEND * spacing(values), inside=True)


def prior_map(latents: Array, features: Array) -> PlaneMap:
    """Return the map of a model without an encoder, through latents drawn from its prior.

    A blend of noise is nearer to the centre than any noise: it is put back to the typical distance.
    """
    places = lay_out(features)
    chosen = anchor_rows(places)
    radius = float(np.median(np.linalg.norm(latents, axis=1)))
    width = BLEND * spacing(places[chosen])
    return PlaneMap(Blend(places[chosen], latents[chosen], width, radius), None, places)


def anchor_rows(places: Array) -> Array:
    """Return which rows of places (M, 2) are anchors: all, or those nearest to the knots of a grid, each once."""
    if len(places) <= MOST_ANCHORS:
        return np.arange(len(places))
    line = np.linspace(-1.0, 1.0, math.isqrt(MOST_ANCHORS))
    knots = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    nearest = [int(np.argmin(np.square(places - knot).sum(axis=1))) for knot in knots]
    return np.unique(nearest)


def spacing(points: Array) -> float:
    """Return the median distance to the nearest other point."""
    if len(points) < 2:
        return 1.0
    squares = np.square(points).sum(axis=1)
    distances = squares[:, None] + squares[None] - 2.0 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    return max(float(np.sqrt(np.median(np.maximum(distances.min(axis=1), 0.0)))), LEAST_WIDTH)


def write_graph(
    steps: Sequence[Step], tables: Mapping[str, Array], sources: Sequence[tuple[str, int]], result: tuple[str, int]
) -> bytes:
    """Return an ONNX model of operators in a row; tables that none of them uses are left out.

    Args:
        steps: the operators.
        tables: constants by name; `last` and `inner` are the axes 1 and 2.
        sources: names and sizes of the inputs.
        result: name and size of the output.
    """
    from onnx import TensorProto, helper, numpy_helper

    nodes = [helper.make_node(operator, list(inputs), [output]) for operator, inputs, output in steps]
    used = {name for _, inputs, _ in steps for name in inputs}
    arrays = {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in tables.items() if name in used}
    constants = [numpy_helper.from_array(value, name) for name, value in arrays.items()]
    axes = [numpy_helper.from_array(np.array([axis], np.int64), name) for name, axis in AXES.items() if name in used]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size]) for name, size in (*sources, result)
    ]
    graph = helper.make_graph(nodes, "plane", ends[:-1], ends[-1:], [*constants, *axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    data: bytes = model.SerializeToString()
    return data
