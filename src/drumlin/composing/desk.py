"""What a player has in front of them when they write their notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from .patterns import read_pattern

if TYPE_CHECKING:
    from .band import Player
    from .planning import Bar, Plan
    from .spans import ChordSpan
    from .streams import Stream


class Stroke(NamedTuple):
    """A note before it is performed.

    Args:
        quarter: from the start of the region, on the grid.
        length: in quarters.
        level: how hard, as a share of what the bar calls for.
        pitch: MIDI number; None for a drum.
        drum: class of drum, or empty.
    """

    quarter: float
    length: float
    level: float
    pitch: int | None = None
    drum: str = ""


@dataclass(frozen=True)
class Desk:
    """What a player knows.

    Args:
        plan: of the region.
        player: who it is.
        chords: of the region.
        stream: of this player.
        kicks: quarters of the strokes of the kick.
    """

    plan: "Plan"
    player: "Player"
    chords: "tuple[ChordSpan, ...]"
    stream: "Stream"
    kicks: tuple[float, ...] = ()

    @property
    def low(self) -> int:
        """Lowest note."""
        return self.player.spec.low

    @property
    def high(self) -> int:
        """Highest note."""
        return self.player.spec.high

    @property
    def middle(self) -> float:
        """Of the range."""
        return (self.low + self.high) / 2.0

    def rhythm(self, simple: str, compound: str) -> "Iterator[tuple[Bar, float, float]]":
        """Yield bar, quarter and level of each stroke of a rhythm through the region.

        Args:
            simple: a pattern for bars of quarters, four quarters long.
            compound: a pattern for bars of threes, three quarters long.
        """
        is_compound = self.plan.meter.beat_quarters == 1.5
        text, span = (compound, 3.0) if is_compound else (simple, 4.0)
        for bar in self.plan.bars:
            for quarter, level in bar_strokes(text, span, bar, self.stream):
                yield bar, quarter, level


def bar_strokes(text: str, span: float, bar: "Bar", stream: "Stream") -> Iterator[tuple[float, float]]:
    """Yield quarter and level of the strokes of a pattern in a bar: it is cut, or repeated, to the bar's length.

    Args:
        text: the pattern.
        span: length of one bar of it, in quarters.
        bar: to be filled.
        stream: decides whether an uncertain stroke is there.
    """
    bars = read_pattern(text)
    steps = bars[bar.index % len(bars)]
    start = 0.0
    while start < bar.length - 1e-6:
        for step in steps:
            offset = start + step.place * span
            if offset >= bar.length - 1e-6:
                break
            if step.is_certain or stream.chance(bar.energy):
                yield bar.start + offset, step.level
        start += span
