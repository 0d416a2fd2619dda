"""How evenly the sound changes over the plane: walks along straight lines, a step at a time.

Shapes: L lines, S steps, B places, T points.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..features import log_mel_distance_db
from ..units import Array, Waveform

LINES = 12
STEPS = 24


@dataclass(frozen=True)
class Continuity:
    """Change of the sound per unit of the plane, whose side is 2.

    Args:
        median_db: median over the steps of the log-mel distance per unit.
        jump_ratio: 95th percentile over median; large where the plane stands still here and jumps there.
        range_db: mean log-mel distance between the ends of the lines: 0 where nothing moves.
    """

    median_db: float
    jump_ratio: float
    range_db: float


def plane_continuity(
    play: Callable[[Array], Waveform], sample_rate: int, seed: int = 0, lines: int = LINES, steps: int = STEPS
) -> Continuity:
    """Walk over the plane and measure.

    Args:
        play: places (B, 2) in [-1, 1] to waveforms (B, T).
        sample_rate: Hz.
        seed: of the lines, whose ends are drawn at random.
        lines: how many walks.
        steps: steps of each, at least 1.
    """
    generator = np.random.default_rng(seed)
    rates: list[float] = []
    ranges: list[float] = []
    for _ in range(lines):
        start, end = generator.uniform(-1.0, 1.0, (2, 2))
        sounds = play(start + np.linspace(0.0, 1.0, steps + 1)[:, None] * (end - start))
        width = float(np.linalg.norm(end - start)) / steps
        distances = [log_mel_distance_db(a, b, sample_rate) for a, b in pairwise(sounds)]
        rates.extend(distance / max(width, 1e-6) for distance in distances)
        ranges.append(log_mel_distance_db(sounds[0], sounds[-1], sample_rate))
    median = float(np.median(rates))
    return Continuity(median, float(np.percentile(rates, 95)) / max(median, 1e-6), float(np.mean(ranges)))
