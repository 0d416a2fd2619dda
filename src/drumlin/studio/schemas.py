"""What goes over HTTP: one pydantic model for every body and answer, so that the page's types can be generated.

Numbers from outside are checked here for being numbers and of sane size; whether a note fits the instrument, the
instrument says.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Finite = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Place = Annotated[float, Field(allow_inf_nan=False, ge=-1.0, le=1.0)]
Share = Annotated[float, Field(allow_inf_nan=False, ge=0.0, le=1.0)]
Mode = Literal["studio", "play-only"]
FileFormat = Literal["wav", "flac", "mp3"]
JobKind = Literal["learn", "add-learning"]
JobState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]


class Body(BaseModel):
    """A request's content: unknown fields are refused, so that a typing mistake is not silently ignored."""

    model_config = ConfigDict(extra="forbid")


class ErrorAnswer(BaseModel):
    """What every refused request answers with."""

    error: str


class StateAnswer(BaseModel):
    """What the page asks first."""

    application: Literal["drumlin"] = "drumlin"
    version: str
    mode: Mode
    learning: bool = Field(description="Whether torch is installed, so that folders can be learned")
    crate: str = Field(description="Folder where kept sounds go; empty in the play-only form")
    upload_limit: int = Field(description="Largest file that may be dropped, in bytes")


class ParameterModel(BaseModel):
    """A knob."""

    name: str
    label: str
    unit: str
    minimum: float
    maximum: float
    default: float
    curve: Literal["linear", "exponential"]
    help: str


class ActionModel(BaseModel):
    """Something that happens at the press of a key."""

    name: str
    label: str
    key: str = Field(description="As browsers call it; several with spaces between")
    help: str
    view: Literal["", "play", "piece", "library"] = Field(description="Where the key means it; empty: everywhere")


class RegistryAnswer(BaseModel):
    """All knobs and actions that the page shares with the command line."""

    parameters: list[ParameterModel]
    actions: list[ActionModel]


class InstrumentSummary(BaseModel):
    """An instrument in the list."""

    id: str
    name: str
    recipe: str
    builtin: bool
    learning: bool = Field(description="A snapshot of a learning that still runs")
    revision: str = Field(description="Changes whenever the file does: a snapshot is replaced while it learns")
    error: str = Field(description="Why it cannot be played; empty if it can")


class PointModel(BaseModel):
    """A training sample on the pad."""

    x: float
    y: float
    label: str
    name: str


class InstrumentAnswer(BaseModel):
    """Everything about one instrument."""

    id: str
    name: str
    recipe: str
    builtin: bool
    learning: bool
    revision: str
    sample_rate: int
    length: int = Field(description="Points of a sound before pitch and length are applied")
    latent_size: int
    has_encoder: bool
    controls: list[ParameterModel]
    classes: list[str]
    points: list[PointModel]
    provenance: dict[str, Any]


class PlainNoteBody(Body):
    """A place and what is done with its sound; every field may be left out."""

    x: Place = 0.0
    y: Place = 0.0
    classes: dict[str, Finite] = Field(default_factory=dict, max_length=64)
    controls: dict[str, Finite] = Field(default_factory=dict, max_length=64)
    pitch: Finite = 0.0
    velocity: Finite = 1.0
    length: Finite | None = None
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    carry: list[Finite] = Field(default_factory=list, max_length=4096)


class ResidualBody(Body):
    """What is mixed back into a note of a sound that was dropped; only the studio keeps dropped sounds."""

    sound: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="As `locate` calls the dropped sound")]
    amount: Share = Field(description="How much is mixed back at the anchor")
    anchor: PlainNoteBody = Field(description="Where the dropped sound was located")


class NoteBody(PlainNoteBody):
    """A note, and what is mixed back into it."""

    residual: ResidualBody | None = None


class MorphBody(Body):
    """A place between four notes, which are met exactly at the corners of a square."""

    corners: Annotated[list[NoteBody], Field(min_length=4, max_length=4)] = Field(
        description="A, B, C and D: upper left, upper right, lower left, lower right"
    )
    u: Share = Field(description="From left to right")
    v: Share = Field(description="From top to bottom")


class LocationAnswer(BaseModel):
    """Where a dropped sound lies, and how well the instrument's sound there fits it.

    `note` plays it; `restored` tells that it was read from the file itself, as a kept sound carries its note.
    """

    x: float
    y: float
    carry: list[float]
    classes: dict[str, float]
    controls: dict[str, float]
    fit_db: float
    restored: bool
    note: NoteBody
    sound: str = Field("", description="What a residual calls the dropped sound; empty where none is kept")
    residual_missing: bool = Field(
        False, description="Something was mixed back into the file that is not here any more: it was looked for anew"
    )


