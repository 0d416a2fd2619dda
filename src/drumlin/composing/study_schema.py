"""The schema of the study's grammar of timelines, after the public manual of the product that it used.

Spans count absolute seconds, actions seconds from the start of their span, regions given by `beat` beats from there.
Names that only Drumlin knows (`meter`, `bars`, `like`, `takes`, `borrows`) are in every completed timeline and may be
left out.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

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
from .dictionary import SILENCE

Id = int | str
Beat = Annotated[Number, Field(ge=0.0)]
Bars = Annotated[Number, Field(gt=0.0, le=100_000.0)]


class StudyKey(Document):
    """Tonic as in LilyPond, quality `major`, `minor` or the name of a mode."""

    tonic: TonicName | None = None
    quality: ModeName | None = None


class SetTonic(Document):
    """An edit that moves a region to another tonic."""

    set_tonic: TonicName


class Edit(Document):
    """One aspect of a region: composed anew, or as in the region `source_id`."""

    type: Literal["harmony", "rhythm"] | SetTonic
    source_id: Id | None = None


def _listed(edits: Any) -> Any:
    return edits if isinstance(edits, list | tuple) else [edits]


Edits = Annotated[tuple[Edit, ...], BeforeValidator(_listed)]


class AddRegion(Document):
    """What an action adds."""

    descriptor: DescriptorName
    id: Id | None = None
    key: StudyKey | None = None
    random_tempo: bool = False
    random_instruments: bool = False
    ringout_at: Seconds | None = None
    cut_at: Seconds | None = None
    meter: MeterName | None = None
    bars: Bars | None = None
    like: Id = ""
    takes: Takes = Field(default_factory=dict)
    borrows: dict[str, Id] = Field(default_factory=dict)
    edit: Edits = ()


def _spelled_out(added: Any) -> Any:
    return {"descriptor": SILENCE} if added == SILENCE else added


class Action(Document):
    """Changes at one moment of a span."""

    time: Seconds
    add_region: Annotated[AddRegion | None, BeforeValidator(_spelled_out)] = None
    copy_region: Id | None = None
    set_tempo: Bpm | None = None
    ramp_tempo: Bpm | None = None
    copy_tempo_from_time: Seconds | None = None
    set_instruments: tuple[InstrumentName, ...] | None = None
    add_instruments: tuple[InstrumentName, ...] = ()
    silence_instruments: tuple[InstrumentName, ...] = ()
    copy_instruments_from_time: Seconds | None = None
    instrumentation_threshold: Annotated[Number, Field(gt=0.0, le=1.0)] = 1.0


class EndType(Document):
    """How a region by beats ends: an `ending` rings out, a `transition` cuts."""

    beat: Beat
    event: Literal["ending", "transition"]
    type: Literal["ringout", "cut"]


class BeatRegion(Document):
    """A region that begins at a beat of its span."""

    beat: Beat
    region: Literal["music", "silence"] = "music"
    id: Id | None = None
    descriptor: DescriptorName | None = None
    key: StudyKey | None = None
    end_type: EndType | None = None
    edit: Edits = ()


class TempoChange(Document):
    """A tempo from a moment of the span on."""

    time: Seconds
    tempo: Bpm


class Span(Document):
    """A stretch with bars, or without."""

    type: Literal["metered", "unmetered"]
    time: Seconds
    id: Id | None = None
    tempo: Bpm | None = None
    tempo_changes: tuple[TempoChange, ...] = ()
    regions: tuple[BeatRegion, ...] = ()
    actions: tuple[Action, ...] = ()


class UnmeteredHit(Document):
    """A stroke at a moment of the piece."""

    time: Seconds
    instrument: HitName


class StudyTimeline(Document):
    """A whole document."""

    random_seed: Seed | None = None
    meta: dict[str, Any] = Field(default_factory=dict)
    spans: Annotated[tuple[Span, ...], Field(min_length=1)]
    unmetered_hits: tuple[UnmeteredHit, ...] = ()
    notifications: tuple[str, ...] = ()
    info: Any = None
