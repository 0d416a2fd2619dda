"""Moving numbers until a sound fits: damped Gauss-Newton steps with derivatives by differences, without torch.

A sound is compared by its log-mel picture, as `log_mel_distance_db` does. That is a mean of absolute values, so each
cell is weighted by the inverse of what it misses (iteratively reweighted least squares). One picture for each number
gives the derivatives; between two such rounds they are corrected by what the steps themselves show (Broyden 1965).
Sources: Levenberg (1944), Marquardt (1963), Holland and Welsch (1977).

Shape letters: B sounds, T points, M cells of a picture, P numbers that are moved.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..features import log_mel
from ..features.mel import DISTANCE_FLOOR_DB
from ..units import Array, Waveform
from .limits import BATCH

DAMPINGS = np.array([0.1, 1.0, 10.0])
"""Factors on the damping that are tried at once: a sound costs little beside a round of derivatives."""

FIRST_DAMPING, LEAST_DAMPING, MOST_DAMPING = 1.0, 1e-4, 1e4
MORE_DAMPING = 1e3
"""Factor on the damping if none of them gains."""

NEW_ROUND_SHARE = 0.3
"""New derivatives are worked out once a step gains less than this share of the first with the old ones."""

LEAST_STEP_SHARE = 0.1
"""A step that gains less than this share of what a whole round must gain is none."""


class Target:
    """A sound as a picture, that others are compared with.

    Args:
        sound: (T,).
        sample_rate: Hz.
        hop_length: points between frames of the picture.
        n_mels: its bands.
    """

    def __init__(self, sound: Waveform, sample_rate: int, hop_length: int = 256, n_mels: int = 128) -> None:
        self._sample_rate, self._hop_length, self._n_mels = sample_rate, hop_length, n_mels
        self._levels = self._pictures(sound[None])[0]
        self._loudest = float(self._levels.max())

    def pictures(self, sounds: Callable[[Array], Waveform], at: Array) -> Array:
        """Return the pictures (B, M) of what `sounds` makes of rows of numbers (B, P), some at a time."""
        parts = [self._pictures(sounds(at[first : first + BATCH])) for first in range(0, len(at), BATCH)]
        return np.concatenate(parts)

    def distances_db(self, pictures: Array) -> Array:
        """Return the mean absolute difference of the audible cells, (B, M) to (B,): `log_mel_distance_db`."""
        floor = np.maximum(pictures.max(axis=1), self._loudest)[:, None] - DISTANCE_FLOOR_DB
        made, wanted = np.maximum(pictures, floor), np.maximum(self._levels, floor)
        audible = np.maximum(made, wanted) > floor
        total: Array = (np.abs(made - wanted) * audible).sum(axis=1) / np.maximum(audible.sum(axis=1), 1)
        return total

    def audible(self, picture: Array) -> Array:
        """Return which cells (M,) count beside a picture (M,)."""
        cells: Array = np.maximum(picture, self._levels) > self._floor(picture)
        return cells

    def missing(self, picture: Array) -> Array:
        """Return by how much a picture (M,) is above the target, dB, both with a soft floor."""
        return self.softened(picture, picture) - self.softened(self._levels, picture)

    def softened(self, pictures: Array, beside: Array) -> Array:
        """Add the floor's power: what lies below it has a slope still, which a silent cell needs to come up again."""
        softened: Array = np.logaddexp(pictures * _NEPER, self._floor(beside) * _NEPER) / _NEPER
        return softened

    def _floor(self, picture: Array) -> np.float32:
        return np.float32(max(float(picture.max()), self._loudest) - DISTANCE_FLOOR_DB)

    def _pictures(self, sounds: Waveform) -> Array:
        levels = log_mel(np.nan_to_num(sounds), self._sample_rate, hop_length=self._hop_length, n_mels=self._n_mels)
        return levels.reshape(len(sounds), -1)


_NEPER = np.float32(np.log(10.0) / 10.0)


