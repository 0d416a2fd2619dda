"""The tempo of a span in the study's grammar: all that asks for one, in the order of time, cut to regions."""

from dataclasses import replace

from ..errors import TimelineError
from .study_schema import Span
from .tempo import TempoPoint


def span_tempo(span: Span, path: str) -> tuple[TempoPoint, ...]:
    """Return the tempi that a span asks for, by seconds from its start.

    Raises:
        TimelineError: there is nothing to ramp or to copy from.
    """
    points = [] if span.tempo is None else [TempoPoint(0.0, span.tempo)]
    points += [TempoPoint(change.time, change.tempo) for change in span.tempo_changes]
    for index, action in sorted(enumerate(span.actions), key=lambda item: item[1].time):
        here = f"{path}.actions[{index}]"
        if action.set_tempo is not None:
            points.append(TempoPoint(action.time, action.set_tempo))
        elif action.ramp_tempo is not None:
            if not points or points[-1].at_s >= action.time:
                raise TimelineError(f"{here}.ramp_tempo: got no tempo before it, expected set_tempo at an earlier time")
            points.append(TempoPoint(action.time, action.ramp_tempo, is_ramp=True))
        elif action.copy_tempo_from_time is not None:
            if not points or points[0].at_s > action.copy_tempo_from_time:
                raise TimelineError(f"{here}.copy_tempo_from_time: got no tempo there, expected set_tempo before it")
            points.append(TempoPoint(action.time, _tempo_at(points, action.copy_tempo_from_time)))
    return tuple(sorted(points, key=lambda point: point.at_s))


def tempo_within(points: tuple[TempoPoint, ...], start_s: float, end_s: float) -> tuple[TempoPoint, ...]:
    """Return the tempi of a region, by seconds from its start; none if nothing was asked for by then."""
    if not points or points[0].at_s > start_s:
        return ()
    inside = [replace(point, at_s=round(point.at_s - start_s, 9)) for point in points if start_s < point.at_s < end_s]
    later = next((point for point in points if point.at_s >= end_s), None)
    if later is not None and later.is_ramp:
        inside.append(
            TempoPoint(round(end_s - start_s, 9), round(_tempo_at(list(points), end_s, later), 6), is_ramp=True)
        )
    return (TempoPoint(0.0, round(_tempo_at(list(points), start_s), 6)), *inside)


def _tempo_at(points: list[TempoPoint], second: float, reached: TempoPoint | None = None) -> float:
    """Return the tempo at a second; that of a ramp which is `reached` by then, whatever is set at that moment."""
    if reached is not None and reached.at_s <= second:
        return reached.tempo_bpm
    before = [point for point in points if point.at_s <= second][-1]
    after = next((point for point in points if point.at_s > second), None)
    if after is None or not after.is_ramp:
        return before.tempo_bpm
    share = (second - before.at_s) / (after.at_s - before.at_s)
    return before.tempo_bpm + share * (after.tempo_bpm - before.tempo_bpm)
