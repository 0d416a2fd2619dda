"""Classes suggested by a classifier that the library is handed, read file by file: the starter ear, or a tagger."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, and_, select

from ..errors import AudioError
from ..progress import Progress, Report, ignore
from .finding import describe
from .library import Library
from .tables import samples, tags
from .tags import add_tag, assign_all, find_tag

ClassOf = Callable[[Path], tuple[str, float] | None]
"""A file to a class and its confidence, None where that is unsure; raises an `AudioError` where it cannot be read."""

BATCH = 200
"""Sounds whose suggestions are written at once: what is done when the process is killed."""

LONGEST_S = 30.0
"""Longer files are no one-shots."""


def suggest_classes(library: Library, classify: ClassOf, why: str, report: Report = ignore) -> dict[str, int]:
    """Suggest a class as a tag for every one-shot that has a file and is not silent; return how many got each tag.

    Args:
        library: its sounds are read again, which takes some milliseconds each.
        classify: what says what a sound is.
        why: what is written down as the reason.
        report: is told how far it is.
    """
    with library.catalogue.read() as connection:
        is_hit = and_(~samples.c.is_loop, ~samples.c.is_silent, samples.c.duration_s <= LONGEST_S)
        query = select(samples.c.id).where(~samples.c.is_missing, is_hit)
        ids = list(connection.execute(query.order_by(samples.c.id)).scalars())
    counts: Counter[str] = Counter()
    for start in range(0, len(ids), BATCH):
        found = _classified(library, ids[start : start + BATCH], classify)
        counts.update(_write(library, found, why))
        report(Progress(min(start + BATCH, len(ids)), len(ids), "listening"))
    return counts


def _classified(library: Library, ids: list[int], classify: ClassOf) -> dict[int, tuple[str, float]]:
    with library.catalogue.read() as connection:
        known = list(describe(connection, ids))
    found = {}
    for number, one in zip(ids, known, strict=True):
        try:
            called = classify(one.paths[0]) if one.paths else None
        except AudioError:  # it vanished since the scan
            called = None
        if called is not None:
            found[number] = called
    return found


def _write(library: Library, found: dict[int, tuple[str, float]], why: str) -> list[str]:
    """Write suggestions and return the tag of each."""
    with library.tagging() as connection:
        called = {name: _tag(connection, name) for name in sorted({name for name, _ in found.values()})}
        said = {number: {called[name]: min(1.0, confidence)} for number, (name, confidence) in found.items()}
        assign_all(connection, said, origin="suggested", why=why)
    return [called[name] for name, _ in found.values()]


def _tag(connection: Connection, name: str) -> str:
    """Return the tag that a class is called by, as the user writes it."""
    number = find_tag(connection, name) or add_tag(connection, name.replace("_", " "))
    return str(connection.execute(select(tags.c.name).where(tags.c.id == number)).scalar_one())
