"""Tags: free words for sounds, with colours, synonyms and parents, and who said that a sound has them.

A sound has a tag by the user's word, by a suggestion of what was learned, or as imported from names and files, with a
confidence each. What the user says rules the rest. Names are compared as phrases of plain words: `Hi-Hat` is `hi hat`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, update

from ..errors import LibraryError, MissingError
from .storing import refresh
from .tables import assignments, samples, synonyms, tags, told
from .text_index import has_words
from .vocabulary import PALETTE
from .words import phrase, split_words

Origin = Literal["user", "suggested", "imported"]
ORIGINS: tuple[Origin, ...] = ("user", "suggested", "imported")

LONGEST_NAME = 60


@dataclass(frozen=True)
class Tag:
    """A tag.

    Args:
        id: its number in the catalogue.
        name: as the user wrote it.
        colour: `#rrggbb`, or empty.
        parent: name of the tag it is a kind of, or empty.
        synonyms: other words for it, as phrases of plain words.
        count: sounds that have it by the user's word or as imported.
    """

    id: int
    name: str
    colour: str = ""
    parent: str = ""
    synonyms: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True)
class Assignment:
    """That a sound has a tag: who says so, how sure, and why; confidence 0 by the user means that it has not."""

    tag: str
    origin: Origin
    confidence: float
    why: str = ""


def list_tags(connection: Connection) -> list[Tag]:
    """Return all tags by name."""
    rows = connection.execute(select(tags)).all()
    names = {row.id: row.name for row in rows}
    words: dict[int, list[str]] = {}
    for row in connection.execute(select(synonyms).order_by(synonyms.c.phrase)):
        words.setdefault(row.tag_id, []).append(row.phrase)
    held = (
        select(assignments.c.tag_id, func.count(assignments.c.sample_id.distinct()))
        .where(assignments.c.origin != "suggested", assignments.c.confidence > 0)
        .group_by(assignments.c.tag_id)
    )
    counts: dict[int, int] = dict(connection.execute(held).all())
    found = [
        Tag(
            row.id,
            row.name,
            row.colour,
            names.get(row.parent_id, ""),
            tuple(word for word in words.get(row.id, ()) if word != phrase(row.name)),
            counts.get(row.id, 0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda tag: tag.name.casefold())


def find_tag(connection: Connection, name: str) -> int | None:
    """Return the number of the tag that a name or synonym stands for."""
    return connection.execute(select(synonyms.c.tag_id).where(synonyms.c.phrase == phrase(name))).scalar()


def need_tag(connection: Connection, name: str) -> int:
    """Return the number of a tag.

    Raises:
        MissingError: there is none of that name.
    """
    found = find_tag(connection, name)
    if found is None:
        known = ", ".join(tag.name for tag in list_tags(connection))
        raise MissingError(f"there is no tag {name!r}; there are {known or 'none'}")
    return found


def with_kinds(connection: Connection, tag_id: int) -> set[int]:
    """Return a tag with all tags that are kinds of it."""
    children: dict[int | None, list[int]] = {}
    for number, parent in connection.execute(select(tags.c.id, tags.c.parent_id)):
        children.setdefault(parent, []).append(number)
    found, waiting = {tag_id}, [tag_id]
    while waiting:
        fresh = [one for one in children.get(waiting.pop(), ()) if one not in found]
        found.update(fresh)
        waiting += fresh
    return found


def add_tag(connection: Connection, name: str, *, colour: str = "", parent: str = "", also: Sequence[str] = ()) -> int:
    """Make a tag and return its number; files that speak of it get it as imported.

    Raises:
        LibraryError: the name is taken, empty or too long.
        MissingError: there is no such parent.
    """
    _refuse_unusable(name)
    parent_id = need_tag(connection, parent) if parent else None
    refuse_taken(connection, (name, *also))
    made = connection.execute(
        insert(tags).values(name=name.strip(), colour=colour, parent_id=parent_id).returning(tags.c.id)
    ).scalar_one()
    rows = [{"phrase": word, "tag_id": made} for word in dict.fromkeys(map(phrase, (name, *also)))]
    connection.execute(insert(synonyms), rows)
    refresh(connection, samples_that_say(connection, (name, *also)))
    return int(made)


def free_colour(connection: Connection) -> str:
    """Return the colour of the palette that the fewest tags have."""
    used = Counter(connection.execute(select(tags.c.colour)).scalars())
    return min(PALETTE.values(), key=lambda colour: used[colour])


def change_tag(
    connection: Connection,
    name: str,
    *,
    new_name: str | None = None,
    colour: str | None = None,
    parent: str | None = None,
    add_synonyms: Sequence[str] = (),
    drop_synonyms: Sequence[str] = (),
) -> None:
    """Change a tag; what is None stays. An empty `parent` makes it a kind of nothing.

    Raises:
        LibraryError: a word is taken, or the tag would become a kind of itself.
        MissingError: there is no such tag or parent.
    """
    number = need_tag(connection, name)
    values: dict[str, object] = {} if colour is None else {"colour": colour}
    if parent is not None:
        parent_id = need_tag(connection, parent) if parent else None
        if parent_id in with_kinds(connection, number):
            raise LibraryError(f"{parent!r} is {name!r} itself or a kind of it: choose another parent")
        values["parent_id"] = parent_id
    if new_name is not None:
        _refuse_unusable(new_name)
        if find_tag(connection, new_name) != number:
            refuse_taken(connection, (new_name,))
            add_synonyms = (*add_synonyms, new_name)
        values["name"] = new_name.strip()
    if values:
        connection.execute(update(tags).where(tags.c.id == number).values(values))
    fresh = [one for one in add_synonyms if find_tag(connection, one) != number]
    refuse_taken(connection, fresh)
    if fresh:
        connection.execute(insert(synonyms), [{"phrase": phrase(one), "tag_id": number} for one in fresh])
    for one in drop_synonyms:
        mine = (synonyms.c.phrase == phrase(one)) & (synonyms.c.tag_id == number)
        connection.execute(delete(synonyms).where(mine, synonyms.c.phrase != phrase(new_name or name)))
    refresh(connection, samples_that_say(connection, (*fresh, *drop_synonyms)))


def remove_tag(connection: Connection, name: str) -> None:
    """Forget a tag and who has it; its kinds become kinds of nothing.

    Raises:
        MissingError: there is no such tag.
    """
    connection.execute(delete(tags).where(tags.c.id == need_tag(connection, name)))


def assign(
    connection: Connection,
    sample_ids: Iterable[int],
    name: str,
    *,
    origin: Origin = "user",
    confidence: float = 1.0,
    why: str = "",
) -> None:
    """Say that sounds have a tag; confidence 0 by the user says that they have not.

    Raises:
        LibraryError: the confidence is not between 0 and 1.
        MissingError: there is no such tag.
    """
    assign_all(connection, {one: {name: confidence} for one in sample_ids}, origin=origin, why=why)


def assign_all(
    connection: Connection, found: Mapping[int, Mapping[str, float]], *, origin: Origin, why: str = ""
) -> None:
    """Say how surely each of some sounds has each of some tags: what a tagger suggests."""
    numbers = {name: need_tag(connection, name) for name in {name for one in found.values() for name in one}}
    rows = []
    for sample_id, sure in found.items():
        for name, confidence in sure.items():
            if not 0.0 <= confidence <= 1.0:
                raise LibraryError(f"confidence {confidence} of {name!r}: 0 to 1 is expected")
            row = {"sample_id": sample_id, "tag_id": numbers[name], "origin": origin}
            rows.append({**row, "confidence": confidence, "why": why})
    mine = (assignments.c.sample_id == bindparam("one")) & (assignments.c.tag_id == bindparam("tag"))
    for start in range(0, len(rows), 500):
        some = rows[start : start + 500]
        keys = [{"one": row["sample_id"], "tag": row["tag_id"]} for row in some]
        connection.execute(delete(assignments).where(mine, assignments.c.origin == origin), keys)
        connection.execute(insert(assignments), some)


def unassign(connection: Connection, sample_ids: Iterable[int], name: str, *, origin: Origin = "user") -> None:
    """Take back that sounds have a tag, as far as `origin` said so."""
    mine = (assignments.c.tag_id == need_tag(connection, name)) & (assignments.c.origin == origin)
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    connection.execute(delete(assignments).where(mine, assignments.c.sample_id.in_(ids)), {"ids": list(sample_ids)})


def tags_of(connection: Connection, sample_id: int) -> list[Assignment]:
    """Return who says what of a sound, surest first."""
    query = (
        select(tags.c.name, assignments.c.origin, assignments.c.confidence, assignments.c.why)
        .join(tags, tags.c.id == assignments.c.tag_id)
        .where(assignments.c.sample_id == sample_id)
        .order_by(assignments.c.confidence.desc(), tags.c.name)
    )
    return [Assignment(*row) for row in connection.execute(query)]


def _refuse_unusable(name: str) -> None:
    if not phrase(name) or len(name) > LONGEST_NAME:
        raise LibraryError(f"tag {name!r}: a word or a few are expected, at most {LONGEST_NAME} characters")


def refuse_taken(connection: Connection, words: Iterable[str]) -> None:
    """Refuse words that stand for a tag.

    Raises:
        LibraryError: one does.
    """
    for word in words:
        number = find_tag(connection, word)
        if number is not None:
            owner = connection.execute(select(tags.c.name).where(tags.c.id == number)).scalar_one()
            raise LibraryError(f"{word!r} stands for the tag {owner!r} already")


def samples_that_say(connection: Connection, words: Iterable[str]) -> set[int]:
    """Return the samples whose files hold the words of one of some phrases."""
    found: set[int] = set()
    for one in words:
        condition = has_words(split_words(one), connection.dialect.name)
        found.update(connection.execute(select(samples.c.id).where(condition)).scalars())
    return found


def tell(connection: Connection, file_id: int, source: str, words: Sequence[str]) -> None:
    """Write what a host program says of a file, in place of what it said before."""
    connection.execute(delete(told).where(told.c.file_id == file_id, told.c.source == source))
    if words:
        rows = [{"file_id": file_id, "source": source, "key": "tag", "value": word[:500]} for word in words]
        connection.execute(insert(told), rows)
