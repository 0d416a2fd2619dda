"""Which descriptors there are, and what each is in each respect.

The dictionary itself lies in `drumlin.composing`; the listener knows what it was taught. Shape letters: `E`
descriptors, `L` labels of a target.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..units import Array

TARGETS = ("genre", "subgenre", "mood", "sentiment", "valence", "momentum")
"""What is said about a stretch of music."""

MOMENTUM_LEVELS = 5


@dataclass(frozen=True)
class DescriptorTable:
    """Descriptors and their labels.

    Args:
        names: of the descriptors, E of them.
        labels: by target, the label of each descriptor, E of them; levels are `0`, `1`, ...
    """

    names: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]

    @cached_property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The labels of each target, sorted, each once."""
        return {target: tuple(sorted(set(self.labels[target]))) for target in TARGETS}

    @cached_property
    def members(self) -> Mapping[str, Array]:
        """By target, 1 where a descriptor has a label, shape (E, L)."""
        return {
            target: np.array([[float(own == label) for label in self.choices[target]] for own in self.labels[target]])
            for target in TARGETS
        }

    def marginals(self, probabilities: Array) -> dict[str, Array]:
        """Return by target the probability of each label, shape (..., E) -> (..., L)."""
        return {target: probabilities @ self.members[target] for target in TARGETS}
