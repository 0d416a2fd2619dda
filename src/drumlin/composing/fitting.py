"""How many bars fill a region, and the tempo that closes them on its end: the end itself never moves.

In this order: whole bars if the tempo need not move by more than 4 %; else whole bars and a short one, counted in
eighths, by the same means; else, in a region of a few beats, whatever remains is a short bar as it is.
"""

import math
from dataclasses import dataclass

from .meters import Meter
from .streams import Stream
from .tempo import TempoPoint, count_beats, on_tick, scale_tempo

MAX_FIT = 0.04
"""How far a tempo that was asked for is moved so that bars close: by 4 % nobody takes it for another one."""

SHORTEST_QUARTERS = 0.5
"""Short bars are counted in eighths."""

_SAME = 1e-6  # relative: tempi that differ by rounding alone


@dataclass(frozen=True)
class Fit:
    """What fills a region.

    Args:
        bars: with a fraction if the last one is short.
        quarters: in all, on a whole tick.
        points: the tempi that were asked for, moved so that they close.
        is_moved: whether they had to be.
    """

    bars: float
    quarters: float
    points: tuple[TempoPoint, ...]
    is_moved: bool


def fit_bars(points: tuple[TempoPoint, ...], duration_s: float, meter: Meter, bars: float | None = None) -> Fit:
    """Return what fills a region at about these tempi.

    Args:
        points: the first at 0.
        duration_s: of the region.
        meter: of the region.
        bars: that were asked for; they hold if the tempo allows it.
    """
    asked = count_beats(points, duration_s) * meter.beat_quarters
    for quarters in (*_counts(asked, meter), on_tick(asked)) if bars is None else (on_tick(bars * meter.bar_quarters),):
        fit = _fit(points, asked, quarters, meter)
        if bars is not None or abs(quarters / asked - 1.0) <= MAX_FIT:
            return fit
    return _fit(points, asked, max(on_tick(asked), on_tick(SHORTEST_QUARTERS / 8)), meter)


def choose_tempo(
    low_bpm: float, high_bpm: float, duration_s: float, meter: Meter, phrase_bars: int, stream: Stream
) -> float:
    """Return a tempo within a range, so that whole bars, and best whole phrases, fill a region.

    Args:
        low_bpm: lowest tempo.
        high_bpm: highest tempo.
        duration_s: of the region.
        meter: of the region.
        phrase_bars: bars in a phrase.
        stream: draws the tempo about which it is chosen.
    """
    drawn = stream.between(low_bpm, high_bpm)
    bar_beats = meter.bar_quarters / meter.beat_quarters
    per_bar = 60.0 * bar_beats / duration_s
    counts = range(max(1, math.ceil(low_bpm / per_bar)), math.floor(high_bpm / per_bar) + 1)
    if not counts:
        return round(drawn, 1)
    # A phrase that closes is worth a tempo an eighth of the range away; half of one half of that.
    reach = (high_bpm - low_bpm) / 8.0
    return min(
        (abs(count * per_bar - drawn) + reach * _untidiness(count, phrase_bars), count * per_bar) for count in counts
    )[1]


def _untidiness(count: int, phrase_bars: int) -> float:
    return 0.0 if count % phrase_bars == 0 else 1.0 if count % 2 == 0 else 2.0


def _counts(asked: float, meter: Meter) -> list[float]:
    """Return lengths in quarters to be tried: whole bars, then whole bars and a short one."""
    whole = max(1, round(asked / meter.bar_quarters)) * meter.bar_quarters
    short = max(1, round(asked / SHORTEST_QUARTERS)) * SHORTEST_QUARTERS
    return [whole, short]


def _fit(points: tuple[TempoPoint, ...], asked: float, quarters: float, meter: Meter) -> Fit:
    factor = quarters / asked
    is_moved = abs(factor - 1.0) > _SAME
    return Fit(
        bars=round(quarters / meter.bar_quarters, 6),
        quarters=quarters,
        points=scale_tempo(points, factor) if is_moved else points,
        is_moved=is_moved,
    )
