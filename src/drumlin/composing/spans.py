"""Where chords stand."""

from dataclasses import dataclass

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
    for span in reversed(spans):
        if span.start <= quarter + 1e-6:
            return span
    return spans[0]
