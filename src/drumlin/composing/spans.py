"""Where chords stand."""

from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter

from .chords import Chord


@dataclass(frozen=True)
class ChordSpan:
    """A chord and where it stands, in quarters from the start of the region."""

    start: float
    length: float
    chord: Chord

    @property
    def end(self) -> float:
        """In quarters."""
        return self.start + self.length


def chord_at(spans: tuple[ChordSpan, ...], quarter: float) -> ChordSpan:
    """Return the chord that stands at a quarter."""
    return spans[chord_index(spans, quarter)]


def chord_index(spans: tuple[ChordSpan, ...], quarter: float) -> int:
    """Return which of the chords, in order, stands at a quarter; the first where none has begun."""
    return max(bisect_right(spans, quarter + 1e-6, key=_start) - 1, 0)


_start = attrgetter("start")
