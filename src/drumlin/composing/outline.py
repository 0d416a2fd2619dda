"""The outline of a completed timeline: what an editor draws of it before a note is composed."""

from dataclasses import dataclass

from .forms import Function
from .planning import Bar, Plan, plan_region
from .timeline import Region, Timeline


@dataclass(frozen=True)
class SectionSpan:
    """A section of a region, in seconds from the start of the piece."""

    function: Function
    start_s: float
    end_s: float


@dataclass(frozen=True)
class RegionOutline:
    """What a region will be.

    Args:
        region: as completed.
        letter: regions that share their chances and descriptor have the same, `-` where it is silent.
        beats_s: from the start of the piece.
        downbeats_s: likewise.
        sections: in order.
        drums: classes of drum that its grooves have; none if it has no drums.
    """

    region: Region
    letter: str
    beats_s: tuple[float, ...] = ()
    downbeats_s: tuple[float, ...] = ()
    sections: tuple[SectionSpan, ...] = ()
    drums: tuple[str, ...] = ()


def outline(timeline: Timeline) -> tuple[RegionOutline, ...]:
    """Return the outline of each region of a completed timeline."""
    letters: dict[tuple[str, str], str] = {}
    found = []
    for region in timeline.regions:
        if region.is_silent:
            found.append(RegionOutline(region, "-"))
            continue
        number = len(letters)
        fresh = chr(ord("A") + number % 26) * (1 + number // 26)
        letter = letters.setdefault((region.like or region.id, region.descriptor), fresh)
        found.append(_outline(region, letter))
    return tuple(found)


def _outline(region: Region, letter: str) -> RegionOutline:
    plan = plan_region(region)
    beats = [bar.start + beat for bar in plan.bars for beat in plan.meter.beats if beat < bar.length - 1e-6]
    return RegionOutline(
        region=region,
        letter=letter,
        beats_s=tuple(_second(plan, beat) for beat in beats),
        downbeats_s=tuple(_second(plan, bar.start) for bar in plan.bars),
        sections=tuple(_sections(plan)),
        drums=_drums(plan),
    )


def _sections(plan: Plan) -> list[SectionSpan]:
    openings = [bar for bar in plan.bars if bar.opens]
    ends = [*openings[1:], None]
    return [
        SectionSpan(bar.function, _second(plan, bar.start), _end(plan, after))
        for bar, after in zip(openings, ends, strict=True)
    ]


def _end(plan: Plan, after: Bar | None) -> float:
    return plan.region.end_s if after is None else _second(plan, after.start)


def _second(plan: Plan, quarter: float) -> float:
    return round(plan.region.start_s + plan.tempo_map.second(quarter), 4)


def _drums(plan: Plan) -> tuple[str, ...]:
    if not any(player.role == "drums" for player in plan.players):
        return ()
    grooves = plan.descriptor.grooves_in(plan.meter)
    return tuple(dict.fromkeys(drum for groove in grooves for drum in groove.voices))
