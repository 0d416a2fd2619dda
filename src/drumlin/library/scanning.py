"""Bringing the catalogue up to date with the folders: what is new is read, what is gone is marked, what moved follows.

An unchanged file costs a look at its name and signature. Everything is written in batches; a scan that is stopped or
killed has lost nothing but the batch it was at, and the next one goes on from there.
"""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from ..progress import Progress, Report, ignore
from .catalogue import Catalogue
from .crew import Crew, worker_count
from .grouping import group
from .host_tags import LIVE_FOLDER, read_live
from .paths import path_to_text, printable, text_to_path
from .reading import Embedder, Heard, Problem, Signature, embedder_name
from .storing import Read, mark_files, move_file, refresh, store_batch
from .tables import files, notes, roots, samples, told
from .vectors import Vectors
from .walking import Walk, walk_sounds

BATCH_FILES, BATCH_S = 128, 2.0
"""A transaction holds at most so many files, and ends after so many seconds."""


@dataclass(frozen=True)
class ScanOptions:
    """How to scan.

    Args:
        workers: processes that read; 0 for one per core where there is enough to read.
        again: files that could not be read are tried again, though they have not changed.
        embedder: see `reading.Embedder`; None for the library's own way of hearing.
    """

    workers: int = 0
    again: bool = False
    embedder: Embedder | None = None


@dataclass
class ScanSummary:
    """What a scan found; counts of files, `problems` those that were read and cannot be used, with the reason."""

    unchanged: int = 0
    read: int = 0
    moved: int = 0
    missing: int = 0
    returned: int = 0
    skipped: tuple[str, ...] = ()
    problems: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the summary for JSON."""
        found = asdict(self)
        found["problems"] = [{"path": printable(path), "reason": reason} for path, reason in self.problems]
        return found


@dataclass(frozen=True, slots=True)
class _Known:
    """A file as the catalogue has it."""

    id: int
    signature: Signature
    is_missing: bool
    is_stale: bool


@dataclass
class _Work:
    """What is to be done for one root."""

    root_id: int
    root: Path
    walk: Walk
    to_read: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    moved: dict[str, int] = field(default_factory=dict)
    gone: dict[int, _Known] = field(default_factory=dict)
    returned: list[int] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """Files that are not there any more and were until now."""
        return [one.id for one in self.gone.values() if not one.is_missing]


def scan(
    catalogue: Catalogue, vectors: Vectors, options: ScanOptions | None = None, report: Report = ignore
) -> ScanSummary:
    """Bring the catalogue up to date with all roots.

    Args:
        catalogue: of the library.
        vectors: where its vectors are kept.
        options: how to scan.
        report: called as the work goes on.
    Raises:
        LibraryBusyError: another process scans or sorts.
        LibraryError: the database refuses, or the disk is full; what was scanned so far is kept.
    """
    options = options or ScanOptions()
    summary, start = ScanSummary(), time.perf_counter()
    with catalogue.alone():
        works = list(_look(catalogue, options, summary))
        _follow(works, summary)
        for work in works:
            _settle(catalogue, work)
        _read_all(catalogue, vectors, works, options, summary, report)
        for work in works:
            _take_notes(catalogue, work)
        group(catalogue, vectors, report)
    summary.seconds = time.perf_counter() - start
    return summary


def _look(catalogue: Catalogue, options: ScanOptions, summary: ScanSummary) -> Iterator[_Work]:
    """Compare each root with the catalogue; a root that is not there (a disk unplugged) is left as it is."""
    with catalogue.read() as connection:
        found = connection.execute(select(roots.c.id, roots.c.path).order_by(roots.c.id)).all()
    for root_id, text in found:
        root = Path(text_to_path(text))
        if not root.is_dir():
            summary.skipped += (f"{printable(str(root))}: the folder is not there",)
            continue
        work = _Work(root_id, root, walk_sounds(root, skip=catalogue.folder))
        summary.skipped += tuple(
            f"{printable(str(root / path))}: {why}" for path, why in sorted(work.walk.unreadable.items())
        )
        with catalogue.read() as connection:
            _compare(work, _known_files(connection, root_id, options), summary)
        yield work


def _known_files(connection: Connection, root_id: int, options: ScanOptions) -> dict[str, _Known]:
    """Return the files of a root by path; tuples straight from the driver, as there may be a million."""
    query = (
        select(
            files.c.path, files.c.id, files.c.size, files.c.mtime_ns, files.c.inode, files.c.is_missing,
            samples.c.embedder,
        )
        .select_from(files.outerjoin(samples, samples.c.id == files.c.sample_id))
        .where(files.c.root_id == root_id)
    )  # fmt: skip
    embedder = embedder_name(options.embedder)
    known: dict[str, _Known] = {}
    for path, number, size, mtime_ns, inode, is_missing, heard_by in connection.execute(query):
        is_stale = options.again if heard_by is None else heard_by != embedder
        known[text_to_path(path)] = _Known(number, Signature(size, mtime_ns, inode), bool(is_missing), is_stale)
    return known


def _compare(work: _Work, known: dict[str, _Known], summary: ScanSummary) -> None:
    for path, signature in work.walk.files.items():
        there = known.get(path)
        if there is None or there.signature != signature or there.is_stale:
            work.to_read.append(path)
            if there is not None:
                work.changed.add(path)
        elif there.is_missing:
            work.returned.append(there.id)
        else:
            summary.unchanged += 1
    seen = work.walk.files
    work.gone = {one.id: one for path, one in known.items() if path not in seen and not work.walk.hides(path)}
    work.to_read.sort()
    summary.returned += len(work.returned)


def _follow(works: list[_Work], summary: ScanSummary) -> None:
    """Find the files that have moved, also to another root: they are gone in one place and there in another.

    Size, time of change to the nanosecond and number are those of one file; it need not be read again.
    """
    movable = {one.signature: (work, one) for work in works for one in work.gone.values() if not one.is_stale}
    for work in works:
        for path in work.to_read:
            if path in work.changed:
                continue
            found = movable.pop(work.walk.files[path], None)
            if found is not None:
                origin, one = found
                work.moved[path] = one.id
                del origin.gone[one.id]
        work.to_read = [path for path in work.to_read if path not in work.moved]
    summary.moved = sum(len(work.moved) for work in works)
    summary.missing = sum(len(work.missing) for work in works)


def _settle(catalogue: Catalogue, work: _Work) -> None:
    """Write what is known without reading: moved, missing, returned."""
    if not (work.moved or work.missing or work.returned):
        return
    with catalogue.write() as connection:
        touched = mark_files(connection, work.missing, is_missing=True)
        touched |= mark_files(connection, work.returned, is_missing=False)
        for number in work.moved.values():
            move_file(connection, number, work.root_id, f"//{number}")  # so that names can be exchanged
        for path, number in work.moved.items():
            move_file(connection, number, work.root_id, path)
        touched |= mark_files(connection, list(work.moved.values()), is_missing=False)
        refresh(connection, touched)


def _read_all(
    catalogue: Catalogue,
    vectors: Vectors,
    works: list[_Work],
    options: ScanOptions,
    summary: ScanSummary,
    report: Report,
) -> None:
    places = [(work, path) for work in works for path in work.to_read]
    name = embedder_name(options.embedder)
    batch: list[Read] = []
    began, start = time.monotonic(), time.monotonic()
    crew = Crew(options.embedder, worker_count(len(places), options.workers))
    try:
        outcomes = crew.read(work.root / path for work, path in places)
        for (work, path), (_, outcome) in zip(places, outcomes, strict=True):
            batch.append(Read(work.root_id, path, outcome))
            summary.read += isinstance(outcome, Heard)
            if isinstance(outcome, Problem):
                summary.problems.append((str(work.root / path), outcome.reason))
            if len(batch) >= BATCH_FILES or time.monotonic() - began > BATCH_S:
                _store(catalogue, vectors, batch, name)
                batch, began = [], time.monotonic()
                report(_progress(summary, len(places), began - start))
        _store(catalogue, vectors, batch, name)
    except KeyboardInterrupt:
        _store(catalogue, vectors, batch, name)  # twice does no harm: the same rows are written
        raise
    finally:
        crew.close()


def _store(catalogue: Catalogue, vectors: Vectors, batch: list[Read], embedder: str) -> None:
    if batch:
        with catalogue.write() as connection:
            store_batch(connection, batch, embedder, vectors)


def _progress(summary: ScanSummary, total: int, elapsed_s: float) -> Progress:
    done = summary.read + len(summary.problems)
    return Progress(done, total, "reading", remaining_s=elapsed_s / max(done, 1) * (total - done))


def _take_notes(catalogue: Catalogue, work: _Work) -> None:
    """Take over what Live's notes say of the sounds beside them, where a note has changed or is new."""
    with catalogue.read() as connection:
        query = select(notes.c.path, notes.c.size, notes.c.mtime_ns, notes.c.inode).where(
            notes.c.root_id == work.root_id
        )
        known = {text_to_path(row[0]): Signature(*row[1:]) for row in connection.execute(query)}
    busy = {path.rpartition("/")[0] for path in (*work.to_read, *work.moved)}
    changed = [
        path
        for path, signature in work.walk.notes.items()
        if known.get(path) != signature or path[: path.index(LIVE_FOLDER)].rstrip("/") in busy
    ]
    for path in [*changed, *(set(known) - set(work.walk.notes))]:
        with catalogue.write() as connection:
            _take_note(connection, work, path)


