"""Words by which samples are found: FTS5 in SQLite, a GIN index in PostgreSQL; both hold exactly our words.

Both match the beginnings of words, so that a search can be shown while it is typed. Neither stems nor drops words:
`toms` is not `tom`, but tags have synonyms for that.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, cast, delete, literal, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import column

from .tables import samples

_search = table("search", column("rowid"), column("words"))


def index_words(connection: Connection, words: Mapping[int, Iterable[str]]) -> None:
    """Make these the words of some samples, by id; those without words are found by none."""
    ids = list(words)
    connection.execute(delete(_search).where(_search.c.rowid.in_(bindparam("ids", expanding=True))), {"ids": ids})
    lines = [{"id": one, "words": sorted(set(found))} for one, found in words.items() if found]
    if not lines:
        return
    if connection.dialect.name == "sqlite":
        lines = [{**line, "words": " ".join(line["words"])} for line in lines]  # type: ignore[arg-type]
        connection.execute(text("INSERT INTO search (rowid, words) VALUES (:id, :words)"), lines)
    else:
        insert = "INSERT INTO search (rowid, words) VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"
        connection.execute(text(insert), lines)


def has_words(words: Sequence[str], dialect: str) -> ColumnElement[bool]:
    """Return the condition that a sample has, for each of some words, one that begins with it.

    Args:
        words: as `split_words` gives them; not empty.
        dialect: `sqlite` or `postgresql`.
    """
    if dialect == "sqlite":
        match = " AND ".join(f'"{word}"*' for word in words)
        found = select(_search.c.rowid).where(literal_column("search").op("MATCH")(literal(match)))
    else:
        match = " & ".join(f"'{word}':*" for word in words)
        found = select(_search.c.rowid).where(_search.c.words.op("@@")(cast(literal(match), TSQUERY)))
    return samples.c.id.in_(found)
