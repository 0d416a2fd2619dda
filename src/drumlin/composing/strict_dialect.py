"""The strict dialect of timelines: each number has its unit in its name, each time counts from the start of the piece.

{"format": "drumlin-timeline", "version": 1, "seed": 7, "duration_s": 60,
 "regions": [{"start_s": 0, "descriptor": "rock_indie_hopeful", "key": {"tonic": "A", "mode": "minor"}},
             {"start_s": 30, "descriptor": "ambient_drift_tender", "tempo_bpm": 60}]}
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from ..errors import TimelineError
from .border import (
    Bpm,
    DescriptorName,
    Document,
    HitName,
    InstrumentName,
    MeterName,
    ModeName,
    Number,
    Seconds,
    Seed,
    Takes,
    TonicName,
)
from .checking import checked
from .forms import Function
from .score import End
from .tempo import TempoPoint
from .timeline import Hit, Layer, Region, Section, Timeline

FORMAT = "drumlin-timeline"
VERSION = 1


class _Key(Document):
    tonic: TonicName | None = None
    mode: ModeName | None = None


class _TempoChange(Document):
    at_s: Seconds
    tempo_bpm: Bpm
    ramp: bool = False


class _Layer(Document):
    at_s: Seconds
    instruments: tuple[InstrumentName, ...]


class _Section(Document):
    at_s: Seconds
    function: Function


class _Hit(Document):
    at_s: Seconds
    instrument: HitName


class _Region(Document):
    id: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    start_s: Seconds
    end_s: Seconds | None = None
    descriptor: DescriptorName
    key: _Key | None = None
    meter: MeterName | None = None
    tempo_bpm: Bpm | None = None
    tempo_changes: tuple[_TempoChange, ...] = ()
    bars: Annotated[Number, Field(gt=0.0, le=100_000.0)] | None = None
    end: End | None = None
    ring_out_at_s: Seconds | None = None
    instruments: tuple[InstrumentName, ...] | None = None
    layers: tuple[_Layer, ...] = ()
    sections: tuple[_Section, ...] = ()
    like: str = ""
    takes: Takes = Field(default_factory=dict)
    borrows: dict[str, str] = Field(default_factory=dict)


class _Timeline(Document):
    format: Literal["drumlin-timeline"]
    version: Literal[1]
    seed: Seed | None = None
    duration_s: Annotated[Seconds, Field(gt=0.0)]
    regions: Annotated[tuple[_Region, ...], Field(min_length=1)]
    hits: tuple[_Hit, ...] = ()
    meta: dict[str, Any] = Field(default_factory=dict)
    notifications: tuple[str, ...] = ()


def read_strict(document: Mapping[str, Any]) -> Timeline:
    """Return the timeline that a document of the strict dialect describes, not yet completed.

    Raises:
        TimelineError: it does not fit the schema.
    """
    found = checked(_Timeline, document)
    starts = [region.start_s for region in found.regions[1:]] + [found.duration_s]
    pairs = zip(found.regions, starts, strict=True)
    regions = tuple(_region(index, one, after_s) for index, (one, after_s) in enumerate(pairs))
    return Timeline(
        duration_s=found.duration_s,
        regions=regions,
        seed=found.seed,
        hits=tuple(Hit(hit.at_s, hit.instrument) for hit in found.hits),
        meta=found.meta,
        notifications=found.notifications,
    )


def strict_schema() -> dict[str, Any]:
    """Return the JSON schema of the strict dialect."""
    return _Timeline.model_json_schema()


def write_strict(timeline: Timeline) -> dict[str, Any]:
    """Return the document of a completed timeline."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "seed": timeline.seed,
        "duration_s": timeline.duration_s,
        "regions": [_document(region) for region in timeline.regions],
        "hits": [{"at_s": hit.at_s, "instrument": hit.instrument} for hit in timeline.hits],
        "meta": dict(timeline.meta),
        "notifications": list(timeline.notifications),
    }


def _region(index: int, found: _Region, after_s: float) -> Region:
    key = found.key or _Key()
    return Region(
        id=found.id or f"r{index + 1}",
        start_s=found.start_s,
        end_s=after_s if found.end_s is None else found.end_s,
        descriptor=found.descriptor,
        tonic=key.tonic,
        mode=key.mode,
        meter=found.meter,
        tempo=_points(index, found),
        bars=found.bars,
        end=found.end or "ring_out",
        ring_out_at_s=found.ring_out_at_s,
        instruments=found.instruments,
        layers=tuple(Layer(layer.at_s, layer.instruments) for layer in found.layers),
        sections=tuple(Section(section.at_s, section.function) for section in found.sections),
        like=found.like,
        takes=found.takes,
        borrows=found.borrows,
        path=f"regions[{index}]",
    )


def _points(index: int, found: _Region) -> tuple[TempoPoint, ...]:
    if found.tempo_bpm is None:
        if found.tempo_changes:
            raise TimelineError(
                f"regions[{index}].tempo_changes: got changes from no tempo, expected tempo_bpm beside it"
            )
        return ()
    changes = tuple(
        TempoPoint(change.at_s - found.start_s, change.tempo_bpm, change.ramp) for change in found.tempo_changes
    )
    return (TempoPoint(0.0, found.tempo_bpm), *changes)


def _document(region: Region) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": region.id,
        "start_s": region.start_s,
        "end_s": region.end_s,
        "descriptor": region.descriptor,
    }
    if region.is_silent:
        return content
    if region.sections:
        content["sections"] = [{"at_s": section.at_s, "function": section.function} for section in region.sections]
    return content | {
        "key": {"tonic": region.tonic, "mode": region.mode},
        "meter": region.meter,
        "tempo_bpm": region.tempo[0].tempo_bpm,
        "tempo_changes": [
            {"at_s": round(region.start_s + point.at_s, 6), "tempo_bpm": point.tempo_bpm, "ramp": point.is_ramp}
            for point in region.tempo[1:]
        ],
        "bars": region.bars,
        "end": region.end,
        "ring_out_at_s": region.ring_out_at_s,
        "instruments": list(region.instruments or ()),
        "layers": [{"at_s": layer.at_s, "instruments": list(layer.instruments)} for layer in region.layers],
        "like": region.like,
        "takes": dict(sorted(region.takes.items())),
        "borrows": dict(sorted(region.borrows.items())),
    }
