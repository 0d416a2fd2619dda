"""The truth about a piece: everything that one could hope to hear in it, known without error.

Beats and downbeats, bars, meters, tempo, keys, chords, sections, boundaries, descriptors with their labels, notes.
Intervals and labels are as mir_eval takes them.
"""

from itertools import pairwise
from typing import Any

from ..provenance import hash_content
from .composer import Composition, RegionWork
from .dictionary import dictionary_hash
from .documents import write_timeline
from .score import ScoreNote

FORMAT = "drumlin-truth"
VERSION = 1


def truth_of(composition: Composition) -> dict[str, Any]:
    """Return the truth as JSON content; times in seconds from the start of the piece."""
    timeline, works = composition.timeline, composition.works
    letters = section_letters(composition)
    silent = [region for region in timeline.regions if region.is_silent]
    return {
        "format": FORMAT,
        "version": VERSION,
        "duration_s": timeline.duration_s,
        "seed": timeline.seed,
        "timeline_sha256": hash_content(write_timeline(timeline)),
        "dictionary_sha256": dictionary_hash(),
        "regions": [_region(work, letters[name]) for name, work in works.items()],
        "silences": [{"start_s": region.start_s, "end_s": region.end_s} for region in silent],
        "boundaries": [_boundary(composition, index, letters) for index in range(len(timeline.regions))],
        "sections": [section for name, work in works.items() for section in _sections(work, letters[name])],
        "keys": [_key(work) for work in works.values()],
        "tempo": [piece for work in works.values() for piece in _tempo(work)],
        "beats": [beat for work in works.values() for beat in _beats(work)],
        "bars": [bar for work in works.values() for bar in _bars(work)],
        "chords": [chord for work in works.values() for chord in _chords(work)],
        "parts": [{"id": part.id, "role": part.role, "patch": part.patch} for part in composition.score.parts],
        "notes": [_note(note) for region in composition.score.regions for note in region.notes],
    }


def section_letters(composition: Composition) -> dict[str, str]:
    """Return a letter for each region by id: regions of one descriptor and mode share one, silence has `-`."""
    letters: dict[str, str] = {}
    known: dict[tuple[str, str | None], str] = {}
    for region in composition.timeline.regions:
        if region.is_silent:
            letters[region.id] = "-"
            continue
        number = len(known)
        name = chr(ord("A") + number % 26) * (1 + number // 26)
        letters[region.id] = known.setdefault((region.descriptor, region.mode), name)
    return letters


def _region(work: RegionWork, letter: str) -> dict[str, Any]:
    region, descriptor = work.plan.region, work.plan.descriptor
    return {
        "id": region.id,
        "start_s": region.start_s,
        "end_s": region.end_s,
        "letter": letter,
        "descriptor": descriptor.id,
        "genre": descriptor.genre,
        "subgenre": f"{descriptor.genre}_{descriptor.subgenre}",
        "mood": descriptor.id,
        "sentiment": descriptor.sentiment,
        "valence": descriptor.valence_level,
        "momentum": descriptor.momentum,
        "continuous_valence": descriptor.valence,
        "continuous_arousal": descriptor.arousal,
        "tempo_bpm": region.tempo[0].tempo_bpm,
        "meter": region.meter,
        "key": {"tonic": region.tonic, "mode": region.mode, "label": work.plan.key.label},
        "swing": descriptor.swing,
        "instruments": list(region.instruments or ()),
        "ring_out_at_s": region.ring_out_at_s,
    }


def _boundary(composition: Composition, index: int, letters: dict[str, str]) -> dict[str, Any]:
    region = composition.timeline.regions[index]
    return {
        "time_s": region.start_s,
        "region": region.id,
        "letter": letters[region.id],
        "descriptor": region.descriptor,
    }


def _sections(work: RegionWork, letter: str) -> list[dict[str, Any]]:
    plan = work.plan
    starts = [bar for bar in plan.bars if bar.opens]
    ends = [bar.start for bar in starts[1:]] + [plan.quarters]
    return [
        {
            "start_s": _second(work, bar.start),
            "end_s": _second(work, end),
            "region": plan.region.id,
            "letter": letter,
            "function": bar.function,
            "players": bar.players,
        }
        for bar, end in zip(starts, ends, strict=True)
    ]


def _key(work: RegionWork) -> dict[str, Any]:
    region, key = work.plan.region, work.plan.key
    return {"start_s": region.start_s, "end_s": region.end_s, "tonic": key.tonic, "mode": key.mode, "label": key.label}


def _tempo(work: RegionWork) -> list[dict[str, Any]]:
    tempo_map, beat = work.plan.tempo_map, work.plan.meter.beat_quarters
    knots = list(zip(tempo_map.quarters, tempo_map.seconds, strict=True))
    start_s = work.plan.region.start_s
    return [
        {
            "start_s": round(start_s + second, 6),
            "end_s": round(start_s + later, 6),
            "tempo_bpm": round(60.0 * (further - quarter) / beat / (later - second), 6),
        }
        for (quarter, second), (further, later) in pairwise(knots)
    ]


def _beats(work: RegionWork) -> list[dict[str, Any]]:
    return [
        {"time_s": _second(work, bar.start + beat), "bar": bar.index + 1, "beat": number}
        for bar in work.plan.bars
        for number, beat in enumerate(work.plan.meter.beats, start=1)
        if beat < bar.length - 1e-6
    ]


def _bars(work: RegionWork) -> list[dict[str, Any]]:
    meter = work.plan.meter
    return [
        {
            "start_s": _second(work, bar.start),
            "end_s": _second(work, bar.end),
            "region": work.plan.region.id,
            "number": bar.index + 1,
            "meter": meter.name,
            "short": bar.length < meter.bar_quarters - 1e-6,
        }
        for bar in work.plan.bars
    ]


def _chords(work: RegionWork) -> list[dict[str, Any]]:
    return [
        {"start_s": _second(work, span.start), "end_s": _second(work, span.end), "label": span.chord.label}
        for span in work.chords
    ]


def _second(work: RegionWork, quarter: float) -> float:
    return round(work.plan.region.start_s + work.plan.tempo_map.second(quarter), 6)


def _note(note: ScoreNote) -> dict[str, Any]:
    pitched = {"pitch": note.pitch} if note.pitch is not None else {"drum": note.drum}
    return {
        "part": note.part,
        "onset_s": note.onset_s,
        "duration_s": note.duration_s,
        "velocity": note.velocity,
        **pitched,
    }
