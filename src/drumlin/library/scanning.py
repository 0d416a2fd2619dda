"""Bringing the catalogue up to date with the folders: what is new is read, what is gone is marked, what moved follows.

An unchanged file costs a look at its name and signature. Everything is written in batches; a scan that is stopped or
killed has lost nothing but the batch it was at, and the next one goes on from there.
"""

import time

from ..progress import Progress, Report, ignore
from .catalogue import Catalogue
from .comparing import Work, follow, look, settle
from .crew import Crew, worker_count
from .grouping import group
from .notes import take_notes
from .picture import WHOLE
from .ray_crew import RayCrew
from .reading import Heard, Problem, embedder_name
from .scan_summary import ScanOptions, ScanSummary
from .storing import Read, store_batch
from .vectors import VectorFiles, Vectors

BATCH_FILES, BATCH_S = 128, 2.0
"""A transaction holds at most so many files, and ends after so many seconds."""


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
        works = list(look(catalogue, options, summary))
        follow(works, summary)
        for work in works:
            settle(catalogue, work)
        _read_all(catalogue, vectors, works, options, summary, report)
        for work in works:
            take_notes(catalogue, work)
        group(catalogue, vectors, report)
        _renew_index(catalogue, vectors, report)
    summary.seconds = time.perf_counter() - start
    return summary


def _read_all(
    catalogue: Catalogue,
    vectors: Vectors,
    works: list[Work],
    options: ScanOptions,
    summary: ScanSummary,
    report: Report,
) -> None:
    places = [(work, path) for work in works for path in work.to_read]
    name = embedder_name(options.embedder)
    batch: list[Read] = []
    began, start = time.monotonic(), time.monotonic()
    crew = _crew(options, len(places))
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


def _crew(options: ScanOptions, files: int) -> Crew | RayCrew:
    if options.ray is not None and files:
        return RayCrew(options.embedder, options.ray)
    return Crew(options.embedder, worker_count(files, options.workers))


def _renew_index(catalogue: Catalogue, vectors: Vectors, report: Report) -> None:
    """Make the optional index anew if there is one that is out of date; see `indexing`."""
    if isinstance(vectors, VectorFiles) and vectors.has_index(WHOLE) and vectors.cells(WHOLE) is None:
        with catalogue.read() as connection:
            vectors.index(connection, WHOLE, report)


def _store(catalogue: Catalogue, vectors: Vectors, batch: list[Read], embedder: str) -> None:
    if batch:
        with catalogue.write() as connection:
            store_batch(connection, batch, embedder, vectors)


def _progress(summary: ScanSummary, total: int, elapsed_s: float) -> Progress:
    done = summary.read + len(summary.problems)
    return Progress(done, total, "reading", remaining_s=elapsed_s / max(done, 1) * (total - done))
