"""Whether two segments are the same again: a small network over how far they are apart.

Shape letters: `n` bars, `s` segments, `M` long frames, `K` columns.
"""

from collections.abc import Sequence

import numpy as np

from ..units import Array
from .barwise import BarTable
from .networks import network

COPY_CONTRAST = 0.2
"""Segments nearer than this are copies: in arrangements of real loops (`dev`) repeats come to 0.1, others to 1.3."""

COPY_ODDS = 8.0
"""What that is worth, in nats."""

_PART_ROWS = 16  # a second and a half


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


def copy_odds(rows: Array, starts: Array, ends: Array) -> Array:
    """Return what it is worth to each two segments that they sound the same in the mean, shape (s, s), in log odds.

    A loop that comes again sounds the same wherever its bars were thought to begin. Compared are means of rows, shape
    (M, K), from `starts` to `ends` (rows), with how much each segment changes within itself.
    """
    parts = [_parts(rows[begin:end]) for begin, end in zip(starts, ends, strict=True)]
    means = np.stack([part.mean(axis=0) for part in parts])
    spreads = np.array([np.square(part - part.mean(axis=0)).sum(axis=1).mean() for part in parts])
    apart = np.linalg.norm(means[:, None] - means[None, :], axis=-1)
    contrast = apart / (np.sqrt((spreads[:, None] + spreads[None, :]) / 2) + 1e-6)
    odds: Array = np.where(contrast < COPY_CONTRAST, COPY_ODDS, 0.0)
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


def _parts(rows: Array) -> Array:
    """Return the means of parts of a second and a half, shape (parts, K), at least two."""
    count = max(2, len(rows) // _PART_ROWS)
    return np.stack([part.mean(axis=0) for part in np.array_split(rows, count) if len(part)])
