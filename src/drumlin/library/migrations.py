"""The catalogue's schema, by numbered steps; each is written once and never changed.

A step gets a connection inside a transaction and speaks to SQLite or to PostgreSQL. `migrate` runs those that a
catalogue has not seen, each in a transaction of its own.
"""

import uuid
from collections.abc import Callable

from sqlalchemy import Connection, Engine, inspect, text

from ..errors import LibraryVersionError
from .vocabulary import STARTERS
from .words import phrase


def migrate(engine: Engine) -> None:
    """Bring a catalogue's schema up to date.

    Raises:
        LibraryVersionError: a later release has made it.
    """
    latest = len(STEPS)
    with engine.begin() as connection:
        done = _latest(connection)
    if done > latest:
        raise LibraryVersionError(f"the library has schema {done}, this release knows {latest}: update Drumlin")
    for number, step in list(enumerate(STEPS, 1))[done:]:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if _latest(connection) < number:  # another process may have been faster
                step(connection)
                connection.execute(text("INSERT INTO migrations (number) VALUES (:number)"), {"number": number})


def _latest(connection: Connection) -> int:
    if not inspect(connection).has_table("migrations"):
        return 0
    return int(connection.execute(text("SELECT max(number) FROM migrations")).scalar() or 0)


def m001_catalogue(connection: Connection) -> None:
    """Make the tables of roots, files, samples and what files say."""
    for statement in _M001.format(**_words(connection)).split(";"):
        connection.execute(text(statement))


_M001 = """
CREATE TABLE migrations (number INTEGER PRIMARY KEY);
CREATE TABLE roots (id {serial}, path TEXT NOT NULL UNIQUE);
CREATE TABLE samples (
    id {serial}, sha256 TEXT NOT NULL UNIQUE, row INTEGER NOT NULL UNIQUE, cluster INTEGER, embedder TEXT NOT NULL,
    is_missing BOOLEAN NOT NULL,
    sample_rate INTEGER NOT NULL, channels INTEGER NOT NULL, length BIGINT NOT NULL, duration_s {real} NOT NULL,
    peak_db {real} NOT NULL, loudness_db {real}, pitch_hz {real}, pitch_confidence {real}, brightness {real},
    noisiness_db {real}, decay_s {real}, attack_s {real}, lead_s {real}, tail_s {real}, is_silent BOOLEAN NOT NULL,
    clipped INTEGER NOT NULL, is_loop BOOLEAN NOT NULL, tempo_bpm {real}
);
CREATE INDEX samples_cluster ON samples (cluster);
CREATE INDEX samples_missing ON samples (row) WHERE {is_missing};
CREATE INDEX samples_duration ON samples (duration_s);
CREATE TABLE files (
    id {serial}, root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    path TEXT NOT NULL, folder TEXT NOT NULL,
    size BIGINT NOT NULL, mtime_ns BIGINT NOT NULL, inode BIGINT NOT NULL, sample_id INTEGER REFERENCES samples (id),
    problem TEXT NOT NULL, is_missing BOOLEAN NOT NULL, UNIQUE (root_id, path)
);
CREATE INDEX files_sample ON files (sample_id);
CREATE INDEX files_folder ON files (root_id, folder);
CREATE TABLE told (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL
);
CREATE INDEX told_file ON told (file_id);
CREATE TABLE notes (
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE, path TEXT NOT NULL,
    size BIGINT NOT NULL, mtime_ns BIGINT NOT NULL, inode BIGINT NOT NULL, PRIMARY KEY (root_id, path)
)
"""


def m002_tags(connection: Connection) -> None:
    """Make the tables of tags, and the tags that a library begins with."""
    for statement in _M002.format(**_words(connection)).split(";"):
        connection.execute(text(statement))
    numbers: dict[str, int] = {}
    for starter in STARTERS:
        row = {"name": starter.name, "colour": starter.colour, "parent": numbers.get(starter.parent)}
        insert = "INSERT INTO tags (name, colour, parent_id) VALUES (:name, :colour, :parent) RETURNING id"
        numbers[starter.name] = int(connection.execute(text(insert), row).scalar_one())
        rows = [{"phrase": word, "tag": numbers[starter.name]} for word in (phrase(starter.name), *starter.synonyms)]
        connection.execute(text("INSERT INTO synonyms (phrase, tag_id) VALUES (:phrase, :tag)"), rows)


_M002 = """
CREATE TABLE tags (
    id {serial}, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL,
    parent_id INTEGER REFERENCES tags (id) ON DELETE SET NULL
);
CREATE TABLE synonyms (phrase TEXT PRIMARY KEY, tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE);
CREATE TABLE assignments (
    sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    origin TEXT NOT NULL, confidence {real} NOT NULL, why TEXT NOT NULL, PRIMARY KEY (sample_id, tag_id, origin)
);
CREATE INDEX assignments_tag ON assignments (tag_id)
"""


def m003_search(connection: Connection) -> None:
    """Make the index of words: one entry per sample, of all its files' names and of what they say."""
    if connection.dialect.name == "sqlite":
        create = (
            "CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')"
        )
        connection.execute(text(create))
        return
    connection.execute(
        text(
            "CREATE TABLE search (rowid INTEGER PRIMARY KEY REFERENCES samples (id) ON DELETE CASCADE,"
            " words tsvector NOT NULL)"
        )
    )
    connection.execute(text("CREATE INDEX search_words ON search USING gin (words)"))


def m004_vectors(connection: Connection) -> None:
    """Make the table of vectors on PostgreSQL; beside SQLite they lie in files."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
    connection.execute(
        text(
            "CREATE TABLE vectors (sample_id INTEGER NOT NULL REFERENCES samples (id) ON DELETE CASCADE,"
            " name TEXT NOT NULL, vector vector NOT NULL, PRIMARY KEY (name, sample_id))"
        )
    )


def m005_kept(connection: Connection) -> None:
    """Make the table of what was learned, and give the catalogue a name of its own."""
    connection.execute(text("CREATE TABLE kept (name TEXT PRIMARY KEY, content TEXT NOT NULL)"))
    insert = "INSERT INTO kept (name, content) VALUES ('identity', :identity)"
    connection.execute(text(insert), {"identity": uuid.uuid4().hex})


STEPS: tuple[Callable[[Connection], None], ...] = (m001_catalogue, m002_tags, m003_search, m004_vectors, m005_kept)
"""All steps in order; their place is their number."""


def _words(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "sqlite":
        # The index serves only questions whose condition is written as its own.
        return {"serial": "INTEGER PRIMARY KEY", "real": "REAL", "is_missing": "is_missing = 1"}
    serial = "INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    return {"serial": serial, "real": "DOUBLE PRECISION", "is_missing": "is_missing"}
