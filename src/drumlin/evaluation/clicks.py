"""Clicks at the start, at the end and inside of a hit: the defects that are heard first.

Levels are relative to the peak of the sound. A silent sound has no clicks. Shapes: M sounds, T points.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array, Waveform

START_DB = -60.0
"""A sound whose first point is louder begins with a step."""

END_DB = -60.0
"""A sound whose last millisecond is louder (root mean square) is cut off."""

LAST_DB = -70.0
"""And so is one whose last point is louder."""

CLICK_SCORE = 12.0
"""A jump of the second difference so many times beyond what is usual around it is a click."""

FLOOR_DB = -66.0
"""Jumps below this are not heard beside the hit."""

ATTACK_S = 0.02
"""Up to so long after its peak a drum may do what it likes: sticks and rattles are jumps as well."""

LOCAL_S = 0.005
"""What is usual is the median over this much on each side."""

LONE_FLOOR_DB, LONE_DB = -44.0, 18.0
"""Of `lone_clicks`: the least level, and the height over what is around."""

EVENT_S = 0.001
"""Jumps that are nearer than this are one click."""


@dataclass(frozen=True)
class Clicks:
    """What was found in one sound.

    Args:
        start: it begins with a step.
        end: it is cut off.
        inside: positions of clicks inside, in points.
    """

    start: bool
    end: bool
    inside: tuple[int, ...]

    @property
    def any(self) -> bool:
        """Whether there is a click of any kind."""
        return self.start or self.end or bool(self.inside)


def find_clicks(waveform: Waveform, sample_rate: int) -> Clicks:
    """Look for clicks in a sound of shape (T,)."""
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak < 1e-6:
        return Clicks(False, False, ())
    relative = np.asarray(waveform, dtype=np.float64) / peak
    tail = relative[-max(1, round(0.001 * sample_rate)) :]
    start = abs(relative[0]) > _gain(START_DB)
    end = bool(np.sqrt(np.square(tail).mean()) > _gain(END_DB)) or abs(relative[-1]) > _gain(LAST_DB)
    return Clicks(bool(start), bool(end), _inside(relative, sample_rate, FLOOR_DB))


def lone_clicks(waveform: Waveform, sample_rate: int) -> tuple[int, ...]:
    """Return the clicks inside a sound (T,) that no drum explains: louder ones, with no rattle around them.

    `find_clicks` is strict: of 864 real drums it accuses one in four, of the beads of a shaker, of second strokes, of
    files that fall into digital silence. These count only above `LONE_FLOOR_DB`, and if they stand `LONE_DB` out of
    the jumps (root mean square) before and after them.
    """
    peak = float(np.abs(waveform).max(initial=0.0))
    if peak < 1e-6:
        return ()
    relative = np.asarray(waveform, dtype=np.float64) / peak
    jumps = np.abs(np.diff(relative, n=2))
    near, far = round(EVENT_S * sample_rate / 2), round(LOCAL_S * sample_rate)

    def is_lone(place: int) -> bool:
        sides = (jumps[max(0, place - far) : place - near], jumps[place + near : place + far])
        around = max(float(np.sqrt(np.square(side).mean())) for side in sides if side.size)
        return bool(jumps[max(0, place - 2) : place + 1].max() > around * _gain(LONE_DB))

    return tuple(place for place in _inside(relative, sample_rate, LONE_FLOOR_DB) if is_lone(place))


def count_clicks(waveforms: Waveform, sample_rate: int) -> dict[str, float]:
    """Return the shares of sounds (M, T) with a click at the start and at the end, and the clicks inside per sound."""
    found = [find_clicks(waveform, sample_rate) for waveform in waveforms]
    count = max(1, len(found))
    return {
        "start": sum(clicks.start for clicks in found) / count,
        "end": sum(clicks.end for clicks in found) / count,
        "inside": sum(len(clicks.inside) for clicks in found) / count,
    }


def _inside(relative: Array, sample_rate: int, floor_db: float) -> tuple[int, ...]:
    """Return the positions where the second difference stands out of its surroundings."""
    jumps = np.abs(np.diff(relative, n=2))
    reach = max(2, round(LOCAL_S * sample_rate))
    if len(jumps) < 2 * reach:
        return ()
    usual = np.maximum(_local_median(jumps, reach), _gain(floor_db) / CLICK_SCORE)
    suspects = np.flatnonzero(jumps > CLICK_SCORE * usual) + 1
    peak = int(np.abs(relative).argmax())
    away = suspects[suspects - peak > ATTACK_S * sample_rate]
    apart = np.diff(away, prepend=-sample_rate) > EVENT_S * sample_rate
    return tuple(int(position) for position in away[apart])


def _local_median(values: Array, reach: int) -> Array:
    """Return the median around each point, from blocks of `reach` and interpolated: cheap, and close enough."""
    blocks = [np.median(values[max(0, at - reach) : at + reach]) for at in range(0, len(values), reach)]
    smooth: Array = np.interp(np.arange(len(values)), np.arange(0, len(values), reach), blocks)
    return smooth


def _gain(level_db: float) -> float:
    return float(10.0 ** (level_db / 20.0))
