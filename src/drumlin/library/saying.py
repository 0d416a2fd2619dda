"""What the user says of many sounds at once, and how that is said back: every edit of tags is one list, both ways."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, bindparam, select

from ..errors import MissingError
from .tables import assignments, samples, tags
from .tags import Assignment, add_tag, assign, find_tag, free_colour, unassign

Word = Literal["yes", "no", "open"]

_AT_ONCE = 500
_ids: BindParameter[Any] = bindparam("ids", expanding=True)


@dataclass(frozen=True)
class Saying:
    """That the user says of some sounds that they have a tag, have it not, or nothing (`open`)."""

    tag: str
    ids: tuple[int, ...]
    word: Word


def say(connection: Connection, sayings: Sequence[Saying]) -> list[Saying]:
    """Say it, and return what says it back; a tag that is new is made.

    Raises:
        MissingError: there is no such sound; nothing is said then.
        LibraryError: a tag's name cannot be used.
    """
    back: list[Saying] = []
    for saying in sayings:
        number = find_tag(connection, saying.tag) or _new_tag(connection, saying.tag)
        for some in _parts(saying.ids):
            _refuse_unknown(connection, some)
            back += _words_of(connection, some, number, saying.tag)
            if saying.word == "open":
                unassign(connection, some, saying.tag)
            else:
                assign(connection, some, saying.tag, confidence=float(saying.word == "yes"))
    return back[::-1]


def said_of(connection: Connection, sample_ids: Sequence[int]) -> dict[int, list[Assignment]]:
    """Return who says what of some sounds, surest first; sounds that are not there have no entry."""
    said: dict[int, list[Assignment]] = {}
    columns = (assignments.c.sample_id, tags.c.name, assignments.c.origin, assignments.c.confidence, assignments.c.why)
    query = select(*columns).join(tags, tags.c.id == assignments.c.tag_id).where(assignments.c.sample_id.in_(_ids))
    query = query.order_by(assignments.c.confidence.desc(), tags.c.name)
    for some in _parts(sample_ids):
        said.update((one, []) for one in connection.execute(_known, {"ids": some}).scalars())
        for number, *line in connection.execute(query, {"ids": some}):
            said[number].append(Assignment(*line))
    return said


def _new_tag(connection: Connection, name: str) -> int:
    return add_tag(connection, name, colour=free_colour(connection))


_known = select(samples.c.id).where(samples.c.id.in_(_ids))


def _refuse_unknown(connection: Connection, ids: Sequence[int]) -> None:
    unknown = set(ids) - set(connection.execute(_known, {"ids": list(ids)}).scalars())
    if unknown:
        raise MissingError(f"there is no sound {min(unknown)} in the library: search again")


def _words_of(connection: Connection, ids: Sequence[int], tag_id: int, name: str) -> list[Saying]:
    """Return what the user says of some sounds and a tag until now."""
    query = select(assignments.c.sample_id, assignments.c.confidence)
    query = query.where(assignments.c.tag_id == tag_id, assignments.c.origin == "user")
    confidences = dict(connection.execute(query.where(assignments.c.sample_id.in_(_ids)), {"ids": list(ids)}).all())
    words: dict[Word, list[int]] = {}
    for one in ids:
        word: Word = "open" if one not in confidences else "yes" if confidences[one] > 0 else "no"
        words.setdefault(word, []).append(one)
    return [Saying(name, tuple(some), word) for word, some in words.items()]


def _parts(ids: Sequence[int]) -> Iterable[list[int]]:
    return (list(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE))
