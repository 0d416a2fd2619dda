"""Form: which bars begin a segment, and which segments are the same.

A form's score is the sum of its boundaries' log odds and of a prior on the lengths of its segments: phrases have four,
eight or sixteen bars more often than five. The best forms are found exactly (a semi-Markov model over bars), and the
confidence of a boundary is the probability that it has in all forms together. Segments get one letter where a small
network finds them alike, by average linkage. How many segments and letters there are follows from both.
Shape letter: `n` bars.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .barwise import BarTable
from .boundaries import boundary_odds
from .joins import FRAME_S
from .laplacian import decompose
from .likeness import copy_odds, likeness_odds
from .settings import ListenSettings

MAX_BARS = 64
"""No segment is longer."""

PRIOR_BARS, PRIOR_OCTAVES = 8.0, 1.2
"""Segments of eight bars are the likeliest, by a bell over the logarithm of their length."""

REGULARITY = {8: 1.2, 4: 0.9, 2: 0.0, 1: -1.5}
"""What a length is worth that is a multiple of so many bars (the largest counts), in nats."""

JOIN_ODDS = 4.0
"""What a hard join is worth to a boundary, in nats."""


@dataclass(frozen=True)
class BarForm:
    """One reading of the form, in bars.

    Args:
        starts: first bar of each segment; the first is 0.
        letters: of each segment, in order of appearance.
        probability: of this reading among all.
    """

    starts: tuple[int, ...]
    letters: str
    probability: float


@dataclass(frozen=True)
class Forms:
    """Readings, the likeliest first, and the probability of a boundary before each bar, shape (n,)."""

    readings: tuple[BarForm, ...]
    boundary: Array


def find_forms(
    table: BarTable, settings: ListenSettings, joins: Array | None = None, rows: Array | None = None
) -> Forms:
    """Return the likeliest forms of a track's bars.

    Args:
        table: of the bars.
        settings: how many forms, of which segments.
        joins: bars that begin at a hard join.
        rows: sound of each long frame, as `joins.frame_rows`, shape (M, K): copies get one letter.
    """
    decompositions = decompose(table, np.random.default_rng(settings.seed))
    odds = boundary_odds(table, decompositions)
    if joins is not None:
        odds[joins] += JOIN_ODDS
    weights = length_weights(table.count, settings.min_bars)
    readings = best_readings(odds, weights, settings.forms)
    total, boundary = marginals(odds, weights)
    forms = []
    for score, starts in readings:
        odds_alike = likeness_odds(table, starts)
        if rows is not None:
            edges = np.round(table.edges_s[[*starts, table.count]] / FRAME_S).astype(np.int64)
            odds_alike = odds_alike + copy_odds(rows, edges[:-1], edges[1:])
        letters = name_letters(odds_alike)
        forms.append(BarForm(starts, letters, float(np.exp(min(0.0, score - total)))))
    return Forms(tuple(forms), boundary)


def length_weights(count: int, min_bars: int) -> Array:
    """Return log weights of lengths 0 to the longest, shape (length + 1,); impossible ones are minus infinity."""
    lengths = np.arange(1, min(count, MAX_BARS) + 1)
    bell = -0.5 * np.square(np.log2(lengths / PRIOR_BARS) / PRIOR_OCTAVES)
    regular = np.array([next(worth for bars, worth in REGULARITY.items() if length % bars == 0) for length in lengths])
    weights = np.where(lengths >= min(min_bars, count), bell + regular, -np.inf)
    return np.append(-np.inf, weights)


def best_readings(odds: Array, weights: Array, wanted: int) -> list[tuple[float, tuple[int, ...]]]:
    """Return the `wanted` best scores with the first bars of their segments, best first."""
    count = len(odds)
    ends: list[list[tuple[float, int, int]]] = [
        [(0.0, -1, 0)]
    ]  # score, where the segment begins, which of the ways there
    for end in range(1, count + 1):
        ways = [
            (score + worth, begin, rank)
            for begin, worth in _openings(odds, weights, end)
            for rank, (score, _, _) in enumerate(ends[begin])
        ]
        ends.append(sorted(ways, reverse=True)[:wanted])
    return [(way[0], _trace(ends, way)) for way in ends[count]]


def marginals(odds: Array, weights: Array) -> tuple[float, Array]:
    """Return the log of all forms' weights together, and the probability of a boundary before each bar, shape (n,)."""
    count = len(odds)
    forward, backward = np.full(count + 1, -np.inf), np.full(count + 1, -np.inf)
    forward[0], backward[count] = 0.0, 0.0
    for end in range(1, count + 1):
        parts = [forward[begin] + worth for begin, worth in _openings(odds, weights, end)]
        forward[end] = np.logaddexp.reduce(parts) if parts else -np.inf
    for end in range(count, 0, -1):
        for begin, worth in _openings(odds, weights, end):
            backward[begin] = np.logaddexp(backward[begin], backward[end] + worth)
    total = float(forward[count])
    boundary: Array = np.exp(np.minimum(0.0, forward[:count] + backward[:count] - total))
    return total, boundary


def name_letters(alike: Array) -> str:
    """Return a letter for each segment by average linkage of log odds, shape (s, s)."""
    groups = [[index] for index in range(len(alike))]
    while len(groups) > 1:
        pairs = [
            (float(alike[np.ix_(a, b)].mean()), i, j)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups)
            if i < j
        ]
        best, first, second = max(pairs)
        if best <= 0.0:
            break
        groups[first] += groups.pop(second)
    names = [""] * len(alike)
    for number, group in enumerate(sorted(groups, key=min)):
        for index in group:
            names[index] = chr(ord("A") + number) if number < 26 else "Z"
    return "".join(names)


def _openings(odds: Array, weights: Array, end: int) -> list[tuple[int, float]]:
    """Return each bar where a segment that ends before `end` may begin, and what that segment is worth."""
    longest, count = min(end, len(weights) - 1), len(odds)
    found = []
    for length in range(1, longest + 1):
        begin = end - length
        worth = weights[length] if end < count else max(weights[length], -4.0)  # a track may stop anywhere
        if np.isfinite(worth):
            found.append((begin, float(worth) + (float(odds[begin]) if begin else 0.0)))
    return found


def _trace(ends: list[list[tuple[float, int, int]]], way: tuple[float, int, int]) -> tuple[int, ...]:
    starts = []
    while way[1] >= 0:
        starts.append(way[1])
        way = ends[way[1]][way[2]]
    return tuple(reversed(starts))
