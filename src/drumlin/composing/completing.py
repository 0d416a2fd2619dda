"""From a request to a timeline that leaves nothing open, and says what had to be changed.

Completing what is complete changes nothing. What is drawn here is drawn from streams of the region, so that a request
and its completed form are composed alike.
"""

from dataclasses import dataclass, replace

from ..errors import TimelineError
from .descriptor import Descriptor
from .dictionary import find_descriptor
from .fitting import MAX_FIT, Fit, choose_tempo, fit_bars
from .meters import METERS, Meter
from .ordering import check_order, fill_gaps
from .patches import role_of
from .scales import TONICS
from .streams import Stream, seed_of
from .tempo import TempoMap, TempoPoint, map_tempo
from .timeline import Region, Timeline

RING_OUT_S = 2.0
"""How long before silence the last notes are struck, if nothing else is asked for."""

SHORTEST_RING_OUT_S = 6.0
"""Regions below this length play to their end."""

LEAST_PARTS = 3
"""Parts in a band: intro, outro and climax must be able to differ."""

_MOVED_S = 0.01  # nobody need be told of less


@dataclass(frozen=True)
class _Before:
    """What a region may keep of the one before it."""

    tempo: tuple[TempoPoint, ...] = ()
    instruments: tuple[str, ...] = ()


def complete(timeline: Timeline) -> Timeline:
    """Return the timeline with everything decided that the request left open.

    Raises:
        TimelineError: the request contradicts itself.
    """
    check_order(timeline)
    seed = timeline.seed
    if seed is None:
        seed = seed_of(
            repr([(region.id, region.start_s, region.end_s, region.descriptor) for region in timeline.regions])
        )
    regions, notes, before = [], list(timeline.notifications), _Before()
    gapless = fill_gaps(timeline)
    for index, region in enumerate(gapless):
        if not region.is_silent:
            is_last = index + 1 == len(gapless) or gapless[index + 1].is_silent
            region, changes = _complete(region, seed, is_last, timeline.dialect == "study", before)
            notes += [note for note in changes if note not in notes]
            end_bpm = region.tempo[-1].tempo_bpm
            before = _Before((TempoPoint(0.0, end_bpm),), region.instruments or ())
        regions.append(region)
    return replace(timeline, seed=seed, regions=tuple(regions), notifications=tuple(notes))


def region_map(region: Region) -> TempoMap:
    """Return quarters to seconds of a completed region, both from its own start."""
    meter = METERS[region.meter or "4/4"]
    fit = fit_bars(region.tempo, region.duration_s, meter, region.bars)
    return map_tempo(fit.points, region.duration_s, fit.quarters, meter.beat_quarters)


def _complete(region: Region, seed: int, is_last: bool, is_study: bool, before: _Before) -> tuple[Region, list[str]]:
    descriptor = find_descriptor(region.descriptor)
    chance = region.like or region.id
    meter = METERS[region.meter or Stream(seed, chance, "meter").weighted(descriptor.meters)]
    fit, notes = _fit(region, descriptor, meter, Stream(seed, chance, "tempo"), before)
    tonics = descriptor.tonics or dict.fromkeys(TONICS, 1.0)
    done = replace(
        region,
        meter=meter.name,
        tempo=fit.points,
        bars=fit.bars,
        tonic=region.tonic or Stream(seed, chance, "tonic").weighted(tonics),
        mode=region.mode or Stream(seed, chance, "mode").weighted(descriptor.modes),
        instruments=_band(region, descriptor, Stream(seed, chance, "band"), before),
    )
    if region.end == "cut":
        return replace(done, ring_out_at_s=None), notes
    asked = region.ring_out_at_s
    if asked is None and (is_last or is_study) and region.duration_s >= SHORTEST_RING_OUT_S:
        return replace(done, ring_out_at_s=_usual_ring_out(done)), notes
    if asked is None:
        return done, notes
    struck = _on_beat(done, asked)
    if abs(struck - asked) > _MOVED_S:
        notes.append(f"WARNING: {region.path}: the last notes ring from {struck:g} s, the beat nearest to {asked:g} s")
    return replace(done, ring_out_at_s=struck), notes


