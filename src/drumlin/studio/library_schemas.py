"""What goes over HTTP about the library: see `schemas` for how such models are made."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from .schemas import Body, JobState, Share

SampleId = Annotated[int, Field(ge=0, lt=2**53)]
Text = Annotated[str, Field(max_length=400)]
TagName = Annotated[str, Field(min_length=1, max_length=60)]
Aspect = Literal["whole", "spectrum", "envelope", "pitch", "noisiness"]
Verdict = Literal["kept", "rejected", "open"]
LibraryTaskKind = Literal["scan", "sort", "undo", "hear", "teach"]

MOST_ROWS = 200
"""Sounds described in one answer: more than a screen shows."""

MOST_IDS = 100_000
"""Sounds of one edit: a body of 1 MB holds them."""


class LibraryFolder(BaseModel):
    """A folder of the library."""

    name: str
    path: str
    is_there: bool = Field(description="False while a disk is unplugged, say")


class LibraryTag(BaseModel):
    """A tag."""

    name: str
    colour: str = Field(description="#rrggbb, or empty")
    parent: str = Field(description="The tag of which it is a kind, or empty")
    synonyms: list[str]
    count: int = Field(description="Sounds that have it by the user's word or as imported")


class LibraryColour(BaseModel):
    """A colour that tags may have."""

    name: str
    colour: str = Field(description="#rrggbb, told from light and dark grounds")


class LibraryTask(BaseModel):
    """A scan, a sorting or its undoing, listening by the starter ear, or learning."""

    id: str
    kind: LibraryTaskKind
    state: JobState
    done: float
    total: float
    message: str
    remaining_s: float | None
    error: str
    counts: dict[str, int] = Field(
        description="What came of it: read, unchanged, moved, missing, problems, done, left, suggested"
    )


class LibraryNews(BaseModel):
    """The event `library`: a task has come further; once it is over, the library is to be asked for again."""

    task: LibraryTask


class LibraryAnswer(BaseModel):
    """The library as a whole."""

    folders: list[LibraryFolder]
    sounds: int
    problems: int = Field(description="Files that cannot be used")
    tags: list[LibraryTag]
    colours: list[LibraryColour] = Field(description="To choose from; any other is shown as far as it can be read")
    undo: str = Field(description="The last sorting, which can be taken back; empty if there is none")
    task: LibraryTask | None = Field(description="The latest, unless it ended well")


class FolderBody(Body):
    """A folder to take into the library, or out of it."""

    folder: Annotated[str, Field(min_length=1, max_length=4096)]


class ScanBody(Body):
    """How to scan."""

    again: bool = Field(False, description="Try files once more that could not be read")


class ProblemAnswer(BaseModel):
    """A file that cannot be used."""

    path: str
    reason: str


class FoundAnswer(BaseModel):
    """All that a search finds, by number."""

    ids: list[int]


class LikeAnswer(BaseModel):
    """The sounds most like another one, nearest first."""

    ids: list[int]
    cosines: list[float]


class IdsBody(Body):
    """Some sounds."""

    ids: Annotated[list[SampleId], Field(max_length=MOST_ROWS)]


class SaidModel(BaseModel):
    """A tag that a sound has, may have, or has not."""

    tag: str
    origin: Literal["user", "suggested", "imported"]
    confidence: float = Field(description="0 by the user: it has not")
    why: str


class LibrarySound(BaseModel):
    """A sound of the library."""

    id: int
    name: str = Field(description="Of its first file")
    folder: str = Field(description="Where that lies, within the library")
    path: str
    copies: int = Field(description="Other files with the very same sound")
    cluster: int | None = Field(description="Number of its group of near-duplicates")
    facts: dict[str, float | bool | None]
    said: list[SaidModel]
    verdict: Verdict


class MapAnswer(BaseModel):
    """Where the sounds lie on the map; all lists have one entry for each sound."""

    ids: list[int]
    x: list[int] = Field(description="0 to 10,000 from left to right: from dark to bright")
    y: list[int] = Field(description="0 to 10,000 from bottom to top: from short to long")
    tags: list[int] = Field(description="The surest tag, by its place in `names`; -1 for none")
    copies: list[int] = Field(description="Sounds in its group of near-duplicates")
    names: list[str]
    number: int = Field(description="Of the map; 0 for a library without sounds")
    laid_on: int = Field(description="How many sounds there were when it was laid; 0 if that is not known")
    is_outgrown: bool = Field(description="Whether there are so many more now that another map may be wanted")


class UseMapBody(Body):
    """A map that was laid before."""

    number: Annotated[int, Field(ge=1, lt=2**31)]


class PeaksAnswer(BaseModel):
    """Loudest magnitudes, oldest first, in [0, 1], by the number of the sound."""

    peaks: dict[int, list[float]]


class SayingModel(Body):
    """That the user says of some sounds that they have a tag, have it not, or nothing."""

    tag: TagName
    ids: Annotated[list[SampleId], Field(max_length=MOST_IDS)]
    word: Literal["yes", "no", "open"]


class SayBody(Body):
    """An edit of tags. The answer to it is one as well: it says all of this back."""

    sayings: Annotated[list[SayingModel], Field(max_length=1000)]


class JudgeBody(Body):
    """Sounds to keep, to reject, or to leave open."""

    ids: Annotated[list[SampleId], Field(max_length=MOST_IDS)]
    verdict: Verdict


class PlanBody(Body):
    """How to sort."""

    by: TagName
    folder: Annotated[str, Field(min_length=1, max_length=4096, description="An existing one")]
    name: Annotated[str, Field(max_length=80, description="A folder in it, made if missing; empty for itself")] = ""
    how: Literal["move", "copy", "link"]
    text: Text = ""
    sure: Share = 0.6
    everything: bool = False


class PlanStep(BaseModel):
    """One file's way."""

    source: str
    target: str
    why: str
    confidence: float


class PlanAnswer(BaseModel):
    """A plan: nothing is done yet."""

    id: str
    by: str
    how: Literal["move", "copy", "link"]
    to: str
    count: int
    folders: dict[str, int] = Field(description="Files by the folder they go to")
    left: dict[str, int] = Field(description="Files that stay, by reason")
    steps: list[PlanStep] = Field(description="The first of them")
