"""Writing what a scan has found, a batch in a transaction: whole or not at all, and never twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, func, insert, select, update

from .matching import load_phrases, match_file, words_of
from .paths import path_to_text, text_to_path
from .reading import Heard, Outcome, Problem, Signature
from .tables import assignments, files, roots, samples, told
from .text_index import index_words
from .vectors import Vectors

IMPORTED = "imported"
"""Origin of tags that files themselves speak of."""

_ids: BindParameter[Any] = bindparam("ids", expanding=True)


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read: where it lies, and what became of it."""

    root_id: int
    path: str
    outcome: Outcome


def store_batch(connection: Connection, batch: Sequence[Read], embedder: str, vectors: Vectors) -> None:
    """Write a batch: samples that are new or were heard otherwise, files, what they say, words, imported tags."""
    heard = {one.outcome.sha256: one.outcome for one in batch if isinstance(one.outcome, Heard)}
    ids = _store_samples(connection, heard, embedder, vectors)
    before = _samples_of_files(connection, batch)
    numbers = _store_files(connection, batch, ids)
    _store_told(connection, [(numbers[one.root_id, one.path], one.outcome) for one in batch])
    refresh(connection, {*ids.values(), *before})


def move_file(connection: Connection, file_id: int, root_id: int, path: str) -> None:
    """Write that a file lies elsewhere now; `refresh` its sample afterwards."""
    change = update(files).where(files.c.id == file_id)
    connection.execute(change.values(root_id=root_id, **place_of(path), is_missing=False))


def place_of(path: str) -> dict[str, str]:
    """Return the columns that say where below its root a file lies."""
    return {"path": path_to_text(path), "folder": path_to_text(path.rpartition("/")[0])}


def mark_files(connection: Connection, file_ids: Collection[int], *, is_missing: bool) -> set[int]:
    """Write that files are there or not, and return their samples, which are to be refreshed."""
    found: set[int] = set()
    for some in _parts(sorted(file_ids)):
        change = update(files).where(files.c.id.in_(_ids)).values(is_missing=is_missing)
        connection.execute(change, {"ids": some})
        rows = connection.execute(select(files.c.sample_id).where(files.c.id.in_(_ids)), {"ids": some}).scalars()
        found.update(one for one in rows if one is not None)
    return found


def refresh(connection: Connection, sample_ids: Iterable[int]) -> None:
    """Work out anew what follows from the files of some samples: words, imported tags, whether any is there."""
    phrases = load_phrases(connection)
    for some in _parts(sorted(set(sample_ids))):
        lines = _told_by_sample(connection, some)
        index_words(connection, {one: set().union(*(words_of(*file) for file in lines[one])) for one in some})
        connection.execute(
            delete(assignments).where(assignments.c.sample_id.in_(_ids), assignments.c.origin == IMPORTED),
            {"ids": some},
        )
        rows = [row for one in some for row in _imported(one, lines[one], phrases)]
        if rows:
            connection.execute(insert(assignments), rows)
        there = select(files.c.sample_id).where(files.c.sample_id == samples.c.id, ~files.c.is_missing).exists()
        connection.execute(update(samples).where(samples.c.id.in_(_ids)).values(is_missing=~there), {"ids": some})


def _store_samples(
    connection: Connection, heard: Mapping[str, Heard], embedder: str, vectors: Vectors
) -> dict[str, int]:
    """Return the id of each sound by its hash; sounds that are known and were heard alike stay as they are."""
    known = {row.sha256: row for row in _by_hash(connection, list(heard))}
    last = connection.execute(select(func.max(samples.c.row))).scalar()
    rows = iter(range(0 if last is None else int(last) + 1, 1 << 62))
    fresh = [
        {"sha256": one, "row": next(rows), "embedder": embedder, "is_missing": False, **found.facts.as_dict()}
        for one, found in heard.items()
        if one not in known
    ]
    if fresh:
        connection.execute(insert(samples), fresh)
    stale = [row.id for row in known.values() if row.embedder != embedder]
    if stale:
        connection.execute(update(samples).where(samples.c.id.in_(_ids)).values(embedder=embedder), {"ids": stale})
    owners = {row.sha256: row for row in _by_hash(connection, list(heard))}
    wanted = [owners[one] for one in heard if one not in known or owners[one].id in set(stale)]
    if wanted:
        names = heard[wanted[0].sha256].vectors
        blocks = {name: np.stack([heard[row.sha256].vectors[name] for row in wanted]) for name in names}
        vectors.store(connection, [row.row for row in wanted], [row.id for row in wanted], blocks)
    return {one: row.id for one, row in owners.items()}


def _by_hash(connection: Connection, hashes: list[str]) -> list[Row[Any, Any, Any, Any]]:
    columns = select(samples.c.id, samples.c.sha256, samples.c.row, samples.c.embedder)
    found: list[Row[Any, Any, Any, Any]] = []
    for some in _parts(hashes):
        found += connection.execute(columns.where(samples.c.sha256.in_(_ids)), {"ids": some}).all()
    return found


