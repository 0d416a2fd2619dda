"""Whether two segments are the same again: a small network over how far they are apart.

Shape letters: `n` bars, `s` segments.
"""

from collections.abc import Sequence

import numpy as np

from ..units import Array
from .barwise import BarTable
from .networks import network


def likeness_odds(table: BarTable, starts: Sequence[int]) -> Array:
    """Return the log odds that each two segments are one letter, shape (s, s), symmetric."""
    ends = [*starts[1:], table.count]
    spans = list(zip(starts, ends, strict=True))
    odds = np.zeros((len(spans), len(spans)))
    pairs = [(i, j) for i in range(len(spans)) for j in range(i)]
    if pairs:
        rows = np.stack([likeness_features(table, spans[i], spans[j]) for i, j in pairs])
        for (i, j), value in zip(pairs, network("likeness")(rows)[:, 0], strict=True):
            odds[i, j] = odds[j, i] = value
    return odds


def likeness_features(table: BarTable, one: tuple[int, int], other: tuple[int, int]) -> Array:
    """Return what the network sees of two segments (first bar, bar after the last), shape (I,), float32."""
    values: list[float] = []
    shorter = min(one[1] - one[0], other[1] - other[0])
    for rows in (table.harmony, table.bass, table.colour, table.rhythm, table.level):
        spread = max(0.05, float(np.sqrt(np.square(rows - rows.mean(axis=0)).sum(axis=1).mean())))
        first, second = rows[one[0] : one[1]], rows[other[0] : other[1]]
        aligned = float(np.linalg.norm(first[:shorter] - second[:shorter], axis=1).mean())
        turned = float(np.linalg.norm(first[:shorter] - np.roll(second[:shorter], 1, axis=0), axis=1).mean())
        means = float(np.linalg.norm(first.mean(axis=0) - second.mean(axis=0)))
        values += [means / spread, aligned / spread, (turned - aligned) / spread, spread]
    lengths = abs(float(np.log2((one[1] - one[0]) / (other[1] - other[0]))))
    touching = float(one[1] == other[0] or other[1] == one[0])
    return np.array([*values, lengths, touching], np.float32)
