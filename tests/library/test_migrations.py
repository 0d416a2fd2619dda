import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from drumlin.errors import LibraryError, LibraryVersionError
from drumlin.library import Library
from drumlin.library.catalogue import FILE_NAME, Catalogue
from drumlin.library.migrations import STEPS, migrate
from drumlin.library.tables import metadata, samples


def test_steps_make_the_tables_that_queries_use(library: Library) -> None:
    found = inspect(library.catalogue.engine)
    for table in metadata.tables.values():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        wanted = {column.name: bool(column.nullable) for column in table.columns if not column.primary_key}
        assert {name: columns[name] for name in wanted} == wanted
        assert set(columns) == set(table.columns.keys())


def test_the_few_missing_samples_are_found_without_looking_at_all(library: Library) -> None:
    query = select(samples.c.row).where(samples.c.is_missing)
    with library.catalogue.read() as connection:
        text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert "samples_missing" in str(plan)


def test_steps_are_taken_once(library: Library) -> None:
    migrate(library.catalogue.engine)
    with sqlite3.connect(library.folder / FILE_NAME) as connection:
        assert connection.execute("SELECT number FROM migrations").fetchall() == [
            (number,) for number in range(1, len(STEPS) + 1)
        ]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_step_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: object) -> None:
        STEPS[1](connection)  # type: ignore[arg-type]
        raise LibraryError("stopped")

    monkeypatch.setattr("drumlin.library.migrations.STEPS", (STEPS[0], fail))
    with pytest.raises(LibraryError, match="stopped"):
        Catalogue(tmp_path)
    monkeypatch.undo()
    with Library(tmp_path) as library:
        assert len(library.tags()) > 10


def test_a_library_of_a_later_release_is_refused(library: Library) -> None:
    with library.catalogue.write() as connection:
        connection.exec_driver_sql("INSERT INTO migrations VALUES (99)")
    with pytest.raises(LibraryVersionError, match=r"schema 99, this release knows \d+: update Drumlin"):
        Library(library.folder)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(LibraryError, match="not a database"):
        Library(tmp_path)
