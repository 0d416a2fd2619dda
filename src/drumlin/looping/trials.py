"""One piece of a loop: composed, rendered, heard again, and held against what was asked for."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ..composing import Composition, compose, read_timeline, timeline_json, truth_of
from ..composing.timeline import Region
from ..instrument import Instrument
from ..listening import DescriptorReading, Features, Heard, Segment, analyse, hear, hear_descriptors
from ..listening.key_path import follow_key
from ..rendering import Mix, NoteCache, RenderSettings, render
from .agreement import (
    boundary_f,
    compare_labels,
    is_tempo_near,
    key_score,
    labels_heard,
    labels_of,
    recall,
    refused,
)
from .plans import Plan


@dataclass(frozen=True)
class Trial:
    """A piece that was made and heard.

    Args:
        plan: what was asked for.
        composition: its notes.
        mix: its sound.
        content: what was asked, what was heard, how well both agree: JSON content.
    """

    plan: Plan
    composition: Composition
    mix: Mix
    content: dict[str, Any]


def try_plan(plan: Plan, instrument: Instrument, cache: NoteCache) -> Trial:
    """Make a piece and hear it again.

    Args:
        plan: the piece.
        instrument: plays its drums.
        cache: of notes, shared among pieces.
    """
    times = [time.perf_counter()]
    composition = compose(read_timeline(plan.document))
    times.append(time.perf_counter())
    mix = render(composition.score, instrument, RenderSettings(variation=plan.kit), cache=cache)
    times.append(time.perf_counter())
    heard = _heard(composition, mix)
    times.append(time.perf_counter())
    seconds = dict(zip(("compose", "render", "listen"), (later - one for one, later in pairwise(times)), strict=True))
    asked = {
        "name": plan.name,
        "kind": plan.kind,
        "seed": composition.timeline.seed,
        "duration_s": composition.timeline.duration_s,
        "timeline": timeline_json(composition.timeline),
        "notifications": list(mix.notifications),
    }
    return Trial(plan, composition, mix, {**asked, **heard, "seconds": seconds})


def _heard(composition: Composition, mix: Mix) -> dict[str, Any]:
    """Return what is heard in a piece, region by region, held against what was asked for."""
    features = analyse(mix.waveform.mean(axis=0), mix.sample_rate)
    heard = hear(features)
    asked = [region for region in composition.timeline.regions if not region.is_silent]
    spans = replace(heard, segments=_spans(features, heard, asked))
    readings = hear_descriptors(features, spans).segments
    return {
        "regions": [_region(*row) for row in zip(asked, spans.segments, readings, strict=True)],
        "tempo_bpm": round(heard.tempo_bpm, 3),
        "form": heard.form,
        **_boundaries(composition, heard),
    }


def _spans(features: Features, heard: Heard, regions: Sequence[Region]) -> tuple[Segment, ...]:
    """Return the regions as segments, with the tempo and key that are heard between their ends."""
    edges = [(region.start_s, region.end_s) for region in regions]
    return tuple(
        Segment(start_s, end_s, "", 1.0, _tempo_in(heard, start_s, end_s), key)
        for (start_s, end_s), key in zip(edges, follow_key(features.chroma, edges), strict=True)
    )


def _tempo_in(heard: Heard, start_s: float, end_s: float) -> float | None:
    """Return the tempo of most steps between beats inside a stretch."""
    beats = [time_s for time_s in heard.beats_s if start_s - 0.05 <= time_s < end_s]
    if len(beats) < 3:
        return None
    steps = sorted(later - earlier for earlier, later in pairwise(beats))
    return 60.0 / steps[len(steps) // 2]


def _region(region: Region, segment: Segment, reading: DescriptorReading) -> dict[str, Any]:
    asked, heard = labels_of(region.descriptor), labels_heard(reading)
    tempo_bpm = region.tempo[0].tempo_bpm
    return {
        "start_s": region.start_s,
        "end_s": region.end_s,
        "asked": asked,
        "heard": heard,
        "refused": refused(reading),
        "candidates": [
            {"name": choice.name, "probability": round(choice.probability, 4)} for choice in reading.candidates
        ],
        "agrees": compare_labels(asked, heard),
        "asked_tempo_bpm": round(tempo_bpm, 3),
        "heard_tempo_bpm": segment.tempo_bpm and round(segment.tempo_bpm, 3),
        "tempo_near": is_tempo_near(tempo_bpm, segment.tempo_bpm),
        "asked_key": f"{region.tonic} {region.mode}",
        "heard_key": segment.key.name,
        "key_score": key_score(region.tonic or "C", region.mode or "ionian", segment.key),
    }


def _boundaries(composition: Composition, heard: Heard) -> dict[str, float | None]:
    """Return how well boundaries are heard: F of those of sections and regions, and the share of joins that is found.

    A join is where style, key or tempo changes. A piece of one region has none.
    """
    regions = composition.timeline.regions
    joins = [after.start_s for before, after in pairwise(regions) if _music(before) != _music(after)]
    sections = {section["start_s"] for section in truth_of(composition)["sections"]}
    inner = sorted((sections | set(joins)) - {regions[0].start_s})
    found = [segment.start_s for segment in heard.segments[1:]]
    return {"boundary_f": boundary_f(inner, found), "joins_found": recall(joins, found) if joins else None}


def _music(region: Region) -> Mapping[str, Any]:
    tempo = round(region.tempo[0].tempo_bpm) if region.tempo else None
    return {"style": region.descriptor, "key": (region.tonic, region.mode), "tempo": tempo}
