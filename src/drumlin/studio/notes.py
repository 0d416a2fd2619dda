"""Notes as they go over HTTP, and as they are played: what they mix back goes beside them."""

from dataclasses import dataclass

from ..instrument import Note, ResidualRecord
from .schemas import NoteBody, PlainNoteBody


@dataclass(frozen=True)
class MixedNote:
    """A note and what is mixed back into it, if anything is."""

    note: Note
    residual: ResidualRecord | None = None


def read_note(body: NoteBody) -> MixedNote:
    """Return the note of a body.

    Raises:
        NoteError: a value that is out of its range.
    """
    content = dict(body)  # not `model_dump`: programs ask for many sounds
    residual = content.pop("residual")
    if residual is None:
        return MixedNote(Note.from_dict(content))
    anchor = Note.from_dict(dict(residual.anchor))
    return MixedNote(Note.from_dict(content), ResidualRecord(residual.sound, residual.amount, anchor))


def note_body(mixed: MixedNote) -> NoteBody:
    """Return the body of a note; `read_note` makes the same note of it."""
    residual = mixed.residual and mixed.residual.to_dict()
    return NoteBody.model_validate({**mixed.note.to_dict(), "residual": residual})


def plain_note(body: PlainNoteBody) -> Note:
    """Return the note of a body, without what it mixes back.

    Raises:
        NoteError: as for `read_note`.
    """
    return Note.from_dict(body.model_dump(exclude={"residual"}))
