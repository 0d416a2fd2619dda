"""What is suggested and not decided yet: the user has said nothing of it, and the files do not speak of it either."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from .finding import find_ids
from .library import Library
from .query import parse_query
from .tables import assignments, samples, tags
from .tags import need_tag


@dataclass(frozen=True)
class TagCounts:
    """Of one tag: sounds to which the user gave it, to which the user denied it, and that wait for an answer."""

    given: int = 0
    denied: int = 0
    suggested: int = 0


def surest_suggested(library: Library, tag: str, text: str = "") -> list[tuple[int, float]]:
    """Return the sounds for which a tag is suggested, with the confidence, surest first.

    Args:
        library: with suggestions.
        tag: its name.
        text: a search in words that the sounds must match besides.
    Raises:
        MissingError: there is no such tag.
        QueryError: the search cannot be read.
    """
    terms = parse_query(text)
    with library.catalogue.read() as connection:
        query = select(assignments.c.sample_id, assignments.c.confidence).join(
            samples, samples.c.id == assignments.c.sample_id
        )
        query = query.where(_is_open(), assignments.c.tag_id == need_tag(connection, tag), ~samples.c.is_missing)
        query = query.order_by(assignments.c.confidence.desc(), assignments.c.sample_id)
        among = set(find_ids(connection, terms)) if terms else None
        rows = connection.execute(query).all()
    return [(number, confidence) for number, confidence in rows if among is None or number in among]


def count_words(library: Library) -> dict[str, TagCounts]:
    """Return how many sounds have each tag by the user's word, have it not, and wait for an answer."""
    with library.catalogue.read() as connection:
        user = assignments.c.origin == "user"
        given = _counts(connection, and_(user, assignments.c.confidence > 0))
        denied = _counts(connection, and_(user, assignments.c.confidence == 0))
        waiting = _counts(connection, _is_open())
    names = sorted({*given, *denied, *waiting})
    return {name: TagCounts(given.get(name, 0), denied.get(name, 0), waiting.get(name, 0)) for name in names}


def _counts(connection: Connection, condition: ColumnElement[bool]) -> dict[str, int]:
    query = select(tags.c.name, func.count()).select_from(assignments)
    query = query.join(tags, tags.c.id == assignments.c.tag_id).join(samples, samples.c.id == assignments.c.sample_id)
    return {
        str(name): int(count)
        for name, count in connection.execute(query.where(condition, ~samples.c.is_missing).group_by(tags.c.name))
    }


def _is_open() -> ColumnElement[bool]:
    """Return the condition that an assignment is a suggestion beside which nothing else was said."""
    other = assignments.alias("other")
    spoken = (
        select(other.c.sample_id)
        .where(
            other.c.sample_id == assignments.c.sample_id,
            other.c.tag_id == assignments.c.tag_id,
            or_(other.c.origin == "user", other.c.origin == "imported"),
        )
        .exists()
    )
    return and_(assignments.c.origin == "suggested", ~spoken)
