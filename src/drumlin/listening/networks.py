"""The listener's small networks: one hidden layer, fitted on synthesised music by `scripts/fit_listening.py`.

Weights lie in `networks.npz` beside this file: arrays `NAME.w1`, `NAME.b1`, `NAME.w2`, `NAME.b2`, `NAME.mean`,
`NAME.scale`. Shape letters: `I` inputs, `H` hidden units, `O` outputs.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from ..units import Array


@dataclass(frozen=True)
class Network:
    """Standardise, one layer of `tanh`, one linear layer.

    Args:
        mean: of the inputs, shape (I,).
        scale: by which they are divided, shape (I,).
        w1: shape (I, H).
        b1: shape (H,).
        w2: shape (H, O).
        b2: shape (O,).
    """

    mean: Array
    scale: Array
    w1: Array
    b1: Array
    w2: Array
    b2: Array

    def __call__(self, inputs: Array) -> Array:
        """Return the outputs, shape (..., I) -> (..., O)."""
        hidden = np.tanh(((inputs - self.mean) / self.scale) @ self.w1 + self.b1)
        outputs: Array = hidden @ self.w2 + self.b2
        return outputs


@cache
def network(name: str) -> Network:
    """Return a fitted network: `tempo`, `beat`, `downbeat`, `meter`, `key`, `boundary`."""
    with files(__package__).joinpath("networks.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return Network(*(stored[f"{name}.{part}"] for part in ("mean", "scale", "w1", "b1", "w2", "b2")))
