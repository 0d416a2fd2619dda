"""Copies of vector files in bytes, made beside the searches once these come often; one that is out of date is not used.

A copy costs about two seconds for a million rows and saves half of each search, so a single search does without. The
file's size and time of change tell whether it is as it was; a file that changed a moment ago is left alone, as a second
change could bear the same time.
"""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ..units import Array
from .coarse import CoarseRows, coarse_rows

LEAST_ROWS = 20_000
"""With fewer, the plain product takes no time worth saving."""

SEARCHES = 3
"""The copy is begun at so many searches of one state of a file."""

SETTLED_S = 2.0
"""A file is copied once it has been left alone for so long."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a vector file is as it was."""

    size: int
    mtime_ns: int


def stamp_of(path: Path) -> Stamp:
    """Return the stamp of a file.

    Raises:
        OSError: there is none.
    """
    state = path.stat()
    return Stamp(state.st_size, state.st_mtime_ns)


def is_settled(stamp: Stamp) -> bool:
    """Whether a file has not changed for a while."""
    return time.time() - stamp.mtime_ns / 1e9 > SETTLED_S


class Copies:
    """The copies of some files; may be shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._searches: dict[Path, tuple[Stamp, int]] = {}
        self._made: dict[Path, tuple[Stamp, CoarseRows | None]] = {}
        self._maker: threading.Thread | None = None

    def get(self, path: Path, matrix: Array) -> CoarseRows | None:
        """Return the copy of a file if there is one that is up to date; a search has come.

        Args:
            path: the vector file.
            matrix: all of its rows, as they are mapped from disk.
        """
        if len(matrix) < LEAST_ROWS:
            return None
        stamp = stamp_of(path)
        with self._lock:
            made = self._made.get(path)
            if made is not None and made[0] == stamp:
                return made[1]
            before, count = self._searches.get(path, (stamp, 0))
            self._searches[path] = (stamp, count + 1 if before == stamp else 1)
            if self._searches[path][1] >= SEARCHES and is_settled(stamp) and self._maker is None:
                self._maker = threading.Thread(target=self._make, args=(path, stamp, matrix))
                self._maker.start()
        return None

    def wait(self) -> None:
        """Return once no copy is being made."""
        maker = self._maker
        if maker is not None:
            maker.join()

    def _make(self, path: Path, stamp: Stamp, matrix: Array) -> None:
        try:
            coarse = coarse_rows(matrix)
            with self._lock:
                self._made[path] = (stamp, coarse)
        finally:
            self._maker = None
