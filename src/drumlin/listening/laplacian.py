"""Laplacian structural decomposition of bars, as the source study used it.

McFee & Ellis 2014 ("Analyzing song structure with spectral clustering"; librosa has it as an example): bars that
repeat are linked by harmony, bars that follow each other by colour; the first eigenvectors of the normalised Laplacian
of both links are clustered into k letters. The study took the k of the best silhouette. Shape letter: `n` bars.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .barwise import BarTable
from .clustering import cluster, silhouette

LARGEST = 8
"""Letters that are tried: 2 to this."""

MEMORY = 3
"""Bars that follow are compared too: a progression rather than a chord."""

_DIAGONAL, _SMOOTHING = 5, 3  # widths of the median filters, bars
_MOST_BARS = 1500  # beyond, every second or third bar is left out: the eigenvectors would take minutes


@dataclass(frozen=True)
class Decomposition:
    """Letters of the bars for one k, shape (n,), and their silhouette."""

    letters: Array
    silhouette: float


def decompose(table: BarTable, generator: np.random.Generator) -> dict[int, Decomposition]:
    """Return the letters for each k; empty where there are fewer than six bars."""
    if table.count < 6:
        return {}
    step = -(-table.count // _MOST_BARS)
    chosen = np.arange(0, table.count, step)
    vectors = _eigenvectors(_links(table, chosen))
    found = {}
    for k in range(2, min(LARGEST, len(chosen) // 2) + 1):
        rows = vectors[:, :k] / np.maximum(np.linalg.norm(vectors[:, :k], axis=1, keepdims=True), 1e-9)
        letters = cluster(rows, k, generator)
        found[k] = Decomposition(np.repeat(letters, step)[: table.count], silhouette(rows, letters))
    return found


def boundaries(letters: Array) -> Array:
    """Return the bars at which another letter begins, ascending, the first bar not included."""
    return np.flatnonzero(np.diff(letters)) + 1


def _links(table: BarTable, chosen: Array) -> Array:
    """Return how strongly bars are linked, shape (n, n)."""
    harmony = _stacked(np.concatenate([table.harmony, 0.7 * table.bass], axis=1), MEMORY)[chosen]
    colour = np.concatenate([table.colour, table.rhythm, table.level], axis=1)[chosen]
    apart = _distances(harmony)
    repeats = _along_diagonals(_nearest(apart) * np.exp(-apart / _scale(apart)))
    repeats = np.maximum(repeats, repeats.T)
    steps = np.sqrt(np.square(np.diff(colour, axis=0)).sum(axis=1))
    path = np.exp(-np.square(steps) / max(1e-9, float(np.median(np.square(steps)))))
    follows = np.diag(path, 1) + np.diag(path, -1)
    of_path, of_repeats = follows.sum(axis=1), repeats.sum(axis=1)
    both = of_path + of_repeats
    share = float(of_path @ both / max(1e-12, float(both @ both)))
    links: Array = share * repeats + (1.0 - share) * follows
    return links


def _eigenvectors(links: Array) -> Array:
    """Return the first eigenvectors of the normalised Laplacian, smoothed over bars, shape (n, LARGEST)."""
    degree = np.sqrt(np.maximum(links.sum(axis=1), 1e-12))
    laplacian = np.eye(len(links)) - links / degree[:, None] / degree[None, :]
    _, vectors = np.linalg.eigh(laplacian)
    reach = _SMOOTHING // 2
    padded = np.pad(vectors[:, :LARGEST], ((reach, reach), (0, 0)), mode="edge")
    smooth: Array = np.median(np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHING, axis=0), axis=-1)
    return smooth


def _stacked(rows: Array, memory: int) -> Array:
    padded = np.pad(rows, ((0, memory), (0, 0)), mode="edge")
    return np.concatenate([padded[shift : shift + len(rows)] for shift in range(memory + 1)], axis=1)


def _distances(rows: Array) -> Array:
    squared = np.square(rows).sum(axis=1)
    distances: Array = np.sqrt(np.maximum(squared[:, None] + squared[None, :] - 2.0 * rows @ rows.T, 0.0))
    return distances


def _scale(apart: Array) -> float:
    count = len(apart)
    nearest = np.sort(apart, axis=1)[:, 1 : max(2, round(np.sqrt(count)))]
    return max(1e-6, float(np.median(nearest)))


def _nearest(apart: Array) -> Array:
    """Return 1 where two bars are among each other's nearest, apart from neighbours, else 0."""
    count = len(apart)
    far = apart + np.where(np.abs(np.subtract.outer(np.arange(count), np.arange(count))) < 2, np.inf, 0.0)
    rank = far.argsort(axis=1).argsort(axis=1) < max(1, round(2 * np.sqrt(count)))
    mutual: Array = (rank & rank.T).astype(np.float64)
    return mutual


def _along_diagonals(links: Array) -> Array:
    """Return medians along the diagonals: a repetition lasts several bars."""
    reach, count = _DIAGONAL // 2, len(links)
    padded = np.pad(links, reach)
    shifted = [padded[reach + s : reach + s + count, reach + s : reach + s + count] for s in range(-reach, reach + 1)]
    median: Array = np.median(np.stack(shifted), axis=0)
    return median
