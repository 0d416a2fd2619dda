"""Softer strokes, and the same stroke again: what the layers of real drums say of a latent.

Velocity layers and round robins are the same drum struck softer, harder and again. A ridge regression tells how the
latent moves as a drum is struck softer (Hoerl and Kennard 1970), and the spread between strokes of equal force how far
it moves by itself. Levels are left to `velocity` squared, as General MIDI recommends: the sounds are prepared to one
peak. Shapes: B batch, D latent size, M strokes.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..units import Array

LEAST_STEP_DB = 3.0
"""Strokes of one drum that differ by more are a softer and a harder one."""

SAME_DB = 1.5
"""Strokes that differ by less are the same stroke again."""

MOST_PAIRS = 200
"""Pairs of one drum that are looked at, evenly chosen: no drum outweighs the others."""

RIDGE = 3000.0
"""Pull of the regression towards one shift for all drums, in pairs; chosen on kits that were held out."""


class Struck(nn.Module):
    """Moves a latent (B, D) by velocity (B, 1) and by which stroke it is, (B, D) of unit deviation or 0."""

    softer: Tensor
    shift: Tensor
    spread: Tensor

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.register_buffer("softer", torch.zeros(latent, latent))
        self.register_buffer("shift", torch.zeros(latent))
        self.register_buffer("spread", torch.zeros(latent))

    def forward(self, latent: Tensor, velocity: Tensor, stroke: Tensor) -> Tensor:
        """Return the latent of the stroke; at velocity 1 and stroke 0 the latent itself."""
        moved = self.shift + torch.matmul(latent, self.softer)
        return latent + (1.0 - velocity) * moved + stroke * self.spread

    def fit(self, latents: Array, drums: NDArray[np.int64], levels_db: Array) -> None:
        """Learn from strokes; where there are none of one drum, nothing moves.

        Args:
            latents: (M, D).
            drums: number of the drum of each, (M,).
            levels_db: how loud each was, (M,).
        """
        pairs = list(_pairs(drums, levels_db))
        softer = [pair for pair in pairs if pair[2] >= LEAST_STEP_DB]
        again = [pair for pair in pairs if pair[2] <= SAME_DB]
        if softer:
            self.shift.copy_(torch.from_numpy(_shift(latents, softer)))
            self.softer.copy_(torch.from_numpy(_turn(latents, softer, self.shift.numpy())))
        if again:
            apart = np.stack([latents[one] - latents[other] for one, other, _ in again])
            self.spread.copy_(torch.from_numpy(np.sqrt(np.square(apart).mean(axis=0) / 2.0)).float())


Pair = tuple[int, int, float]
"""Rows of the harder and of the softer stroke, and by how many dB they differ."""


def _pairs(drums: NDArray[np.int64], levels_db: Array) -> Iterator[Pair]:
    for drum in np.unique(drums):
        rows = np.flatnonzero(drums == drum)
        rows = rows[np.argsort(-levels_db[rows], kind="stable")]
        both = [(int(a), int(b)) for at, a in enumerate(rows) for b in rows[at + 1 :]]
        for place in np.unique(np.linspace(0, len(both) - 1, min(len(both), MOST_PAIRS)).astype(np.int64)):
            harder, softer = both[place]
            yield harder, softer, float(levels_db[harder] - levels_db[softer])


def _missing_velocity(pairs: list[Pair]) -> Array:
    """Return by how much less than 1 the velocity of each softer stroke is: level goes with its square."""
    return 1.0 - 10.0 ** (-np.array([step for _, _, step in pairs]) / 40.0)


def _shift(latents: Array, pairs: list[Pair]) -> Array:
    """Return what a unit of missing velocity moves on the whole, float32 (D,)."""
    missing = _missing_velocity(pairs)[:, None]
    moved = np.stack([latents[softer] - latents[harder] for harder, softer, _ in pairs])
    shift: Array = ((missing * moved).sum(axis=0) / np.square(missing).sum()).astype(np.float32)
    return shift


def _turn(latents: Array, pairs: list[Pair], shift: Array) -> Array:
    """Return what it moves beyond that, as a matrix of the latent, float32 (D, D)."""
    missing = _missing_velocity(pairs)[:, None]
    hard = np.stack([latents[harder] for harder, _, _ in pairs]).astype(np.float64) * missing
    moved = np.stack([latents[softer] - latents[harder] for harder, softer, _ in pairs]) - missing * shift
    normal = hard.T @ hard + RIDGE * np.eye(hard.shape[1])
    turn: Array = np.linalg.solve(normal, hard.T @ moved).astype(np.float32)
    return turn
