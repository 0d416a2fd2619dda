"""How likely each bar begins a segment: a small network over what changes there.

It sees how far the bars before and after are apart, one, two, four and eight at a time, in harmony, bass, colour,
rhythm and level; whether what was repeated goes on; and in which Laplacian decompositions a letter changes.
Shape letter: `n` bars.
"""

import numpy as np

from ..units import Array
from .barwise import BarTable
from .laplacian import LARGEST, Decomposition
from .networks import network

WIDTHS = (1, 2, 4, 8)
"""Bars on each side that are compared."""

LAGS = (1, 2, 4, 8)
"""Bars after which a progression may repeat."""


def boundary_odds(table: BarTable, decompositions: dict[int, Decomposition]) -> Array:
    """Return the log odds that each bar begins a segment, shape (n,)."""
    return network("boundary")(boundary_features(table, decompositions))[:, 0]


def boundary_features(table: BarTable, decompositions: dict[int, Decomposition]) -> Array:
    """Return what the network sees of each bar, shape (n, I), float32."""
    columns = []
    for rows in (table.harmony, table.bass, table.colour, table.rhythm, table.level):
        spread = max(0.05, float(np.sqrt(np.square(rows - rows.mean(axis=0)).sum(axis=1).mean())))
        for width in WIDTHS:
            columns.append(_contrast(rows, width) / spread)
        columns.append(_peaked(columns[-2]))
        columns.append(np.full(table.count, spread))
    for lag in LAGS:
        columns += _repetition(np.concatenate([table.harmony, table.bass], axis=1), lag)
        columns += _repetition(np.concatenate([table.rhythm, table.colour], axis=1), lag)
    for k in range(2, LARGEST + 1):
        changes = np.zeros(table.count)
        if k in decompositions:
            changes[1:] = np.diff(decompositions[k].letters) != 0
        columns.append(changes)
    place = np.arange(table.count)
    columns += [
        np.minimum(place, 8) / 8,
        np.minimum(table.count - place, 8) / 8,
        np.full(table.count, np.log2(table.count)),
    ]
    return np.column_stack(columns).astype(np.float32)


def _contrast(rows: Array, width: int) -> Array:
    """Return the distance between the means of `width` rows before and from each row on, shape (n,)."""
    total = np.pad(np.cumsum(rows, axis=0), ((1, 0), (0, 0)))
    place, count = np.arange(len(rows)), len(rows)
    first, last = np.maximum(0, place - width), np.minimum(count, place + width)
    before = (total[place] - total[first]) / np.maximum(1, place - first)[:, None]
    after = (total[last] - total[place]) / np.maximum(1, last - place)[:, None]
    contrast: Array = np.linalg.norm(before - after, axis=1)
    contrast[0] = 0.0
    return contrast


def _peaked(values: Array) -> Array:
    """Return how far each value stands above those two to the left and right."""
    padded = np.pad(values, 2)
    count = len(values)
    around = np.max([padded[shift : shift + count] for shift in (0, 1, 3, 4)], axis=0)
    peaked: Array = values - around
    return peaked


def _repetition(rows: Array, lag: int) -> list[Array]:
    """Return how unlike each row is to the one `lag` before, and how much more than the rows before it."""
    count = len(rows)
    scale = max(0.05, float(np.sqrt(np.square(rows - rows.mean(axis=0)).sum(axis=1).mean())))
    unlike = np.ones(count)
    if count > lag:
        unlike[lag:] = np.linalg.norm(rows[lag:] - rows[:-lag], axis=1) / scale
    total = np.pad(np.cumsum(unlike), (1, 0))
    place = np.arange(count)
    before = (total[place] - total[np.maximum(0, place - 4)]) / np.maximum(1, np.minimum(place, 4))
    after = (total[np.minimum(count, place + 4)] - total[place]) / np.maximum(1, np.minimum(4, count - place))
    return [unlike, after - before]
