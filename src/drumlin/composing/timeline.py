"""A timeline: what is asked for, region by region, in seconds.

This is the inside of both dialects (`strict_dialect.py`, `study_dialect.py`). What a request leaves open is None; a
*completed* timeline (`completing.py`) leaves nothing open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .dictionary import SILENCE
from .forms import Function
from .score import End
from .tempo import TempoPoint

Dialect = Literal["strict", "study"]
Kept = Literal["tempo", "patches"]


@dataclass(frozen=True)
class Layer:
    """From a moment on only these instruments play: `drums` or patches."""

    at_s: float
    instruments: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """From a moment on, until the next one, a region is in this part of its form."""

    at_s: float
    function: Function


@dataclass(frozen=True)
class Hit:
    """A single stroke at a moment, apart from all bars: a class of drum, or a patch such as `hit_boom`."""

    at_s: float
    instrument: str


@dataclass(frozen=True)
class Region:
    """A stretch under one descriptor.

    Args:
        id: unique in the timeline.
        start_s: from the start of the piece.
        end_s: likewise; never moved.
        descriptor: its id, or `silence`.
        tonic: `A`, `Bb`, ...
        mode: `ionian`, `dorian`, ...
        meter: `4/4`, ...
        tempo: points from the start of the region.
        bars: in it; with a fraction if the last one is short.
        end: notes ring out, or are cut at the end.
        ring_out_at_s: when the last notes are struck, from the start of the piece; None: the music goes on to the end.
        instruments: `drums` and patches that play.
        layers: changes of who plays, by time from the start of the piece.
        sections: its form, by time from the start of the piece; empty: as its descriptor has it.
        like: id of a region whose chances it shares: with equal settings it is the same music.
        takes: by role (or `harmony`, `form`), another number composes that alone anew.
        borrows: by role (or `harmony`), the id of a region whose chances it has in that alone.
        span: of the study's grammar that it stands in.
        keeps: of these, what is left open is as in the region before.
        path: where it stands in the document that it was read from.
    """

    id: str
    start_s: float
    end_s: float
    descriptor: str
    tonic: str | None = None
    mode: str | None = None
    meter: str | None = None
    tempo: tuple[TempoPoint, ...] = ()
    bars: float | None = None
    end: End = "ring_out"
    ring_out_at_s: float | None = None
    instruments: tuple[str, ...] | None = None
    layers: tuple[Layer, ...] = ()
    sections: tuple[Section, ...] = ()
    like: str = ""
    takes: Mapping[str, int] = field(default_factory=dict)
    borrows: Mapping[str, str] = field(default_factory=dict)
    span: str = ""
    keeps: frozenset[Kept] = frozenset()
    path: str = field(default="", compare=False)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    @property
    def is_silent(self) -> bool:
        """Whether nothing is played."""
        return self.descriptor == SILENCE


@dataclass(frozen=True)
class Timeline:
    """A whole request.

    Args:
        duration_s: of the piece.
        regions: in the order of time, without overlaps; what lies between them is silent.
        seed: of all chance; None: one that follows from the request.
        hits: strokes apart from all bars.
        meta: of the user, kept as it is.
        notifications: what had to be changed.
        dialect: in which it came and is written.
    """

    duration_s: float
    regions: tuple[Region, ...]
    seed: int | None = None
    hits: tuple[Hit, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    notifications: tuple[str, ...] = ()
    dialect: Dialect = "strict"
