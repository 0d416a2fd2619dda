"""Routes of teaching: what was learned, what is suggested, asked and explained."""

from typing import Annotated

from fastapi import APIRouter, Query

from .deps import WithStudio
from .library import SampleId, Text
from .library_answers import sayings_answer, shown
from .library_schemas import LibraryTask, SayBody
from .teaching_schemas import (
    ExampleModel,
    GuessModel,
    QuestionModel,
    SuggestedAnswer,
    TaughtTag,
    TeachBody,
    TeachingAnswer,
    WhyAnswer,
)

router = APIRouter(prefix="/api/library", tags=["library"])

Tag = Annotated[str, Query(min_length=1, max_length=60)]


@router.get("/teaching")
def get_teaching(studio: WithStudio) -> TeachingAnswer:
    """Tell what the user said of each tag, what was learned of it and how much is suggested."""
    from ..library.suggested import count_words
    from ..library.teaching import FEWEST, learned_tags
    from ..library.triage import VERDICTS

    library = studio.library.library
    learned = set(learned_tags(library))
    tags = [
        TaughtTag(tag=tag, is_learned=tag in learned, **vars(counts))
        for tag, counts in count_words(library).items()
        if tag not in VERDICTS
    ]
    return TeachingAnswer(tags=tags, is_learning=studio.teaching.is_learning, fewest=FEWEST)


@router.post("/teach")
def teach_folder(body: TeachBody, studio: WithStudio) -> SayBody:
    """Let the subfolders of a folder be tags of the sounds in them; the answer says it back."""
    from ..library.teaching import folder_sayings

    folder = studio.library.confined(body.folder)
    library = studio.library.library
    back = library.say(folder_sayings(library, folder))
    studio.teaching.touch()
    return sayings_answer(back)


@router.post("/hear")
def hear_library(studio: WithStudio) -> LibraryTask:
    """Let the starter ear suggest a class for all one-shots of which it is sure; `library` events tell how it goes."""
    return studio.library.hear()


@router.get("/suggested")
def list_suggested(tag: Tag, studio: WithStudio, text: Text = "") -> SuggestedAnswer:
    """List the sounds for which a tag is suggested and not decided, surest first."""
    from ..library.suggested import surest_suggested

    found = surest_suggested(studio.library.library, tag, text)
    return SuggestedAnswer(ids=[number for number, _ in found], confidences=[sure for _, sure in found])


@router.get("/questions")
def list_questions(studio: WithStudio, count: Annotated[int, Query(ge=1, le=50)] = 8) -> list[QuestionModel]:
    """List the sounds about which an answer teaches most."""
    from ..library.questions import ask

    return [
        QuestionModel(id=one.id, guesses=[GuessModel(tag=tag, probability=share) for tag, share in one.guesses])
        for one in ask(studio.library.library, count)
    ]


@router.get("/sounds/{sample_id}/why")
def explain_suggestion(sample_id: SampleId, tag: Tag, studio: WithStudio) -> WhyAnswer:
    """Tell why a sound is thought to have a tag, with the nearest examples that the user gave."""
    from ..library.questions import why_sample

    found = why_sample(studio.library.library, sample_id, tag)
    like, unlike = (
        [
            ExampleModel(id=number, name=shown(path.name), cosine=one.cosine)
            for one, number, path in zip(nearest, ids, paths, strict=True)
        ]
        for nearest, ids, paths in (
            (found.reason.like, found.like_ids, found.like),
            (found.reason.unlike, found.unlike_ids, found.unlike),
        )
    )
    return WhyAnswer(tag=tag, probability=found.reason.probability, words=found.reason.words, like=like, unlike=unlike)
