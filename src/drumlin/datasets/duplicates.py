"""Near-duplicates: which rows are the same sound, so that no split holds a copy of what another learns from."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..features.fingerprint import DUPLICATE_COSINE, cosines
from ..units import Array

_BLOCK_ROWS = 256  # a quarter of a megabyte of cosines at a time


def find_clusters(
    fingerprints: Array, hashes: Sequence[str] = (), threshold: float = DUPLICATE_COSINE
) -> NDArray[np.int64]:
    """Return the cluster of each row; rows that are linked by near-duplicates share one.

    Args:
        fingerprints: shape (M, D), each of length 1.
        hashes: of the decoded sounds, one a row; equal ones are duplicates whatever the fingerprints say.
        threshold: cosine from which two rows are near-duplicates.
    Returns:
        Shape (M,): numbers from 0 without gaps, in order of each cluster's first row.
    """
    parents = np.arange(len(fingerprints))
    first: dict[str, int] = {}
    for row, digest in enumerate(hashes):
        _join(parents, first.setdefault(digest, row), row)
    with threadpool_limits(1, "blas"):  # its threads wait for each other: beside a busy process, thirty times as long
        for a, b in _near_pairs(fingerprints, threshold):
            _join(parents, a, b)
    roots = [_root(parents, row) for row in range(len(parents))]
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _near_pairs(fingerprints: Array, threshold: float) -> Iterator[tuple[int, int]]:
    for start in range(0, len(fingerprints), _BLOCK_ROWS):
        block = np.asarray(fingerprints[start : start + _BLOCK_ROWS], np.float32)
        for offset in range(start, len(fingerprints), _BLOCK_ROWS):
            near = cosines(block, np.asarray(fingerprints[offset : offset + _BLOCK_ROWS], np.float32)) >= threshold
            for a, b in np.argwhere(np.triu(near, 1) if offset == start else near):
                yield start + int(a), offset + int(b)


def _root(parents: NDArray[np.int64], row: int) -> int:
    while parents[row] != row:
        parents[row] = parents[parents[row]]
        row = int(parents[row])
    return row


def _join(parents: NDArray[np.int64], a: int, b: int) -> None:
    """Join two rows; the smaller root wins, so a cluster's root is its first row."""
    a, b = sorted((_root(parents, a), _root(parents, b)))
    parents[b] = a