def _take_note(connection: Connection, work: _Work, path: str) -> None:
    folder = path[: path.index(LIVE_FOLDER)].rstrip("/")
    said = read_live(work.root / path) if path in work.walk.notes else {}
    query = select(files.c.id, files.c.path, files.c.sample_id)
    query = query.where(files.c.root_id == work.root_id, files.c.folder == path_to_text(folder))
    beside = {
        text_to_path(text).rpartition("/")[2]: (number, sample_id)
        for number, text, sample_id in connection.execute(query)
    }
    ids = [number for number, _ in beside.values()]
    for start in range(0, len(ids), 500):
        mine = told.c.file_id.in_(ids[start : start + 500]) & (told.c.source == "live")
        connection.execute(delete(told).where(mine))
    lines = [
        {"file_id": beside[name][0], "source": "live", "key": "tag", "value": word.replace("|", " ")[:500]}
        for name, words in said.items()
        if name in beside
        for word in words
    ]
    if lines:
        connection.execute(insert(told), lines)
    own = (notes.c.root_id == work.root_id) & (notes.c.path == path_to_text(path))
    connection.execute(delete(notes).where(own))
    if path in work.walk.notes:
        signature = work.walk.notes[path]._asdict()
        connection.execute(insert(notes).values(root_id=work.root_id, path=path_to_text(path), **signature))
    refresh(connection, {sample_id for _, sample_id in beside.values() if sample_id is not None})
