"""The study's grammar of timelines: read into regions, and written back once completed.

Within a span actions happen in the order of their times, at equal times tempo first. Instruments and tempo go on from
one region to the next unless a region asks for random ones.
"""

from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import Any

from ..errors import TimelineError
from .checking import checked
from .dictionary import SILENCE
from .scales import lilypond
from .study_reading import Names, SpanReader
from .study_schema import Span, StudyTimeline
from .timeline import Hit, Region, Timeline

_QUALITIES = {"ionian": "major", "aeolian": "minor"}


def read_study(document: Mapping[str, Any]) -> Timeline:
    """Return the timeline that a document of the study's grammar describes, not yet completed.

    Raises:
        TimelineError: it does not fit the schema, spans overlap, or actions contradict each other.
    """
    found = checked(StudyTimeline, document)
    _check_spans(found.spans)
    names = Names(found.spans)
    regions: list[Region] = []
    for index, (span, after) in enumerate(pairwise(found.spans)):
        if span.type == "metered":
            regions += SpanReader(span, f"spans[{index}]", str(span.id or index + 1), after.time, names, regions).read()
    if not regions:
        raise TimelineError("spans: got no region, expected an action add_region in a metered span")
    notes = list(found.notifications)
    if found.info is not None:
        notes.append("WARNING: info: left out, nothing of it is known here")
    return Timeline(
        duration_s=found.spans[-1].time,
        regions=tuple(regions),
        seed=found.random_seed,
        hits=tuple(Hit(hit.time, hit.instrument) for hit in found.unmetered_hits),
        meta=found.meta,
        notifications=tuple(notes),
        dialect="study",
    )


def write_study(timeline: Timeline) -> dict[str, Any]:
    """Return the document of a completed timeline."""
    spans: list[dict[str, Any]] = []
    for name, group in groupby(timeline.regions, key=lambda region: region.span):
        regions = list(group)
        start_s = regions[0].start_s
        if not name:
            spans.append({"type": "unmetered", "time": start_s})
            continue
        actions = [action for region in regions for action in _actions(region, start_s)]
        spans.append({"id": _id(name), "type": "metered", "time": start_s, "actions": actions})
    spans.append({"type": "unmetered", "time": timeline.duration_s})
    return {
        "random_seed": timeline.seed,
        "meta": dict(timeline.meta),
        "spans": spans,
        "unmetered_hits": [{"time": hit.at_s, "instrument": hit.instrument} for hit in timeline.hits],
        "notifications": list(timeline.notifications),
    }


def _check_spans(spans: tuple[Span, ...]) -> None:
    for index, (span, after) in enumerate(pairwise(spans), start=1):
        if after.time <= span.time:
            raise TimelineError(
                f"spans[{index}].time: got {after.time:g} s, expected more than {span.time:g} s, where the span before "
                "it begins: spans must not overlap"
            )
    if spans[-1].type != "unmetered":
        raise TimelineError(
            f"spans[{len(spans) - 1}].type: got 'metered', expected 'unmetered': the last span marks the end"
        )
    for index, span in enumerate(spans):
        if span.type == "unmetered" and (span.actions or span.regions):
            raise TimelineError(f"spans[{index}]: got music in an unmetered span, expected type 'metered'")


def _actions(region: Region, span_s: float) -> list[dict[str, Any]]:
    time = _seconds(region.start_s - span_s)
    if region.is_silent:
        return [{"time": time, "add_region": SILENCE}]
    added: dict[str, Any] = {
        "id": _id(region.id),
        "descriptor": region.descriptor,
        "key": {"tonic": lilypond(region.tonic or "C"), "quality": _QUALITIES.get(region.mode or "", region.mode)},
        "meter": region.meter,
        "bars": region.bars,
        "like": region.like and _id(region.like),
        "takes": dict(sorted(region.takes.items())),
        "borrows": {role: _id(name) for role, name in sorted(region.borrows.items())},
    }
    if region.end == "cut":
        added["cut_at"] = _seconds(region.end_s - span_s)
    elif region.ring_out_at_s is not None:
        added["ringout_at"] = _seconds(region.ring_out_at_s - span_s)
    band = region.layers[0].instruments if region.layers else region.instruments or ()
    first = {
        "time": time,
        "add_region": added,
        "set_tempo": region.tempo[0].tempo_bpm,
        "set_instruments": list(band),
    }
    later: list[dict[str, Any]] = [
        {"time": _seconds(time + point.at_s), "ramp_tempo" if point.is_ramp else "set_tempo": point.tempo_bpm}
        for point in region.tempo[1:]
    ]
    later += [
        {"time": _seconds(layer.at_s - span_s), "set_instruments": list(layer.instruments)}
        for layer in region.layers[1:]
    ]
    return [first, *sorted(later, key=lambda action: action["time"])]


def _seconds(value: float) -> float:
    return round(value, 6)


def _id(name: str) -> int | str:
    return int(name) if name.isdecimal() and str(int(name)) == name else name