def _fit(
    region: Region, descriptor: Descriptor, meter: Meter, stream: Stream, before: _Before
) -> tuple[Fit, list[str]]:
    points = region.tempo or (before.tempo if "tempo" in region.keeps else ())
    range_ = descriptor.tempo
    if not points and region.bars is not None:
        beats = region.bars * meter.bar_quarters / meter.beat_quarters
        points = (TempoPoint(0.0, round(60.0 * beats / region.duration_s, 6)),)
    if not points:
        tempo = choose_tempo(range_.min_bpm, range_.max_bpm, region.duration_s, meter, descriptor.phrase_bars, stream)
        return fit_bars((TempoPoint(0.0, round(tempo, 6)),), region.duration_s, meter), []
    fit = fit_bars(points, region.duration_s, meter, region.bars)
    _check_tempo(region, fit)
    return fit, _explain(region, points, fit, meter) if fit.is_moved else []


def _check_tempo(region: Region, fit: Fit) -> None:
    for point in fit.points:
        if not 20.0 <= point.tempo_bpm <= 400.0:
            raise TimelineError(
                f"{region.path}: got {fit.bars:g} bars in {region.duration_s:g} s, expected a tempo from 20 to 400 "
                f"bpm, not {point.tempo_bpm:.4g}: change the bars or the end"
            )


def _explain(region: Region, points: tuple[TempoPoint, ...], fit: Fit, meter: Meter) -> list[str]:
    old, new = points[0].tempo_bpm, fit.points[0].tempo_bpm
    bars = f"{fit.bars:g} bars of {meter.name}"
    why = "so that" if abs(new / old - 1.0) <= MAX_FIT else "since it was asked that"
    return [f"WARNING: {region.path}: tempo {old:.6g} became {new:.6g} bpm, {why} {bars} end at {region.end_s:g} s"]


def _band(region: Region, descriptor: Descriptor, stream: Stream, before: _Before) -> tuple[str, ...]:
    if region.instruments is not None:
        return region.instruments
    kept = {role_of(name): name for name in before.instruments} if "patches" in region.keeps else {}
    chosen: list[str] = []
    spared: list[str] = []
    for part in sorted(descriptor.parts.values(), key=lambda part: part.order):
        is_there, patch = stream.chance(part.chance), stream.weighted(part.patches) if part.patches else "drums"
        name = kept.get(part.role, patch)
        (chosen if is_there and name not in chosen else spared).append(name)
    missing = [name for name in spared if name not in chosen][: max(0, LEAST_PARTS - len(chosen))]
    return tuple(chosen + missing)


def _usual_ring_out(region: Region) -> float:
    """Return the downbeat nearest to `RING_OUT_S` before the end, or, where bars are long, the beat."""
    downbeat = _on_beat(region, region.end_s - RING_OUT_S, downbeats=True)
    is_near = RING_OUT_S / 2.0 <= region.end_s - downbeat <= 2.0 * RING_OUT_S
    return downbeat if is_near else _on_beat(region, region.end_s - RING_OUT_S)


def _on_beat(region: Region, second: float, downbeats: bool = False) -> float:
    """Return the second of the beat nearest to `second`, inside the region and not at its start."""
    tempo_map, meter = region_map(region), METERS[region.meter or "4/4"]
    quarters = tempo_map.quarters[-1]
    near = tempo_map.quarter(min(max(second, region.start_s), region.end_s) - region.start_s)
    bar = int(near / meter.bar_quarters)
    beats = [
        (bar + step) * meter.bar_quarters + beat
        for step in (-1, 0, 1)
        for beat in (meter.beats[:1] if downbeats else meter.beats)
    ]
    inside = [beat for beat in beats if 0.0 < beat < quarters - 0.25] or [max(0.0, quarters / 2.0)]
    return round(region.start_s + tempo_map.second(min(inside, key=lambda beat: abs(beat - near))), 6)
