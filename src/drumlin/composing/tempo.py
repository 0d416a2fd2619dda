"""Tempo: what was asked for over time, and the map between quarter notes and seconds that comes of it.

A request is a few `TempoPoint`s: from each on its tempo holds, or, on the way to a ramp, moves evenly in time. The map
is piecewise linear, so that a MIDI file can say the same; along a ramp it bends at every quarter.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

TICKS_PER_QUARTER = 960
"""Resolution of MIDI files; the ends of regions lie on whole ticks."""


@dataclass(frozen=True)
class TempoPoint:
    """A tempo from a moment on.

    Args:
        at_s: seconds from the start of the region.
        tempo_bpm: beats per minute, in the beats of the meter.
        is_ramp: the tempo moves evenly to this one, from the point before, and is reached here.
    """

    at_s: float
    tempo_bpm: float
    is_ramp: bool = False


@dataclass(frozen=True)
class _Piece:
    """A stretch in which the tempo holds or moves evenly: beats counted up to `start_s`, tempi at both ends."""

    start_s: float
    end_s: float
    start_bpm: float
    end_bpm: float
    beats: float

    @property
    def slope(self) -> float:
        return (self.end_bpm - self.start_bpm) / (self.end_s - self.start_s)

    def beats_at(self, second: float) -> float:
        elapsed = second - self.start_s
        return self.beats + (self.start_bpm * elapsed + 0.5 * self.slope * elapsed**2) / 60.0

    def second_at(self, beat: float) -> float:
        area = 60.0 * (beat - self.beats)
        if self.start_bpm == self.end_bpm:
            return self.start_s + area / self.start_bpm
        # The root of the area under a line, in the form that stays exact for small slopes.
        root = math.sqrt(max(0.0, self.start_bpm**2 + 2.0 * self.slope * area))
        return self.start_s + 2.0 * area / (self.start_bpm + root)


@dataclass(frozen=True)
class TempoMap:
    """Quarter notes to seconds and back, straight between its knots and beyond its ends.

    Args:
        quarters: of the knots, rising.
        seconds: of the knots, rising.
    """

    quarters: tuple[float, ...]
    seconds: tuple[float, ...]

    def second(self, quarter: float) -> float:
        """Return the second at which a quarter note falls."""
        return _between(self.quarters, self.seconds, quarter)

    def quarter(self, second: float) -> float:
        """Return the quarter note, with its fraction, that falls on a second."""
        return _between(self.seconds, self.quarters, second)

    def moved(self, quarters: float, seconds: float) -> "TempoMap":
        """Return the map with its knots moved by these amounts."""
        return TempoMap(
            tuple(quarter + quarters for quarter in self.quarters), tuple(second + seconds for second in self.seconds)
        )


def _between(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float:
    place = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    x0, x1, y0, y1 = xs[place - 1], xs[place], ys[place - 1], ys[place]
    return y0 + (x - x0) * (y1 - y0) / (x1 - x0)


def count_beats(points: tuple[TempoPoint, ...], duration_s: float) -> float:
    """Return how many beats pass in `duration_s` under these points, the first of which is at 0."""
    return _pieces(points, duration_s)[-1].beats_at(duration_s)


def scale_tempo(points: tuple[TempoPoint, ...], factor: float) -> tuple[TempoPoint, ...]:
    """Return the points with every tempo multiplied by `factor` and rounded to a millionth."""
    return tuple(replace(point, tempo_bpm=round(point.tempo_bpm * factor, 6)) for point in points)


def map_tempo(points: tuple[TempoPoint, ...], duration_s: float, quarters: float, beat_quarters: float) -> TempoMap:
    """Return the map of a region: `quarters` fill it exactly, whatever rounding the points have gone through.

    Args:
        points: the first at 0.
        duration_s: of the region.
        quarters: that are to pass in it, on a whole tick.
        beat_quarters: length of a beat.
    """
    pieces = _pieces(points, duration_s)
    total = pieces[-1].beats_at(duration_s)
    to_quarters = quarters / total
    knots = {0.0, quarters}
    for piece in pieces:
        start = on_tick(piece.beats * to_quarters)
        knots.add(start)
        if piece.start_bpm != piece.end_bpm:
            end = on_tick(piece.beats_at(piece.end_s) * to_quarters)
            knots.update(float(quarter) for quarter in range(math.ceil(start), math.ceil(end)))
    inside = sorted(knot for knot in knots if 0.0 < knot < quarters)
    seconds = [_second_at(pieces, knot / to_quarters) for knot in inside]
    return TempoMap((0.0, *inside, quarters), (0.0, *seconds, duration_s))


def on_tick(quarters: float) -> float:
    """Return the nearest time that MIDI can say."""
    return round(quarters * TICKS_PER_QUARTER) / TICKS_PER_QUARTER


def join_maps(maps: Iterable[TempoMap]) -> TempoMap:
    """Return one map of several that follow each other in seconds, each with quarters of its own from 0."""
    quarters, seconds, offset = [0.0], [0.0], 0.0
    for one in maps:
        quarters += [offset + quarter for quarter in one.quarters[1:]]
        seconds += one.seconds[1:]
        offset += one.quarters[-1]
    return TempoMap(tuple(quarters), tuple(seconds))


def _pieces(points: tuple[TempoPoint, ...], duration_s: float) -> list[_Piece]:
    pieces: list[_Piece] = []
    beats = 0.0
    inside = [point for point in points if point.at_s < duration_s]
    for index, point in enumerate(inside):
        after = points[index + 1] if index + 1 < len(points) else None
        end_s = min(after.at_s, duration_s) if after else duration_s
        if end_s <= point.at_s:
            continue
        end_bpm = point.tempo_bpm
        if after and after.is_ramp:
            share = (end_s - point.at_s) / (after.at_s - point.at_s)
            end_bpm += share * (after.tempo_bpm - point.tempo_bpm)
        pieces.append(_Piece(point.at_s, end_s, point.tempo_bpm, end_bpm, beats))
        beats = pieces[-1].beats_at(end_s)
    return pieces


def _second_at(pieces: list[_Piece], beat: float) -> float:
    place = bisect_right([piece.beats for piece in pieces], beat)
    return pieces[max(0, place - 1)].second_at(beat)
