"""What goes over HTTP about finding by voice: see `schemas` for how such models are made."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from .library_schemas import SampleId
from .schemas import Body

SpokenClass = Literal["kick", "tom", "snare", "closed hat", "open hat", "rim"]

MOST_BEATS, MOST_LISTS = 96, 16


class VoiceList(BaseModel):
    """The sounds for one kind of stroke, best first."""

    called: SpokenClass = Field(description="What it was taken for")
    ids: list[int]
    fits: list[float] = Field(description="How well each fits, 0 to 1")


class BeatModel(Body):
    """One stroke of the rhythm."""

    at_s: Annotated[float, Field(ge=0.0, le=60.0, description="Seconds from the first stroke")]
    velocity: Annotated[float, Field(gt=0.0, le=1.0, description="The amplitude is its square")]
    list: Annotated[int, Field(ge=0, lt=MOST_LISTS, description="Which list plays it, from 0")]


class VoiceAnswer(BaseModel):
    """What was said: a list for each kind of stroke, and the rhythm. Experimental."""

    lists: list[VoiceList]
    pattern: list[BeatModel]


class PatternPart(Body):
    """What plays the strokes of a list."""

    called: SpokenClass
    id: SampleId


class PatternBody(Body):
    """A rhythm to be written down or played."""

    parts: Annotated[list[PatternPart], Field(min_length=1, max_length=MOST_LISTS)]
    pattern: Annotated[list[BeatModel], Field(min_length=1, max_length=MOST_BEATS)]
