"""What goes over HTTP about teaching the library and about its tags: see `schemas` for how such models are made."""

from typing import Annotated

from pydantic import BaseModel, Field

from .library_schemas import LibraryAnswer, TagName
from .schemas import Body

Colour = Annotated[str, Field(pattern=r"^(#[0-9a-fA-F]{6})?$", description="#rrggbb, or empty")]
Synonyms = Annotated[list[TagName], Field(max_length=100)]
ParentName = Annotated[str, Field(max_length=60, description="Empty for none")]


class TaughtTag(BaseModel):
    """What the user said of a tag, and what is suggested."""

    tag: str
    given: int = Field(description="Sounds to which the user gave it")
    denied: int = Field(description="Sounds of which the user said that they have it not")
    suggested: int = Field(description="Sounds for which it is suggested and not decided")
    is_learned: bool


class TeachingAnswer(BaseModel):
    """How far teaching is."""

    tags: list[TaughtTag] = Field(description="Those of which something is said or suggested, by name")
    is_learning: bool
    fewest: int = Field(description="Examples from which on a tag is learned")


class TeachBody(Body):
    """A folder whose subfolders are tags of the sounds in them."""

    folder: Annotated[str, Field(min_length=1, max_length=4096)]


class SuggestedAnswer(BaseModel):
    """The sounds for which a tag is suggested, surest first."""

    ids: list[int]
    confidences: list[float]


class GuessModel(BaseModel):
    """A tag and how probable it is."""

    tag: str
    probability: float


class QuestionModel(BaseModel):
    """A sound about which an answer teaches much."""

    id: int
    guesses: list[GuessModel] = Field(description="Most probable first")


class ExampleModel(BaseModel):
    """A sound that was taught, and how near it is."""

    id: int
    name: str
    cosine: float


class WhyAnswer(BaseModel):
    """Why a sound is thought to have a tag, or not."""

    tag: str
    probability: float
    words: str
    like: list[ExampleModel] = Field(description="Nearest with the tag")
    unlike: list[ExampleModel] = Field(description="Nearest without it")


class MakeTagBody(Body):
    """A new tag."""

    name: TagName
    colour: Colour | None = Field(None, description="If left out, one that few tags have")
    parent: ParentName = ""
    synonyms: Synonyms = Field(default_factory=list)


class ChangeTagBody(Body):
    """A change of a tag; what is left out stays."""

    name: TagName
    new_name: TagName | None = None
    colour: Colour | None = None
    parent: ParentName | None = None
    synonyms: Synonyms | None = Field(None, description="All of them")


class JoinTagsBody(Body):
    """Tags that become one."""

    names: Annotated[list[TagName], Field(min_length=1, max_length=100)]
    into: TagName


class RemoveTagBody(Body):
    """A tag to be forgotten."""

    name: TagName


class TurnBody(Body):
    """An edit of tags to be taken back."""

    edit: Annotated[str, Field(pattern=r"^[0-9]{20}-[0-9a-f]{8}$")]


class TagEditAnswer(BaseModel):
    """What an edit of tags has made of the library, and the edit, by which it is taken back."""

    edit: str
    library: LibraryAnswer
