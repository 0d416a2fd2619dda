"""The map between the plane of an instrument and its latent, as modules that are exported with the model.

`x, y` are in [-1, 1] for every model. A latent of two numbers is reached by an affine map of its robust range. A
larger one is reached by a blend of anchors: latents that have a place, weighted by how near they are.

Shapes: B batch, D latent size, M training sounds, A anchors.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..units import Array

LOW_PERCENT, HIGH_PERCENT = 1.0, 99.0
"""The range of an axis leaves out the most extreme hundredth at each end."""

LEAST_WIDTH = 1e-3
"""Half range of an axis along which nothing varies: the plane then hardly moves it, and nothing divides by 0."""

GRID = 16
"""Anchors per side of the plane."""

BLEND = 0.75
"""Width of an anchor's reach in distances between anchors: neighbours overlap, and the plane has no steps."""


@dataclass(frozen=True)
class PlaneMap:
    """From plane to latent and, where the model has an encoder, back; `places` of what was laid out, (M, 2)."""

    forward: nn.Module
    inverse: nn.Module | None
    places: Array


class AffineMap(nn.Module):
    """Plane (B, 2) to a latent of two numbers."""

    centre: Tensor
    reach: Tensor

    def __init__(self, centre: Array, reach: Array) -> None:
        super().__init__()
        self.register_buffer("centre", _tensor(centre))
        self.register_buffer("reach", _tensor(reach))

    def forward(self, xy: Tensor) -> Tensor:
        """Scale and shift."""
        return xy * self.reach + self.centre


class AffinePlace(nn.Module):
    """A latent of two numbers to the plane, moved inside where it lies outside."""

    centre: Tensor
    reach: Tensor

    def __init__(self, centre: Array, reach: Array) -> None:
        super().__init__()
        self.register_buffer("centre", _tensor(centre))
        self.register_buffer("reach", _tensor(reach))

    def forward(self, latent: Tensor) -> Tensor:
        """Shift, scale and clip."""
        return ((latent - self.centre) / self.reach).clamp(-1.0, 1.0)


class Blend(nn.Module):
    """Weighted mean of values at anchors, the weights falling with the squared distance from each."""

    anchors: Tensor
    values: Tensor
    square: Tensor

    def __init__(self, anchors: Array, values: Array, width: float, radius: float | None = None) -> None:
        """Hold anchors (A, N), their values (A, K), the width of their reach, and the norm that results get."""
        super().__init__()
        self.register_buffer("anchors", _tensor(anchors))
        self.register_buffer("values", _tensor(values))
        self.register_buffer("square", _tensor(np.square(anchors).sum(axis=1)))
        self.sharpness = 0.5 / width**2
        self.radius = radius

    def forward(self, at: Tensor) -> Tensor:
        """Blend at positions (B, N); the distance's own square cancels in the softmax."""
        closeness = 2.0 * torch.matmul(at, self.anchors.T) - self.square
        blended = torch.matmul(torch.softmax(closeness * self.sharpness, dim=-1), self.values)
        if self.radius is None:
            return blended
        return blended * (self.radius / blended.square().sum(dim=-1, keepdim=True).clamp(min=1e-12).sqrt())


def affine_map(latents: Array) -> PlaneMap:
    """Return the map of the robust range of latents (M, 2)."""
    low, high = np.percentile(latents, [LOW_PERCENT, HIGH_PERCENT], axis=0)
    centre, half = (low + high) / 2, np.maximum((high - low) / 2, LEAST_WIDTH)
    places = np.clip((latents - centre) / half, -1.0, 1.0)
    return PlaneMap(AffineMap(centre, half), AffinePlace(centre, half), places)


def anchored_map(latents: Array, features: Array) -> PlaneMap:
    """Return the map through anchors among the training sounds, laid out by `features`.

    Args:
        latents: (M, D), any D.
        features: (M, N): what alike sounds have alike; the latents themselves will do.
    """
    places = lay_out(features)
    chosen = anchor_rows(places)
    anchors, values = places[chosen], latents[chosen]
    inverse = _InPlane(Blend(values, anchors, BLEND * _spacing(values)))
    return PlaneMap(Blend(anchors, values, BLEND * _spacing(anchors)), inverse, places)


def prior_map(latents: Array, features: Array) -> PlaneMap:
    """Return the map of a model without an encoder, through latents drawn from its prior.

    A blend of noise is nearer to the centre than any noise: it is put back to the typical distance.
    """
    places = lay_out(features)
    chosen = anchor_rows(places)
    radius = float(np.median(np.linalg.norm(latents, axis=1)))
    width = BLEND * _spacing(places[chosen])
    return PlaneMap(Blend(places[chosen], latents[chosen], width, radius), None, places)


def lay_out(features: Array) -> Array:
    """Spread rows (M, N) over the square [-1, 1]^2 by the ranks of their two main components, (M, 2)."""
    centred = features - features.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    scores = centred @ axes[:2].T
    if scores.shape[1] < 2:
        scores = np.concatenate([scores, np.zeros_like(scores)], axis=1)[:, :2]
    ranks = np.argsort(np.argsort(scores, axis=0, kind="stable"), axis=0, kind="stable")
    places: Array = (2.0 * ranks / max(1, len(features) - 1) - 1.0) if len(features) > 1 else np.zeros((1, 2))
    return places


def anchor_rows(places: Array) -> Array:
    """Return which rows of places (M, 2) are nearest to the knots of a grid, each once."""
    line = np.linspace(-1.0, 1.0, GRID)
    knots = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    nearest = [int(np.argmin(np.square(places - knot).sum(axis=1))) for knot in knots]
    return np.unique(nearest)


def _spacing(points: Array) -> float:
    """Return the median distance to the nearest other point."""
    if len(points) < 2:
        return 1.0
    squares = np.square(points).sum(axis=1)
    distances = squares[:, None] + squares[None] - 2.0 * points @ points.T
    np.fill_diagonal(distances, np.inf)
    return max(float(np.sqrt(np.median(np.maximum(distances.min(axis=1), 0.0)))), LEAST_WIDTH)


class _InPlane(nn.Module):
    def __init__(self, blend: Blend) -> None:
        super().__init__()
        self.blend = blend

    def forward(self, latent: Tensor) -> Tensor:
        return self.blend(latent).clamp(-1.0, 1.0)  # type: ignore[no-any-return]


def _tensor(values: Array) -> Tensor:
    return torch.from_numpy(np.array(values, dtype=np.float32))
