"""What goes over HTTP about finding by voice: see `schemas` for how such models are made."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from .library_schemas import SampleId, TagName
from .schemas import Body, Finite

SpokenClass = Literal["kick", "tom", "snare", "closed hat", "open hat", "rim"]

MOST_BEATS, MOST_LISTS = 96, 16

TRAITS = 20
"""Numbers of a stroke: `imitating.NAMES`, which is not imported at start."""


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


class PromptModel(BaseModel):
    """A kind of drum that is to be said."""

    tag: str
    syllable: str = Field(description="What people say for it")
    sounds: int = Field(description="Sounds of the library that have the tag")


class VoiceTestAnswer(BaseModel):
    """What is to be said so that a voice can be scored. Experimental."""

    prompts: list[PromptModel] = Field(description="None where no sound has such a tag")
    each: int = Field(description="Times that each of them is said")
    is_tuned: bool = Field(description="Whether a voice is kept, by which searches are tuned")


class HeardImitation(BaseModel):
    """How one imitation is heard, and what of it can be scored later: no recording can be made of that."""

    heard: SpokenClass
    rank: int = Field(description="Place of the first right sound, from 1, as it comes")
    right: int = Field(description="Sounds that would be right")
    traits: list[list[float]] = Field(description="Twenty numbers of each stroke")


Traits = Annotated[list[Finite], Field(min_length=TRAITS, max_length=TRAITS)]


class ImitationBody(Body):
    """An imitation by its traits."""

    tag: TagName
    traits: Annotated[list[Traits], Field(min_length=1, max_length=MOST_BEATS)]


class ImitationsBody(Body):
    """All imitations of somebody, and whether their voice is to be kept."""

    imitations: Annotated[list[ImitationBody], Field(min_length=1, max_length=100)]
    learn: bool = False


class TrialModel(BaseModel):
    """What came of one imitation."""

    name: str
    tag: str
    heard: SpokenClass
    right: int
    rank: int = Field(description="As it comes")
    tuned_rank: int = Field(description="Tuned by all the others")


class FiguresModel(BaseModel):
    """Over all imitations."""

    top_1: float = Field(description="Share whose first sound is right")
    top_10: float = Field(description="Share with a right one among ten")
    reciprocal_rank: float


class VoiceScoreAnswer(BaseModel):
    """How well the library is found by this voice."""

    trials: list[TrialModel]
    sounds: int
    as_it_comes: FiguresModel
    tuned: FiguresModel
    chance: FiguresModel
    learned: bool
