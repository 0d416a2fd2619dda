"""What is moved to meet a sound: the latent along the axes of the training samples, and the weights of the classes.

Shapes: B sounds, T points, D latent size, K classes, A axes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..units import Array, Waveform
from .fitting import Space

if TYPE_CHECKING:
    from .instrument import Instrument

AXES, CLASSES = 64, 32
"""Most axes of the latent that are moved; an instrument of more classes keeps its weights."""

STEP, CLASS_STEP, STRIDE = 0.05, 0.1, 1.0
"""In deviations, and of a whole class: for derivatives, and largest at once."""

STRAY_DB = 0.02
"""What a mean square distance of one deviation from the start costs: far away, fits are accidents."""


@dataclass(frozen=True)
class Coordinates:
    """Numbers around a latent: zeros are the latent itself, ones a deviation of the training samples along each axis.

    Args:
        instrument: whose latent it is.
        axes: from `principal_axes`, (A, D).
        latent: where the numbers begin, (D,).
        classes: weights to begin with, (K,), K may be 0.
        with_classes: whether the weights are moved, too.
    """

    instrument: "Instrument"
    axes: Array
    latent: Array
    classes: Array
    with_classes: bool

    @property
    def start(self) -> Array:
        """The numbers of the latent and the weights to begin with, (P,)."""
        return np.concatenate([np.zeros(len(self.axes)), self.classes[: self._moved]])

    @property
    def space(self) -> Space:
        """What may be moved, and how far."""
        return Space(
            self._sounds,
            low=self._of(-np.inf, 0.0),
            high=self._of(np.inf, 1.0),
            step=self._of(STEP, CLASS_STEP),
            stride=self._of(STRIDE, STRIDE),
            pull_db=STRAY_DB,
        )

    def at(self, numbers: Array) -> tuple[Array, Array]:
        """Return the latents (B, D) and the weights (B, K) of numbers (B, P)."""
        count = len(self.axes)
        latents = self.latent + numbers[:, :count] @ self.axes
        if not self._moved:
            return latents, np.repeat(self.classes[None], len(numbers), axis=0)
        weights = numbers[:, count:]
        totals = weights.sum(axis=1, keepdims=True)
        return latents, np.where(totals > 0, weights / np.maximum(totals, 1e-6), self.classes)

    @property
    def _moved(self) -> int:
        return len(self.classes) if self.with_classes and len(self.classes) <= CLASSES else 0

    def _of(self, latent: float, classes: float) -> Array:
        return np.repeat([latent, classes], [len(self.axes), self._moved])

    def _sounds(self, numbers: Array) -> Waveform:
        latents, classes = self.at(numbers)
        return self.instrument.decode(latents, classes=classes if len(self.classes) else None)


def principal_axes(instrument: "Instrument") -> Array:
    """Return directions in which the training samples' latents lie, each a deviation long, the longest first, (A, D).

    Without samples, axes of the latent itself.
    """
    latents = instrument.points.latents.astype(np.float64)
    if len(latents) < 2:
        return np.eye(instrument.latent_size)[:AXES]
    spread = deviations(instrument)
    _, sizes, directions = np.linalg.svd((latents - latents.mean(axis=0)) / spread, full_matrices=False)
    sizes = np.maximum(sizes / np.sqrt(len(latents)), LEAST)
    axes: Array = directions * sizes[:, None] * spread
    return axes[:AXES]


LEAST = 1e-2
"""Of a principal axis, in deviations: along it the samples hardly differ, but a sound may."""


def deviations(instrument: "Instrument") -> Array:
    """Return the standard deviations of the training samples' latents, (D,); ones without samples."""
    latents = instrument.points.latents
    if len(latents) < 2:
        return np.ones(instrument.latent_size)
    spread: Array = np.maximum(latents.std(axis=0), 1e-3)
    return spread