def _samples_of_files(connection: Connection, batch: Sequence[Read]) -> set[int]:
    """Return the samples that the files of a batch had until now."""
    found: set[int] = set()
    for root_id, paths in _paths_by_root(batch).items():
        for some in _parts(paths):
            query = select(files.c.sample_id).where(files.c.root_id == root_id, files.c.path.in_(_ids))
            found.update(one for one in connection.execute(query, {"ids": some}).scalars() if one is not None)
    return found


def _store_files(connection: Connection, batch: Sequence[Read], ids: Mapping[str, int]) -> dict[tuple[int, str], int]:
    """Write the files of a batch and return their ids."""
    numbers = _file_ids(connection, batch)
    fresh, changed = [], []
    for one in batch:
        row = {"root_id": one.root_id, **place_of(one.path), **_file_row(one.outcome, ids)}
        number = numbers.get((one.root_id, one.path))
        if number is None:
            fresh.append(row)
        else:
            changed.append({**row, "number": number})
    if fresh:
        connection.execute(insert(files), fresh)
    if changed:
        names = ("size", "mtime_ns", "inode", "sample_id", "problem", "is_missing")
        values: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in names}
        lines = [{name: row[name] for name in (*names, "number")} for row in changed]
        connection.execute(update(files).where(files.c.id == bindparam("number")).values(values), lines)
    return _file_ids(connection, batch) if fresh else numbers


def _file_row(outcome: Outcome, ids: Mapping[str, int]) -> dict[str, object]:
    signature: Signature = outcome.signature
    problem = outcome.reason if isinstance(outcome, Problem) else ""
    sample_id = ids[outcome.sha256] if isinstance(outcome, Heard) else None
    return {**signature._asdict(), "sample_id": sample_id, "problem": problem, "is_missing": False}


def _file_ids(connection: Connection, batch: Sequence[Read]) -> dict[tuple[int, str], int]:
    numbers: dict[tuple[int, str], int] = {}
    for root_id, paths in _paths_by_root(batch).items():
        for some in _parts(paths):
            query = select(files.c.path, files.c.id).where(files.c.root_id == root_id, files.c.path.in_(_ids))
            for path, number in connection.execute(query, {"ids": some}):
                numbers[root_id, text_to_path(path)] = number
    return numbers


def _paths_by_root(batch: Sequence[Read]) -> dict[int, list[str]]:
    paths: dict[int, list[str]] = {}
    for one in batch:
        paths.setdefault(one.root_id, []).append(path_to_text(one.path))
    return paths


def _store_told(connection: Connection, batch: Sequence[tuple[int, Outcome]]) -> None:
    """Replace what the files themselves say; what host programs say beside them stays."""
    own = told.c.source.not_in(HOST_SOURCES)
    connection.execute(delete(told).where(told.c.file_id.in_(_ids), own), {"ids": [number for number, _ in batch]})
    lines = [
        {"file_id": number, "source": one.source, "key": one.key, "value": one.value}
        for number, outcome in batch
        if isinstance(outcome, Heard)
        for one in outcome.told
    ]
    if lines:
        connection.execute(insert(told), lines)


Item = TypeVar("Item")

HOST_SOURCES = ("live", "fl")
"""Sources of what is told beside the files, not in them."""


Line = tuple[str, list[tuple[str, str, str]]]


def _told_by_sample(connection: Connection, sample_ids: list[int]) -> dict[int, list[Line]]:
    """Return path and told lines of each file of some samples; files that are gone count while no other is there.

    A path begins with the name of its root: a folder called `Kicks` says so also if it was added itself.
    """
    columns = (files.c.id, files.c.sample_id, files.c.path, files.c.is_missing, roots.c.path.label("root"))
    query = select(*columns).join(roots, roots.c.id == files.c.root_id).where(files.c.sample_id.in_(_ids))
    owned: dict[int, list[tuple[int, str, bool]]] = {one: [] for one in sample_ids}
    for row in connection.execute(query.order_by(files.c.id), {"ids": sample_ids}):
        path = f"{PurePath(text_to_path(row.root)).name}/{text_to_path(row.path)}"
        owned[row.sample_id].append((row.id, path, bool(row.is_missing)))
    said: dict[int, list[tuple[str, str, str]]] = {}
    query = select(told).join(files, files.c.id == told.c.file_id).where(files.c.sample_id.in_(_ids))
    for row in connection.execute(query, {"ids": sample_ids}):
        said.setdefault(row.file_id, []).append((row.source, row.key, row.value))
    return {
        one: [(path, said.get(number, [])) for number, path, gone in found if not gone or all(f[2] for f in found)]
        for one, found in owned.items()
    }


def _imported(sample_id: int, lines: Iterable[Line], phrases: Mapping[tuple[str, ...], int]) -> list[dict[str, object]]:
    best: dict[int, dict[str, object]] = {}
    for path, said in lines:
        for match in match_file(path, said, phrases).values():
            row = {"sample_id": sample_id, "origin": IMPORTED, **match.__dict__}
            if match.tag_id not in best or float(match.confidence) > float(best[match.tag_id]["confidence"]):  # type: ignore[arg-type]
                best[match.tag_id] = row
    return list(best.values())


def _parts(items: Sequence[Item], size: int = 500) -> Iterable[list[Item]]:
    """Yield the items in lists that every database takes in one question."""
    return (list(items[start : start + size]) for start in range(0, len(items), size))
