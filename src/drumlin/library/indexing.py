"""The optional index of a large library: it finds in a fraction of the time, and misses a few of the hundred nearest.

It is made when asked for, kept beside the vectors, and made anew by a scan that brought new sounds. Until then, and
wherever it is missing, searches are exact.
"""

from dataclasses import dataclass

from ..errors import LibraryError
from ..progress import Report, ignore
from .cells import LEAST_RECALL, LEAST_ROWS
from .library import Library
from .picture import WHOLE
from .vectors import VectorFiles


@dataclass(frozen=True)
class Index:
    """What was made: sounds in it, cells and how many of them are looked at, share of the nearest ten that it finds."""

    sounds: int
    cells: int
    probes: int
    recall: float


def make_index(library: Library, report: Report = ignore) -> Index:
    """Make the index by which a library finds sounds like another, as a whole.

    Raises:
        LibraryError: there are too few sounds, they have too little order, or they lie in PostgreSQL.
    """
    vectors = library.vectors
    if not isinstance(vectors, VectorFiles):
        raise LibraryError("vectors in PostgreSQL are compared there: ask its administrator for an index of pgvector")
    with library.catalogue.alone(), library.catalogue.read() as connection:
        cells = vectors.index(connection, WHOLE, report)
    if cells is None:
        raise LibraryError(
            f"no index was made, searches stay exact: it needs {LEAST_ROWS:,} sounds (there are {library.count():,})"
            f" in enough order to find {LEAST_RECALL:.0%} of what is nearest"
        )
    return Index(len(cells.rows), len(cells.centres), cells.probes, cells.recall)


def drop_index(library: Library) -> None:
    """Remove the index: every search is exact again."""
    if isinstance(library.vectors, VectorFiles):
        library.vectors.drop_index(WHOLE)
