"""The database of a library: SQLite in a file, or PostgreSQL by a URL; the same tables, the same questions.

    with catalogue.write() as connection:
        connection.execute(...)

Reading and writing happen in transactions: whatever ends the process, a transaction is there whole or not at all.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..errors import LibraryBusyError, LibraryError
from ..locks import lock
from .migrations import migrate

FILE_NAME = "library.sqlite"
LOCK_NAME = "lock"

PATIENCE_S = 20.0
"""How long a short change waits for another one."""

_HELP = {
    "disk is full": "; nothing is lost: make room, and do it again",
    "readonly database": f"; {FILE_NAME} and its folder must be writable, also for searching: allow that, or copy it",
}
"""What to do, by what SQLite says."""

_POSTGRES_LOCK = 0x6472756D6C696E  # "drumlin"


class Catalogue:
    """The connection to a library's database, with its schema up to date.

    Args:
        folder: where the SQLite file and the lock lie; made if missing.
        url: of a PostgreSQL database with pgvector, `postgresql://user@host/name`; None for SQLite.
    Raises:
        LibraryError: it cannot be opened.
        LibraryVersionError: a later release has made it.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder = folder
        self._url = _full_url(url) if url else f"sqlite:///{folder / FILE_NAME}"
        with self._explained():
            folder.mkdir(parents=True, exist_ok=True)
            self.engine = _engine(self._url)
            migrate(self.engine)

    @property
    def is_shared(self) -> bool:
        """Whether this is PostgreSQL, which several people may use at once."""
        return self.engine.dialect.name != "sqlite"

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the catalogue.

        Raises:
            LibraryError: the database refuses.
        """
        with self._explained(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection whose changes are kept together at the end, or not at all.

        Raises:
            LibraryError: the database refuses, or the disk is full.
        """
        with (
            self._explained(),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only process that scans or moves files.

        Raises:
            LibraryBusyError: another one does.
        """
        holder = self._hold_shared() if self.is_shared else self._hold_file()
        with holder:
            yield

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextlib.contextmanager
    def _hold_file(self) -> Iterator[None]:
        held = lock(self.folder / LOCK_NAME)
        if held is None:
            raise LibraryBusyError("another process is scanning or sorting this library: wait until it has finished")
        with held:
            yield

    @contextlib.contextmanager
    def _hold_shared(self) -> Iterator[None]:
        with self.engine.connect() as connection:
            if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _POSTGRES_LOCK}).scalar():
                raise LibraryBusyError("somebody else is scanning or sorting this library: wait until it has finished")
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _POSTGRES_LOCK})

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            said = str(error.orig).strip()
            help_ = next((help_ for words, help_ in _HELP.items() if words in said), "")
            raise LibraryError(f"the library's database refused: {said}{help_}") from error
        except SQLAlchemyError as error:
            raise LibraryError(f"the library cannot be used: {error}") from error
        except OSError as error:
            raise LibraryError(f"{self.folder} cannot be used: {error.strerror or error}") from error


def _full_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise LibraryError(f"{scheme}://...: a URL that begins with postgresql:// is expected")
    return f"postgresql+psycopg://{rest}"


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        raise LibraryError("PostgreSQL needs its driver: `pip install 'drumlin[postgres]'`") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions begin where they are begun, not where the driver guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "temp_store = MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout = {round(PATIENCE_S * 1000)}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
