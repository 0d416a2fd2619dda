"""An approximate search: rows lie in cells around centres, and only the cells nearest to a query are looked at.

The inverted file of Jegou et al. (2011) and FAISS, without compression: scores are those of the exact search, rows can
only be missed. How many cells are looked at is chosen on rows of the matrix itself, by the share of their true nearest
ten that is found. Shape letters: `M` rows, `D` numbers in a row, `C` cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress, Report, ignore
from ..units import Array
from .nearest import Nearest, rounding, search, settle, within

LEAST_ROWS = 50_000
"""With fewer, the exact search is as quick."""

RECALL = 0.97
"""Share of the true nearest `NEAREST` that is wanted; on other queries somewhat less is found."""

LEAST_RECALL = 0.95
"""An index that finds less is not made: the rows have too little order."""

NEAREST = 10

_PROBES = tuple(2**power for power in range(11))
_LEAST_SAVED = 16  # of the cells, at most one in so many is looked at: else little time is saved
_TRIED = 128  # rows on which the number of cells is chosen
_LEARNED_FROM = 64  # rows per cell that the centres are learned from
_ROUNDS = 8
_AT_A_TIME = 4096


@dataclass(frozen=True)
class Cells:
    """The index of a matrix.

    Args:
        centres: (C, D), of length 1.
        starts: where each cell's rows begin, and the end of the last, (C + 1,).
        rows: the rows of the matrix, cell by cell, (M,).
        vectors: what stands in them, (M, D); may be mapped from disk.
        probes: cells that are looked at.
        recall: share of the true nearest ten that was found with these.
    """

    centres: Array
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]
    vectors: Array
    probes: int
    recall: float

    def search(self, query: Array, count: int, *, without: NDArray[np.int64] | None = None) -> Nearest:
        """Return rows of the matrix whose product with a vector is largest, as far as they are found.

        Args:
            query: (D,), of length 1.
            count: how many.
            without: rows that do not count.
        """
        query = query.astype(np.float32, copy=False)
        near = np.sort(np.argpartition(-(self.centres @ query), self.probes - 1)[: self.probes])
        spans = list(zip(self.starts[near].tolist(), self.starts[near + 1].tolist(), strict=True))
        places = np.concatenate([np.arange(*span) for span in spans])
        scores = np.concatenate([self.vectors[start:end] @ query for start, end in spans])
        if without is not None and len(without):
            scores[np.isin(self.rows[places], without)] = -np.inf
        best = places[within(scores, count, rounding(self.vectors))]
        return settle(self.vectors[best], self.rows[best], query, count)


def build_cells(matrix: Array, report: Report = ignore) -> Cells | None:
    """Return the index of a matrix, or None where it would find too little of what is near.

    Args:
        matrix: (M, D), float32, each row of length 1 (or 0).
        report: called as the work goes on.
    """
    generator = np.random.default_rng(0)
    count = 2 ** round(np.log2(2.0 * np.sqrt(len(matrix))))
    report(Progress(0, 3, "centres"))
    centres = _centres(matrix, count, generator)
    report(Progress(1, 3, "cells"))
    cell_of = _cells_of(matrix, centres)
    rows = np.argsort(cell_of, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(cell_of, minlength=count))])
    cells = Cells(centres, starts, rows, matrix[rows], 1, 0.0)
    report(Progress(2, 3, "recall"))
    tried = generator.choice(len(matrix), min(_TRIED, len(matrix)), replace=False)
    truth = {one: _near(search(matrix, matrix[one], NEAREST, without=np.array([one]))) for one in tried.tolist()}
    for probes in (probes for probes in _PROBES if probes <= count // _LEAST_SAVED):
        cells = replace(cells, probes=probes, recall=_recall(cells, matrix, truth))
        if cells.recall >= RECALL:
            break
    return cells if cells.recall >= LEAST_RECALL else None


def _recall(cells: Cells, matrix: Array, truth: Mapping[int, set[int]]) -> float:
    """Return the share of what is nearest to some rows, by row, that is found."""
    found = {one: _near(cells.search(matrix[one], NEAREST, without=np.array([one]))) for one in truth}
    return float(np.mean([len(found[one] & near) / max(1, len(near)) for one, near in truth.items()]))


def _near(nearest: Nearest) -> set[int]:
    return set(nearest.rows.tolist())


def _centres(matrix: Array, count: int, generator: np.random.Generator) -> Array:
    """Return centres (C, D) of the rows by k-means on the sphere; one that no row is nearest to begins anew."""
    size = min(len(matrix), count * _LEARNED_FROM)
    some = matrix[np.sort(generator.choice(len(matrix), size, replace=False))]
    centres = some[generator.choice(size, count, replace=size < count)]
    for _ in range(_ROUNDS):
        cell_of = _cells_of(some, centres)
        order = np.argsort(cell_of, kind="stable")
        held, firsts = np.unique(cell_of[order], return_index=True)
        centres = some[generator.choice(size, count, replace=size < count)]
        centres[held] = np.add.reduceat(some[order], firsts, axis=0)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    return centres


def _cells_of(rows: Array, centres: Array) -> NDArray[np.int64]:
    """Return the nearest centre of each row, (M,)."""
    found = np.empty(len(rows), np.int64)
    for start in range(0, len(rows), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        found[part] = (rows[part] @ centres.T).argmax(axis=1)
    return found
