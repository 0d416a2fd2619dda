"""The vectors of a library: files of plain float32 beside SQLite, a pgvector table in PostgreSQL.

A file has one row per sample, at the sample's `row`. Rows are written before the transaction that tells of them: those
that no sample owns (the process was killed between) are overwritten by the next. Shape letters: `M` rows, `D` numbers.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, func, select, text

from ..audio.files import write_atomically
from ..errors import LibraryError
from ..progress import Report, ignore
from ..units import Array
from .cell_files import index_path, read_cells, write_cells
from .cells import LEAST_ROWS, Cells, build_cells
from .copies import Copies, Stamp, is_settled, stamp_of
from .nearest import Nearest, search, search_among
from .tables import samples

_BLOCK_ROWS = 8192


class Vectors(Protocol):
    """Where vectors are kept; a vector is known by the id of its sample and a name."""

    def store(
        self, connection: Connection, rows: Sequence[int], ids: Sequence[int], vectors: Mapping[str, Array]
    ) -> None:
        """Keep the vectors (M, D) of some samples; they count once the transaction ends."""

    def take(self, connection: Connection, name: str, ids: Sequence[int]) -> tuple[NDArray[np.int64], Array]:
        """Return ids (M,), ascending, and vectors (M, D) of those of some samples that have one."""

    def nearest(
        self, connection: Connection, name: str, query: Array, count: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return ids of the samples nearest to a vector with their cosines, best first; only those that have a file."""

    def blocks(self, connection: Connection, name: str) -> Iterator[tuple[NDArray[np.int64], Array]]:
        """Yield ids (M,) and vectors (M, D) of all samples, block by block, in order of their ids."""