class RefinementAnswer(BaseModel):
    """A line of the search for a nearer place of a dropped sound."""

    fit_db: float = Field(description="How well the best so far fits")
    location: LocationAnswer | None = Field(description="Where that is; in the last line only")


class SoundBody(Body):
    """A sound to download; nothing is kept."""

    note: NoteBody = Field(default_factory=NoteBody)
    format: FileFormat = "wav"


class PlayMessage(Body):
    """A text frame of the WebSocket `/api/play`."""

    request: Annotated[int, Field(ge=0, lt=2**32)]
    instrument: Annotated[str, Field(max_length=80)]
    note: NoteBody = Field(default_factory=NoteBody)
    morph: MorphBody | None = Field(None, description="A note between four, instead of `note`")


class KeepBody(Body):
    """A sound to write into the crate."""

    instrument: Annotated[str, Field(max_length=80)]
    note: NoteBody = Field(default_factory=NoteBody)
    format: FileFormat = "wav"
    name: Annotated[str, Field(max_length=80)] = Field("", description="Words for the file's name; may be empty")


class KeptSound(BaseModel):
    """A file in the crate."""

    name: str
    url: str
    size: int = Field(description="Bytes")
    kept: float = Field(description="When it was written, seconds since 1970")


class KeptAnswer(BaseModel):
    """The crate, newest first."""

    folder: str
    sounds: list[KeptSound]


class UndoAnswer(BaseModel):
    """What was taken back."""

    title: str
    restored: list[str]


class FolderEntry(BaseModel):
    """A folder to choose."""

    name: str
    path: str
    sounds: int = Field(description="Audio files in it and below")
    more: bool = Field(description="Counting stopped early: there are at least that many")


class FoldersAnswer(BaseModel):
    """A folder and what lies in it."""

    path: str
    parent: str = Field(description="Empty at the top")
    roots: list[str]
    sounds: int
    more: bool
    folders: list[FolderEntry]


class PreviewBody(Body):
    """A folder whose preparing is to be shown."""

    folder: Annotated[str, Field(max_length=4096)]
    count: Annotated[int, Field(ge=1, le=12)] = 6
    recipe: Annotated[str, Field(max_length=100)] = ""


class PreviewSound(BaseModel):
    """One sound before and after preparing; peaks are in [0, 1], oldest first."""

    name: str
    before: list[float]
    after: list[float]
    before_url: str
    after_url: str
    before_s: float
    after_s: float


class RefusedFile(BaseModel):
    """A file that cannot be learned from."""

    name: str
    reason: str


class PreviewAnswer(BaseModel):
    """What preparing will do to a folder."""

    folder: str
    sounds: list[PreviewSound]
    refused: list[RefusedFile]


class RecipeAnswer(BaseModel):
    """A recipe of the zoo."""

    name: str
    parameters: int = Field(description="Learned numbers for sounds of the study's length")
    description: str
    small: bool = Field(description="Small enough to learn on a laptop's CPU in minutes")


class LearnBody(Body):
    """Learn a folder."""

    kind: Literal["learn"]
    folder: Annotated[str, Field(max_length=4096)]
    recipe: Annotated[str, Field(max_length=80, description="Left out with `start`")] = ""
    start: Annotated[str, Field(max_length=200, description="Id of the instrument to start from")] = ""
    dial: Annotated[float, Field(ge=0, le=1, description="0: like the start, 1: only the folder")] = 0.5
    name: Annotated[str, Field(min_length=1, max_length=80)]
    minutes: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = 10.0

    @model_validator(mode="after")
    def _has_one_beginning(self) -> "LearnBody":
        if bool(self.recipe) == bool(self.start):
            raise ValueError("either `recipe` or `start` is expected")
        return self


class AddLearningBody(Body):
    """Install what learning needs."""

    kind: Literal["add-learning"]


StartBody = Annotated[LearnBody | AddLearningBody, Field(discriminator="kind")]


class HistoryPoint(BaseModel):
    """The losses at one step of a job."""

    done: float
    metrics: dict[str, float]


class JobAnswer(BaseModel):
    """A job."""

    id: str
    kind: str
    title: str
    state: JobState
    created: float
    done: float
    total: float
    message: str
    metrics: dict[str, float]
    remaining_s: float | None
    instrument: str = Field(
        description="Instrument to listen to: the snapshot, then the result; empty before the first"
    )
    error: str
    can_resume: bool
    history: list[HistoryPoint] = Field(description="At most 200 steps, evenly thinned")
