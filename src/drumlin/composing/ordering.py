"""The order of a timeline: regions that follow each other, inside the piece, each with a name of its own."""

from collections.abc import Iterator

from ..errors import TimelineError
from .border import MIN_REGION_S
from .dictionary import SILENCE
from .timeline import Region, Timeline

_SAME_S = 1e-6  # ends and starts that meet, up to rounding


def check_order(timeline: Timeline) -> None:
    """Refuse regions that overlap, leave the piece, or point to what is not there.

    Raises:
        TimelineError: the message begins with the path.
    """
    seen: dict[str, Region] = {}
    end_s, before = 0.0, ""
    for region in timeline.regions:
        if region.id in seen:
            raise TimelineError(f"{region.path}.id: got {region.id!r} again, expected one that no other region has")
        if region.start_s < end_s - _SAME_S:
            raise TimelineError(
                f"{region.path}: got a start at {region.start_s:g} s, expected {end_s:g} s or later, where {before} "
                "ends: regions must not overlap"
            )
        _check_region(region, timeline.duration_s)
        if region.like and region.like not in seen:
            raise TimelineError(f"{region.path}.like: got {region.like!r}, expected the id of a region before it")
        for role, name in region.borrows.items():
            if name not in seen:
                raise TimelineError(
                    f"{region.path}.borrows.{role}: got {name!r}, expected the id of a region before it"
                )
        seen[region.id] = region
        end_s, before = region.end_s, region.path
    for index, hit in enumerate(timeline.hits):
        if hit.at_s >= timeline.duration_s:
            raise TimelineError(
                f"hits[{index}]: got {hit.at_s:g} s, expected less than {timeline.duration_s:g} s, the end"
            )


def fill_gaps(timeline: Timeline) -> list[Region]:
    """Return the regions with silent ones in between, so that they fill the piece."""
    return list(_filled(timeline))


def _filled(timeline: Timeline) -> Iterator[Region]:
    end_s = 0.0
    taken = {region.id for region in timeline.regions}
    for region in timeline.regions:
        if region.start_s > end_s + MIN_REGION_S:
            yield _silence(taken, end_s, region.start_s)
        elif abs(region.start_s - end_s) > _SAME_S:
            raise TimelineError(
                f"{region.path}: got a gap of {region.start_s - end_s:g} s before it, expected none or more than "
                f"{MIN_REGION_S:g} s: start it at {end_s:g} s"
            )
        yield region
        end_s = region.end_s
    if timeline.duration_s - end_s > MIN_REGION_S:
        yield _silence(taken, end_s, timeline.duration_s)


def _silence(taken: set[str], start_s: float, end_s: float) -> Region:
    number = 1
    while f"silence{number}" in taken:
        number += 1
    taken.add(f"silence{number}")
    return Region(f"silence{number}", start_s, end_s, SILENCE)


def _check_region(region: Region, duration_s: float) -> None:
    if region.end_s > duration_s + _SAME_S:
        raise TimelineError(
            f"{region.path}: got an end at {region.end_s:g} s, expected {duration_s:g} s, the end, at most"
        )
    if region.duration_s < MIN_REGION_S:
        raise TimelineError(
            f"{region.path}: got {region.start_s:g} s to {region.end_s:g} s, expected an end {MIN_REGION_S:g} s "
            "later at least, and regions in the order of time"
        )
    if region.end == "cut" and region.ring_out_at_s is not None:
        raise TimelineError(f"{region.path}: got a cut and a ring-out, expected one of them")
    _check_inside(region, "the ring-out", [region.ring_out_at_s] if region.ring_out_at_s is not None else [])
    _check_inside(region, "a change of tempo", [region.start_s + point.at_s for point in region.tempo[1:]], to_end=True)
    _check_inside(region, "a layer", [layer.at_s for layer in region.layers], touches=True)
    _check_inside(region, "a section", [section.at_s for section in region.sections], touches=True)


def _check_inside(region: Region, what: str, times_s: list[float], touches: bool = False, to_end: bool = False) -> None:
    last_s = region.start_s
    for index, time_s in enumerate(times_s):
        is_late = time_s > last_s + _SAME_S or (touches and index == 0 and time_s >= region.start_s - _SAME_S)
        if not is_late or time_s > region.end_s + _SAME_S or (time_s >= region.end_s and not to_end):
            raise TimelineError(
                f"{region.path}: got {what} at {time_s:g} s, expected it after {last_s:g} s and before "
                f"{region.end_s:g} s"
            )
        last_s = time_s
