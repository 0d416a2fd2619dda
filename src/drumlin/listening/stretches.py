"""Stretches of one pulse: where a track jumps to another tempo, it is heard in parts, each with beats of its own.

Only hard joins (`joins.py`) are asked, and only where both sides are sure of tempi that have nothing to do with each
other: half, double or three halves of a tempo are other readings of one pulse.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .analysis import FRAME_RATE, Features
from .periodicity import autocorrelate
from .settings import ListenSettings
from .tempo import RELATIVES, Tempo, find_tempo

SIDE_S = 8.0
"""So much before and after a join says what the pulse is there."""

TEMPO_STEP = 0.03
"""Tempi that differ by less, or less from a simple ratio, are one pulse."""

SURE = 0.4
"""Where the tempo of a side is less probable than this, nothing says that the pulse broke."""


@dataclass(frozen=True)
class Stretch:
    """A part of a track, from and to, seconds."""

    start_s: float
    end_s: float

    @property
    def frames(self) -> slice:
        """Return its short frames."""
        return slice(round(self.start_s * FRAME_RATE), round(self.end_s * FRAME_RATE))


def find_stretches(features: Features, joins_s: Sequence[float], settings: ListenSettings) -> tuple[Stretch, ...]:
    """Return the stretches of a track with such joins, without gaps; mostly one."""
    edges = [0.0, *joins_s, features.duration_s]
    breaks = [
        edges[index]
        for index in range(1, len(edges) - 1)
        if not is_one_pulse(*(_tempo(features, side, settings) for side in _sides(*edges[index - 1 : index + 2])))
    ]
    return tuple(Stretch(begin, end) for begin, end in zip([0.0, *breaks], [*breaks, features.duration_s], strict=True))


def is_one_pulse(before: Tempo, after: Tempo) -> bool:
    """Tell whether two tempi may be readings of one pulse; also where one of them is unsure."""
    if min(tempo.candidates[0].probability for tempo in (before, after)) < SURE:
        return True
    apart = np.abs(np.log(after.bpm / before.bpm) - np.log((1.0, *RELATIVES)))
    return bool(apart.min() < np.log(1 + TEMPO_STEP))


def _sides(first_s: float, join_s: float, last_s: float) -> tuple[Stretch, Stretch]:
    return Stretch(max(first_s, join_s - SIDE_S), join_s), Stretch(join_s, min(last_s, join_s + SIDE_S))


def _tempo(features: Features, side: Stretch, settings: ListenSettings) -> Tempo:
    return find_tempo(autocorrelate(features.onsets[side.frames]), settings)
