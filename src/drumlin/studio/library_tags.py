"""Routes of the tags themselves: made, changed, joined, removed; each answers with the edit that takes it back."""

from fastapi import APIRouter

from .deps import Studio, WithStudio
from .teaching_schemas import ChangeTagBody, JoinTagsBody, MakeTagBody, RemoveTagBody, TagEditAnswer, TurnBody

router = APIRouter(prefix="/api/library/tags", tags=["library"])


@router.post("", status_code=201)
def make_tag(body: MakeTagBody, studio: WithStudio) -> TagEditAnswer:
    """Make a tag."""
    from ..library import tag_edits

    library = studio.library.library
    edit = tag_edits.make_tag(library, body.name, colour=body.colour, parent=body.parent, synonyms=body.synonyms)
    return _answer(studio, edit)


@router.post("/change")
def change_tag(body: ChangeTagBody, studio: WithStudio) -> TagEditAnswer:
    """Rename a tag, change its colour, parent or synonyms."""
    from ..library import tag_edits

    edit = tag_edits.edit_tag(
        studio.library.library,
        body.name,
        new_name=body.new_name,
        colour=body.colour,
        parent=body.parent,
        synonyms=body.synonyms,
    )
    return _answer(studio, edit)


@router.post("/join")
def join_tags(body: JoinTagsBody, studio: WithStudio) -> TagEditAnswer:
    """Make several tags one."""
    from ..library import tag_edits

    return _answer(studio, tag_edits.join_tags(studio.library.library, body.names, body.into))


@router.post("/remove")
def remove_tag(body: RemoveTagBody, studio: WithStudio) -> TagEditAnswer:
    """Forget a tag and who has it."""
    from ..library import tag_edits

    return _answer(studio, tag_edits.remove_tag(studio.library.library, body.name))


@router.post("/turn")
def turn_tags(body: TurnBody, studio: WithStudio) -> TagEditAnswer:
    """Take an edit of tags back; the answer's edit does it again."""
    from ..library import tag_edits

    return _answer(studio, tag_edits.turn(studio.library.library, body.edit))


def _answer(studio: Studio, edit: str) -> TagEditAnswer:
    studio.teaching.touch()
    return TagEditAnswer(edit=edit, library=studio.library.answer())
