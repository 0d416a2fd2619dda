"""What of the folders is as the catalogue says, and what is new, changed, gone, moved or back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from .catalogue import Catalogue
from .paths import printable, text_to_path
from .reading import Signature, embedder_name
from .scan_summary import ScanOptions, ScanSummary
from .storing import mark_files, move_file, refresh
from .tables import files, roots, samples
from .walking import Walk, walk_sounds


@dataclass(frozen=True, slots=True)
class Known:
    """A file as the catalogue has it."""

    id: int
    signature: Signature
    is_missing: bool
    is_stale: bool


@dataclass
class Work:
    """What is to be done for one root."""

    root_id: int
    root: Path
    walk: Walk
    to_read: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    moved: dict[str, int] = field(default_factory=dict)
    gone: dict[int, Known] = field(default_factory=dict)
    returned: list[int] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """Files that are not there any more and were until now."""
        return [one.id for one in self.gone.values() if not one.is_missing]


def look(catalogue: Catalogue, options: ScanOptions, summary: ScanSummary) -> Iterator[Work]:
    """Compare each root with the catalogue; a root that is not there (a disk unplugged) is left as it is."""
    with catalogue.read() as connection:
        found = connection.execute(select(roots.c.id, roots.c.path).order_by(roots.c.id)).all()
    for root_id, text in found:
        root = Path(text_to_path(text))
        if not root.is_dir():
            summary.skipped += (f"{printable(str(root))}: the folder is not there",)
            continue
        work = Work(root_id, root, walk_sounds(root, skip=catalogue.folder))
        summary.skipped += tuple(
            f"{printable(str(root / path))}: {why}" for path, why in sorted(work.walk.unreadable.items())
        )
        with catalogue.read() as connection:
            _compare(work, _known_files(connection, root_id, options), summary)
        yield work


def _known_files(connection: Connection, root_id: int, options: ScanOptions) -> dict[str, Known]:
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
    known: dict[str, Known] = {}
    for path, number, size, mtime_ns, inode, is_missing, heard_by in connection.execute(query):
        is_stale = options.again if heard_by is None else heard_by != embedder
        known[text_to_path(path)] = Known(number, Signature(size, mtime_ns, inode), bool(is_missing), is_stale)
    return known


def _compare(work: Work, known: dict[str, Known], summary: ScanSummary) -> None:
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


def follow(works: list[Work], summary: ScanSummary) -> None:
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


def settle(catalogue: Catalogue, work: Work) -> None:
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