@dataclass(frozen=True)
class Space:
    """The numbers that are moved.

    Args:
        sounds: what is heard at rows of numbers, (B, P) to (B, T).
        low: their least values, (P,).
        high: their largest, (P,).
        step: how far each is moved for its derivative, (P,).
        stride: how far each may go at once, (P,).
        pull_db: what a mean square of 1 between the numbers and where they started costs.
        softness_db: differences below this count as least squares.
        least_gain_db: a round that gains less is the last.
    """

    sounds: Callable[[Array], Waveform]
    low: Array
    high: Array
    step: Array
    stride: Array
    pull_db: float = 0.0
    softness_db: float = 4.0
    least_gain_db: float = 0.01


class Descent:
    """A way downhill from a start; `best` and its `distance_db` are where it has come to.

    Args:
        space: what is moved.
        target: what is to be met.
        start: numbers to start with, (P,).
    """

    def __init__(self, space: Space, target: Target, start: Array) -> None:
        self._space, self._target, self._start = space, target, start
        self._damping, self.best, self.is_done = FIRST_DAMPING, start, False
        self._picture = target.pictures(space.sounds, start[None])[0]
        self.distance_db = float(target.distances_db(self._picture[None])[0])

    def step(self) -> None:
        """Work out derivatives, and go on as long as they serve; `is_done` if they lead nowhere."""
        slopes = self._slopes()
        first = gain = self._advance(slopes)
        while not first and self._damping < MOST_DAMPING:
            self._damping *= MORE_DAMPING
            first = gain = self._advance(slopes)
        while gain > max(self._space.least_gain_db, NEW_ROUND_SHARE * first):
            gain = self._advance(slopes)
        self.is_done = first < self._space.least_gain_db

    def _slopes(self) -> Array:
        """Return the derivatives of the picture, (P, M); numbers at their upper limit are moved down."""
        space = self._space
        steps = np.where(self.best + space.step > space.high, -space.step, space.step)
        moved = self._target.pictures(space.sounds, self.best + np.diag(steps))
        here = self._target.softened(self._picture, self._picture)
        slopes: Array = (self._target.softened(moved, self._picture) - here) / steps[:, None].astype(np.float32)
        return slopes

    def _advance(self, slopes: Array) -> float:
        """Take the best of some steps, correct the slopes by what it showed, and return the gain, dB."""
        candidates = self._candidates(slopes)
        pictures = self._target.pictures(self._space.sounds, candidates)
        distances = self._target.distances_db(pictures)
        costs = distances + [self._pull(candidate) for candidate in candidates]
        chosen = int(costs.argmin())
        gain = self.distance_db + self._pull(self.best) - float(costs[chosen])
        if not gain >= LEAST_STEP_SHARE * self._space.least_gain_db:
            return 0.0
        moved = (candidates[chosen] - self.best).astype(np.float32)
        beside = self._picture
        shown = self._target.softened(pictures[chosen], beside) - self._target.softened(beside, beside)
        slopes += np.outer(moved / (moved @ moved), shown - moved @ slopes)
        self._damping = float(np.clip(self._damping * DAMPINGS[chosen], LEAST_DAMPING, MOST_DAMPING))
        self.best, self._picture, self.distance_db = candidates[chosen], pictures[chosen], float(distances[chosen])
        return gain

    def _candidates(self, slopes: Array) -> Array:
        """Return where steps of several dampings lead, (B, P)."""
        space, audible = self._space, self._target.audible(self._picture)
        missing, active = self._target.missing(self._picture)[audible], slopes[:, audible]
        weighted = active / np.maximum(np.abs(missing), np.float32(space.softness_db)) / max(audible.sum(), 1)
        curvature, slope = (weighted @ active.T).astype(np.float64), (weighted @ missing).astype(np.float64)
        scale = np.diag(curvature) + 1e-3 * max(float(np.diag(curvature).max()), 1e-9)
        pull = 2.0 * space.pull_db / len(slopes)
        slope = slope + pull * (self.best - self._start)
        steps = [
            -np.linalg.solve(curvature + np.diag(damping * scale + pull), slope) for damping in self._damping * DAMPINGS
        ]
        shares = [1.0 / max(1.0, float(np.max(np.abs(step) / space.stride))) for step in steps]
        moved = self.best + np.stack(steps) * np.array(shares)[:, None]
        inside: Array = np.clip(moved, space.low, space.high)
        return inside

    def _pull(self, numbers: Array) -> float:
        return self._space.pull_db * float(np.square(numbers - self._start).mean())