class VectorFiles:
    """Vectors in files, `NAME-D.f32`, mapped into memory.

    Args:
        folder: where they lie; made if missing.
        sizes: numbers in each vector.
    """

    def __init__(self, folder: Path, sizes: Mapping[str, int]) -> None:
        self._folder, self._sizes = folder, dict(sizes)
        self._mapped: dict[str, Array] = {}
        self._copies = Copies()
        self._indexed: dict[str, tuple[Stamp, Cells | None]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _check_format(folder / "vectors.json")
        except OSError as error:
            raise LibraryError(f"{folder} cannot be used: {error.strerror or error}") from error

    def store(
        self, connection: Connection, rows: Sequence[int], ids: Sequence[int], vectors: Mapping[str, Array]
    ) -> None:
        """Write rows where they belong and wait until they are on disk."""
        for name, block in vectors.items():
            width = 4 * self._sizes[name]
            with self._path(name).open("r+b" if self._path(name).exists() else "w+b") as file:
                for row, vector in zip(rows, np.ascontiguousarray(block, "<f4"), strict=True):
                    file.seek(row * width)
                    file.write(vector.data)
                file.flush()
                os.fsync(file.fileno())

    def take(self, connection: Connection, name: str, ids: Sequence[int]) -> tuple[NDArray[np.int64], Array]:
        """Return ids and vectors of some samples."""
        matrix = self.matrix(name)
        query = select(samples.c.id, samples.c.row).where(samples.c.id.in_(ids), samples.c.row < len(matrix))
        owners = np.array(connection.execute(query.order_by(samples.c.id)).all(), np.int64).reshape(-1, 2)
        return owners[:, 0], matrix[owners[:, 1]]

    def nearest(
        self, connection: Connection, name: str, query: Array, count: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return ids of the nearest samples with their cosines, best first."""
        matrix = self.matrix(name)
        if among is not None:
            return _with_ids(connection, search_among(matrix, query, count, _rows_of(connection, among)))
        absent = _absent_rows(connection)
        cells = self.cells(name)
        if cells is not None:
            return _with_ids(connection, cells.search(query, count, without=absent))
        coarse = self._copies.get(self._path(name), matrix)
        rows = matrix[: _row_count(connection)]
        return _with_ids(connection, search(rows, query, count, without=absent, coarse=coarse))

    def index(self, connection: Connection, name: str, report: Report = ignore) -> Cells | None:
        """Make the index by which `nearest` finds approximately, and return it; None if it is not worth it.

        Raises:
            LibraryError: the disk is full.
        """
        path = self._path(name)
        rows = self.matrix(name)[: _row_count(connection)]
        if len(rows) < LEAST_ROWS:
            self.drop_index(name)
            return None
        while not is_settled(stamp := stamp_of(path)):
            time.sleep(0.1)
        cells = build_cells(rows, report)
        if cells is None:
            self.drop_index(name)
            return None
        write_cells(index_path(path), cells, stamp)
        self._indexed.pop(name, None)
        return self.cells(name)

    def drop_index(self, name: str) -> None:
        """Remove an index: `nearest` finds exactly again."""
        self._indexed.pop(name, None)
        index_path(self._path(name)).unlink(missing_ok=True)

    def has_index(self, name: str) -> bool:
        """Whether an index was made, up to date or not."""
        return index_path(self._path(name)).exists()

    def cells(self, name: str) -> Cells | None:
        """Return the index if there is one of the vectors as they are now."""
        path = self._path(name)
        if not self.has_index(name) or not path.exists():
            return None
        stamp = stamp_of(path)
        if name not in self._indexed or self._indexed[name][0] != stamp:
            self._indexed[name] = (stamp, read_cells(index_path(path), stamp))
        return self._indexed[name][1]

    def blocks(self, connection: Connection, name: str) -> Iterator[tuple[NDArray[np.int64], Array]]:
        """Yield ids and vectors of all samples, block by block."""
        matrix = self.matrix(name)
        # Plain tuples: numpy looks at every row of the database for what an array would have.
        rows = connection.execute(select(samples.c.id, samples.c.row).order_by(samples.c.id))
        owners = [(sample_id, row) for sample_id, row in rows.all()]  # all at once: one by one takes five times as long
        for start in range(0, len(owners), _BLOCK_ROWS):
            ids, rows = np.array(owners[start : start + _BLOCK_ROWS], np.int64).T
            is_run = bool((np.diff(rows) == 1).all())
            yield ids, matrix[rows[0] : rows[-1] + 1] if is_run else matrix[rows]

    def matrix(self, name: str) -> Array:
        """Return all rows (M, D), mapped from disk, read-only; once, as a new map begins with no page of it at hand."""
        path, size = self._path(name), self._sizes[name]
        count = path.stat().st_size // (4 * size) if path.exists() else 0
        if not count:
            return np.zeros((0, size), np.float32)
        if name not in self._mapped or len(self._mapped[name]) != count:
            self._mapped[name] = np.memmap(path, "<f4", "r", shape=(count, size)).view(np.ndarray)
        return self._mapped[name]

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}-{self._sizes[name]}.f32"


class VectorTable:
    """Vectors in PostgreSQL, compared by pgvector; exact, as there is no index to approximate."""

    def store(
        self, connection: Connection, rows: Sequence[int], ids: Sequence[int], vectors: Mapping[str, Array]
    ) -> None:
        """Put the vectors into the table."""
        lines = [
            {"id": sample_id, "name": name, "vector": _as_text(vector)}
            for name, block in vectors.items()
            for sample_id, vector in zip(ids, block, strict=True)
        ]
        statement = (
            "INSERT INTO vectors (sample_id, name, vector) VALUES (:id, :name, CAST(:vector AS vector))"
            " ON CONFLICT (name, sample_id) DO UPDATE SET vector = excluded.vector"
        )
        connection.execute(text(statement), lines)

    def take(self, connection: Connection, name: str, ids: Sequence[int]) -> tuple[NDArray[np.int64], Array]:
        """Return ids and vectors of some samples."""
        statement = text(
            "SELECT sample_id, vector::text FROM vectors"
            " WHERE name = :name AND sample_id = ANY(:ids) ORDER BY sample_id"
        )
        rows = connection.execute(statement, {"name": name, "ids": list(ids)}).all()
        matrix = np.array([_from_text(row[1]) for row in rows], np.float32)
        return np.array([row[0] for row in rows], np.int64), matrix

    def nearest(
        self, connection: Connection, name: str, query: Array, count: int, among: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Return ids of the nearest samples with their cosines, best first."""
        present = "NOT EXISTS (SELECT 1 FROM samples s WHERE s.id = v.sample_id AND s.is_missing)"
        chosen = "" if among is None else " AND v.sample_id = ANY(:among)"
        statement = text(
            f"SELECT v.sample_id, -(v.vector <#> CAST(:query AS vector)) AS cosine FROM vectors v"
            f" WHERE v.name = :name AND vector_dims(v.vector) = :size AND {present}{chosen} "
            " ORDER BY cosine DESC, v.sample_id LIMIT :count"
        )
        values = {"query": _as_text(query), "name": name, "count": count, "size": len(query)}
        if among is not None:
            values["among"] = among.tolist()
        return [(int(row[0]), float(row[1])) for row in connection.execute(statement, values)]

    def blocks(self, connection: Connection, name: str) -> Iterator[tuple[NDArray[np.int64], Array]]:
        """Yield ids and vectors of all samples, block by block."""
        statement = text(
            "SELECT sample_id, vector::text FROM vectors WHERE name = :name AND sample_id > :last"
            " ORDER BY sample_id LIMIT :count"
        )
        last = -1
        while rows := connection.execute(statement, {"name": name, "last": last, "count": _BLOCK_ROWS}).all():
            last = rows[-1][0]
            yield np.array([row[0] for row in rows], np.int64), np.stack([_from_text(row[1]) for row in rows])


def _row_count(connection: Connection) -> int:
    last = connection.execute(select(func.max(samples.c.row))).scalar()
    return 0 if last is None else int(last) + 1


def _absent_rows(connection: Connection) -> NDArray[np.int64]:
    """Return rows whose sample has no file any more; few, as a rule."""
    return np.array(connection.execute(select(samples.c.row).where(samples.c.is_missing)).scalars().all(), np.int64)


def _rows_of(connection: Connection, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    rows = dict(connection.execute(select(samples.c.id, samples.c.row)).all())
    return np.array(sorted(rows[one] for one in ids.tolist()), np.int64)


def _with_ids(connection: Connection, found: Nearest) -> list[tuple[int, float]]:
    statement = select(samples.c.row, samples.c.id).where(samples.c.row.in_(bindparam("rows", expanding=True)))
    ids = dict(connection.execute(statement, {"rows": found.rows.tolist()}).all())
    return [
        (ids[row], score) for row, score in zip(found.rows.tolist(), found.scores.tolist(), strict=True) if row in ids
    ]


def _check_format(path: Path) -> None:
    """Write down what the files are, or refuse those of a later release."""
    try:
        content = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        write_atomically(path, b'{"format": "drumlin-vectors", "version": 1}\n')
        return
    except ValueError as error:
        raise LibraryError(f"{path} cannot be read: {error}") from error
    if content.get("version") != 1:
        raise LibraryError(f"{path} has version {content.get('version')}, this release reads 1: update Drumlin")


def _as_text(vector: Array) -> str:
    return "[" + ",".join(f"{value:.9g}" for value in vector.tolist()) + "]"


def _from_text(value: str) -> Array:
    return np.array(json.loads(value), np.float32)
