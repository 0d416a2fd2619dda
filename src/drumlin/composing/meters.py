"""Meters: how long a bar is and where its beats fall.

Musical time is counted in quarter notes everywhere in this wing; tempo is counted in the beats that one taps.
"""

from dataclasses import dataclass
from functools import cached_property

from ..errors import ComposeError


@dataclass(frozen=True)
class Meter:
    """A meter.

    Args:
        numerator: notes in a bar.
        denominator: which notes, 4 or 8.
        beat_quarters: length of the beat that a tempo counts.
        beats: where beats fall in a bar, in quarters from the downbeat.
    """

    numerator: int
    denominator: int
    beat_quarters: float
    beats: tuple[float, ...]

    @property
    def name(self) -> str:
        """As written: `4/4`."""
        return f"{self.numerator}/{self.denominator}"

    @cached_property
    def bar_quarters(self) -> float:
        """Length of a bar in quarter notes."""
        return 4.0 * self.numerator / self.denominator


METERS: dict[str, Meter] = {
    "2/4": Meter(2, 4, 1.0, (0.0, 1.0)),
    "3/4": Meter(3, 4, 1.0, (0.0, 1.0, 2.0)),
    "4/4": Meter(4, 4, 1.0, (0.0, 1.0, 2.0, 3.0)),
    "5/4": Meter(5, 4, 1.0, (0.0, 1.0, 2.0, 3.0, 4.0)),
    "6/8": Meter(6, 8, 1.5, (0.0, 1.5)),
    "7/8": Meter(7, 8, 1.0, (0.0, 1.0, 2.0)),
    "12/8": Meter(12, 8, 1.5, (0.0, 1.5, 3.0, 4.5)),
}
"""The meters that can be composed in."""


def meter_of(name: str) -> Meter:
    """Return a meter by name.

    Raises:
        ComposeError: there is none of that name.
    """
    if name not in METERS:
        raise ComposeError(f"meter is {name!r}: {', '.join(METERS)} are expected")
    return METERS[name]
