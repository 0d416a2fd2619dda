"""Sounds that were made, kept for the next time; the oldest go first. One cache may serve many pieces."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from ..units import Array

_MOST_BYTES = 400 * 2**20


class NoteCache:
    """Arrays by key, up to a number of bytes. What is in it is read only.

    Args:
        most_bytes: kept; the least recently used go first.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self.hits = 0
        self.misses = 0
        self._most_bytes = most_bytes
        self._bytes = 0
        self._arrays: OrderedDict[Hashable, Array] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """Return what is kept under `key`, or make and keep it."""
        with self._lock:
            if (kept := self._arrays.get(key)) is not None:
                self._arrays.move_to_end(key)
                self.hits += 1
                return kept
            self.misses += 1
        made = make()
        made.setflags(write=False)
        with self._lock:
            if key not in self._arrays:
                self._arrays[key] = made
                self._bytes += made.nbytes
            while self._bytes > self._most_bytes and len(self._arrays) > 1:
                self._bytes -= self._arrays.popitem(last=False)[1].nbytes
        return made
