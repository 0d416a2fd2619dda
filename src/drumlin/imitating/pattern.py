"""The rhythm that was said: when each stroke falls, how hard, and which list plays it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..units import db_to_gain
from .strokes import Stroke

SOFTEST = 0.05
"""The least velocity: a stroke that was heard is played."""

_BETWEEN_LISTS = 0.35
"""How much it counts that one syllable was said less loud than another: a `ts` always is, whoever plays the hat."""


@dataclass(frozen=True)
class Beat:
    """One stroke of a pattern.

    Args:
        at_s: seconds from the first stroke.
        velocity: how hard, as a share of the hardest: the amplitude is its square, as in most samplers. (0, 1].
        which: number of the list that plays it.
    """

    at_s: float
    velocity: float
    which: int

    @property
    def gain(self) -> float:
        """Amplitude at which a sound is played."""
        return self.velocity**2


def read_pattern(strokes: Sequence[Stroke], groups: Sequence[int]) -> tuple[Beat, ...]:
    """Return the pattern of some strokes, the first at 0 s.

    Strokes of one list are compared with its loudest; lists with each other only in part.

    Args:
        strokes: at least one.
        groups: the list of each.
    """
    tops: dict[int, float] = {}
    for stroke, group in zip(strokes, groups, strict=True):
        tops[group] = max(tops.get(group, -1e9), stroke.level_db)
    loudest = max(tops.values())
    begin = strokes[0].start_s
    return tuple(
        Beat(
            round(stroke.start_s - begin, 4),
            _velocity(stroke.level_db - tops[group] + _BETWEEN_LISTS * (tops[group] - loudest)),
            group,
        )
        for stroke, group in zip(strokes, groups, strict=True)
    )


def _velocity(level_db: float) -> float:
    return round(max(SOFTEST, db_to_gain(level_db / 2.0)), 3)
