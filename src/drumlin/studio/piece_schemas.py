"""What goes over HTTP about pieces: what was heard, the timeline, its renders, and what is kept of them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from .schemas import Body, JobState, PlainNoteBody


class DrumsBody(Body):
    """Who plays the drums: an instrument, another kit, and notes by class of drum."""

    instrument: Annotated[str, Field(max_length=80, description="Id; empty for the usual one")] = ""
    variation: Annotated[int, Field(ge=0, lt=2**32)] = 0
    kit: dict[str, PlainNoteBody] = Field(default_factory=dict, max_length=32)


class PieceBody(Body):
    """What is asked for: a timeline of the strict dialect, who plays its drums, and who those of single regions."""

    timeline: dict[str, Any]
    drums: DrumsBody = Field(default_factory=DrumsBody)
    region_drums: dict[str, DrumsBody] = Field(default_factory=dict, max_length=500)


class NewPieceBody(Body):
    """A piece that begins with a length."""

    duration_s: Annotated[float, Field(ge=4, le=900, allow_inf_nan=False)]
    descriptor: Annotated[str, Field(max_length=120)]
    name: Annotated[str, Field(max_length=80)] = ""


class RenderBody(Body):
    """How much of a render is wanted."""

    stems: bool = False


class KeepPieceBody(Body):
    """What is kept of the latest render."""

    wav: bool = True
    stems: bool = False
    midi: bool = False


class KeptPieceAnswer(BaseModel):
    """A folder of the crate."""

    name: str
    folder: str
    files: list[str]


class TaskAnswer(BaseModel):
    """What is being done for a piece, or how that ended if it went wrong."""

    id: str
    kind: Literal["hear", "render"]
    state: JobState
    done: float
    total: float
    message: str
    error: str


class PieceNews(BaseModel):
    """The event `piece`: what is being done for it; once that is over the piece is to be asked for again."""

    id: str
    task: TaskAnswer


class TempoChoice(BaseModel):
    """A reading of the tempo."""

    bpm: float
    probability: float


class KeyChoice(BaseModel):
    """A reading of the key."""

    tonic: str
    mode: str
    probability: float


class StyleChoice(BaseModel):
    """A descriptor that a part may have."""

    name: str
    probability: float


class HeardPart(BaseModel):
    """A part of the form."""

    start_s: float
    end_s: float
    letter: str
    boundary_confidence: float
    styles: list[StyleChoice] = Field(description="The likeliest first")
    known: float = Field(description="Probability that it is anything like the descriptors at all")


class FormChoice(BaseModel):
    """A reading of the form."""

    letters: str
    starts_s: list[float]
    probability: float | None


class HeardAnswer(BaseModel):
    """What was heard in the track of a piece."""

    duration_s: float
    loudness_lufs: float | None
    tempo: list[TempoChoice]
    octave_confidence: float
    meter: str
    key: str
    keys: list[KeyChoice]
    beats_s: list[float]
    downbeats_s: list[float]
    parts: list[HeardPart]
    forms: list[FormChoice] = Field(description="The likeliest first: that of the parts")


class SectionAnswer(BaseModel):
    """A section of a region."""

    function: Literal["intro", "build", "climax", "break", "outro"]
    start_s: float
    end_s: float


class RegionAnswer(BaseModel):
    """A region with everything decided."""

    id: str
    letter: str
    start_s: float
    end_s: float
    descriptor: str
    tonic: str
    mode: str
    meter: str
    tempo_bpm: float
    bars: float
    end: Literal["ring_out", "cut"]
    ring_out_at_s: float | None
    instruments: list[str]
    drums: list[str] = Field(description="Classes of drum that its grooves have")
    sections: list[SectionAnswer]
    beats_s: list[float]
    downbeats_s: list[float]


class RenderAnswer(BaseModel):
    """The render that was asked for last."""

    id: str
    url: str
    midi_url: str
    has_stems: bool
    is_current: bool = Field(description="It is what is asked for now")
    loudness_lufs: float | None
    notifications: list[str]


class PieceSummary(BaseModel):
    """A piece in the list."""

    id: str
    name: str
    kind: Literal["track", "length"]
    created: float


class PieceAnswer(PieceSummary):
    """Everything about a piece."""

    duration_s: float
    reference_url: str = Field(description="Empty where there is no track")
    heard: HeardAnswer | None
    request: PieceBody | None
    regions: list[RegionAnswer]
    notifications: list[str]
    render: RenderAnswer | None
    task: TaskAnswer | None


class StyleAnswer(BaseModel):
    """A descriptor of the dictionary."""

    id: str
    genre: str
    subgenre: str
    mood: str
    sentiment: str
    momentum: int
    min_tempo_bpm: float
    max_tempo_bpm: float


class StylesAnswer(BaseModel):
    """What a timeline can name."""

    styles: list[StyleAnswer]
    instruments: list[str] = Field(description="`drums` and all patches")
    modes: list[str]
    tonics: list[str]
