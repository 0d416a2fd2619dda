"""Tags as they were, and how they become so again: what makes every edit of tags one that can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, select, update

from .storing import refresh
from .tables import assignments, samples, synonyms, tags
from .tags import find_tag, list_tags, need_tag, refuse_taken, remove_tag, samples_that_say
from .words import phrase

_AT_ONCE = 500
_ids: BindParameter[Any] = bindparam("ids", expanding=True)


@dataclass(frozen=True)
class TagRecord:
    """A tag as it was.

    Args:
        name: as the user wrote it.
        colour: `#rrggbb`, or empty.
        parent: name of the tag it was a kind of, or empty.
        synonyms: other words for it.
        kinds: names of its kinds.
        said: sample, origin, confidence and reason of what was said of it; None if that has not changed.
    """

    name: str
    colour: str
    parent: str
    synonyms: tuple[str, ...]
    kinds: tuple[str, ...]
    said: tuple[tuple[int, str, float, str], ...] | None

    @staticmethod
    def of(content: Mapping[str, Any] | None) -> "TagRecord | None":
        """Return the record that JSON holds."""
        if content is None:
            return None
        said = content["said"]
        return TagRecord(
            content["name"],
            content["colour"],
            content["parent"],
            tuple(content["synonyms"]),
            tuple(content["kinds"]),
            None if said is None else tuple((one[0], one[1], one[2], one[3]) for one in said),
        )


@dataclass(frozen=True)
class Turn:
    """The way back for one tag: what it is called now (empty: it is not there), and what it was (None: not there)."""

    now: str
    record: TagRecord | None


def record_tag(connection: Connection, name: str, *, with_said: bool = True) -> TagRecord:
    """Return a tag as it is; what files say of it themselves is left out, as it follows from its words.

    Raises:
        MissingError: there is no such tag.
    """
    number = need_tag(connection, name)
    known = list_tags(connection)
    tag = next(one for one in known if one.id == number)
    kinds = tuple(one.name for one in known if one.parent == tag.name)
    return TagRecord(
        tag.name, tag.colour, tag.parent, tag.synonyms, kinds, _said(connection, number) if with_said else None
    )


def turn_tags(connection: Connection, turns: Sequence[Turn]) -> list[Turn]:
    """Let tags be what they were, and return the way back from there.

    Raises:
        LibraryError: a word of theirs stands for another tag meanwhile.
        MissingError: one that is to be changed is gone.
    """
    back = [_inverse(connection, turn) for turn in turns]
    words = [word for one in (*turns, *back) if one.record for word in (one.record.name, *one.record.synonyms)]
    for turn in turns:
        if turn.record is None:
            remove_tag(connection, turn.now)
    numbers = [(_clear(connection, turn), turn.record) for turn in turns if turn.record]
    for number, record in numbers:
        refuse_taken(connection, (record.name, *record.synonyms))
        phrases = dict.fromkeys((phrase(record.name), *record.synonyms))
        connection.execute(insert(synonyms), [{"phrase": one, "tag_id": number} for one in phrases])
    for number, record in numbers:
        _relate(connection, number, record)
        if record.said is not None:
            _say_again(connection, number, record.said)
    refresh(connection, samples_that_say(connection, words))
    return back


def _inverse(connection: Connection, turn: Turn) -> Turn:
    with_said = turn.record is None or turn.record.said is not None
    now = record_tag(connection, turn.now, with_said=with_said) if turn.now else None
    return Turn(turn.record.name if turn.record else "", now)


def _clear(connection: Connection, turn: Turn) -> int:
    """Return the number of the tag of a turn, which has its name and colour, and no words."""
    assert turn.record is not None
    values = {"name": turn.record.name, "colour": turn.record.colour}
    if not turn.now:
        return int(connection.execute(insert(tags).values(values).returning(tags.c.id)).scalar_one())
    number = need_tag(connection, turn.now)
    connection.execute(update(tags).where(tags.c.id == number).values(values))
    connection.execute(delete(synonyms).where(synonyms.c.tag_id == number))
    return number


def _relate(connection: Connection, number: int, record: TagRecord) -> None:
    """Give a tag its parent and its kinds, as far as they are there."""
    parent = find_tag(connection, record.parent) if record.parent else None
    connection.execute(update(tags).where(tags.c.id == number).values(parent_id=parent))
    kinds = [kind for name in record.kinds if (kind := find_tag(connection, name)) is not None]
    if kinds:
        connection.execute(update(tags).where(tags.c.id.in_(kinds)).values(parent_id=number))


def _said(connection: Connection, number: int) -> tuple[tuple[int, str, float, str], ...]:
    columns = (assignments.c.sample_id, assignments.c.origin, assignments.c.confidence, assignments.c.why)
    query = select(*columns).where(assignments.c.tag_id == number, assignments.c.origin != "imported")
    rows = connection.execute(query.order_by(assignments.c.sample_id, assignments.c.origin))
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)


def _say_again(connection: Connection, number: int, said: Sequence[tuple[int, str, float, str]]) -> None:
    mine = (assignments.c.tag_id == number) & (assignments.c.origin != "imported")
    connection.execute(delete(assignments).where(mine))
    known = select(samples.c.id).where(samples.c.id.in_(_ids))
    for start in range(0, len(said), _AT_ONCE):
        some = said[start : start + _AT_ONCE]
        there = set(connection.execute(known, {"ids": [one[0] for one in some]}).scalars())
        names = ("sample_id", "origin", "confidence", "why")
        rows = [{"tag_id": number, **dict(zip(names, one, strict=True))} for one in some if one[0] in there]
        if rows:
            connection.execute(insert(assignments), rows)
