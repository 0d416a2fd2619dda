"""Teaching a library: what the user said of some sounds is learned, and suggested for the others.

library.tagging / folders -> `learn` -> the head, kept in the catalogue -> `suggest`; `questions` asks and explains. It
works on the vectors that the library keeps (`whole`), whoever made them: a head that was learned on others is refused.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, delete, insert

from ..errors import LibraryError, MissingError, NothingTaughtError
from ..progress import Progress, Report, ignore
from ..units import Array
from .calibration import fit_calibrated
from .finding import sample_at
from .head import Head, as_content, from_content
from .keeping import HEAD, drop_kept, read_kept, write_kept
from .library import Library
from .paths import printable
from .reading import embedder_name
from .saying import Saying
from .tables import assignments
from .tags import find_tag, need_tag
from .taught import Taught, count_given, files_of, gather

LEAST = 0.5
"""Probability from which on a tag is suggested."""

FEWEST = 3
"""Examples from which on a tag is learned, unless fewer are asked for."""

_ROWS = 2000
"""Sounds whose nearest examples are looked for at once: with 10,000 examples 80 MB."""


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Args:
        counts: how many sounds have each tag that was learned.
        sounds: how many sounds taught.
        slope: by which probabilities were made honest.
        waiting: tags that have too few sounds yet, and how many.
    """

    counts: dict[str, int]
    sounds: int
    slope: float
    waiting: dict[str, int]


def teach_folders(library: Library, folder: Path) -> dict[str, int]:
    """Give every sound of the library that lies in a subfolder the folder's name as a tag, by the user's word.

    Args:
        library: knows the sounds.
        folder: its subfolders are tags; tags that are not there yet are made.
    Returns:
        How many sounds each tag was given.
    Raises:
        MissingError: no sound of the library lies there.
    """
    sayings = folder_sayings(library, folder)
    library.say(sayings)
    return {one.tag: len(one.ids) for one in sayings}


def folder_sayings(library: Library, folder: Path) -> list[Saying]:
    """Return what the subfolders of a folder say of the sounds in them, see `teach_folders`.

    Raises:
        MissingError: there is no such folder, or no sound of the library lies there.
    """
    if not folder.is_dir():
        raise MissingError(f"{printable(str(folder))} is no folder: name one whose subfolders are tags")
    found: list[Saying] = []
    with library.catalogue.read() as connection:
        for own in sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")):
            numbers = {sample_at(connection, path) for path in own.rglob("*") if path.is_file()} - {None}
            if numbers:
                found.append(Saying(own.name, tuple(sorted(one for one in numbers if one is not None)), "yes"))
    if not found:
        name = printable(str(folder))
        raise MissingError(f"no sound of the library lies in a subfolder of {name}: add and scan it first")
    return found


def learn(library: Library, fewest: int = FEWEST) -> Learned:
    """Learn all that the user said, and keep the head in the catalogue.

    Args:
        library: its sounds, some of them with tags by the user's word.
        fewest: examples from which on a tag is learned.
    Raises:
        NothingTaughtError: the user has not said anything yet, or too little.
    """
    with library.catalogue.read() as connection:
        given = count_given(connection)
        taught = gather(library, connection, fewest=fewest)
    head = fit_calibrated(taught.lesson_in_crowd(), around=taught.vectors)
    content = as_content(head) | {"embedder": embedder_name(library.embedder)}
    with library.catalogue.write() as connection:
        write_kept(connection, HEAD, json.dumps(content))
    counts = dict(zip(taught.tags, (taught.said == 1).sum(axis=0).tolist(), strict=True))
    waiting = {name: count for name, count in given.items() if name not in counts}
    return Learned(counts, len(taught.rows), head.slope, waiting)


def relearn(library: Library, report: Report = ignore, fewest: int = FEWEST) -> dict[str, int]:
    """Learn what the user has said until now and suggest it for the rest; what is too little is forgotten.

    Returns:
        How many sounds each tag is suggested for; empty where no tag has `fewest` examples.
    """
    report(Progress(0, 2, "learning"))
    before = learned_tags(library)
    try:
        now = tuple(learn(library, fewest).counts)
    except NothingTaughtError:
        now = ()
        with library.catalogue.write() as connection:
            drop_kept(connection, HEAD)
    report(Progress(1, 2, "suggesting"))
    with library.tagging() as connection:
        _forget(connection, set(before) - set(now))
    return suggest(library) if now else {}


def suggest(library: Library, least: float = LEAST) -> dict[str, int]:
    """Suggest tags for all sounds of which the user said nothing about them, in place of earlier suggestions.

    Args:
        library: with a head that was learned.
        least: probability from which on a tag is suggested.
    Returns:
        How many sounds each tag was suggested for.
    Raises:
        LibraryError: nothing was learned, or on other vectors.
    """
    head = read_head(library)
    with library.tagging() as connection:
        taught = gather(library, connection, head.tags)
        shares = np.where(taught.said == 0, head.probabilities(taught.vectors), 0.0)
        _forget(connection, head.tags)
        numbers = [need_tag(connection, name) for name in head.tags]
        for why, rows in _by_nearest(library, connection, head, taught, np.flatnonzero((shares >= least).any(axis=1))):
            connection.execute(insert(assignments), _lines(taught.ids[rows], numbers, shares[rows], least, why))
    return dict(zip(head.tags, (shares >= least).sum(axis=0).tolist(), strict=True))


def learned_tags(library: Library) -> tuple[str, ...]:
    """Return the tags that were learned last; none if that cannot be used any more."""
    try:
        return read_head(library).tags
    except LibraryError:
        return ()


def read_head(library: Library) -> Head:
    """Return the head that was learned last.

    Raises:
        LibraryError: there is none, or it was learned on other vectors.
    """
    with library.catalogue.read() as connection:
        kept = read_kept(connection, HEAD)
    if kept is None:
        raise LibraryError("nothing was taught yet: give tags to some sounds, then `drumlin library teach`")
    try:
        content = json.loads(kept)
    except ValueError as error:
        raise LibraryError(f"what was taught cannot be read ({error}): teach again") from error
    if content.get("embedder") != embedder_name(library.embedder):
        raise LibraryError("what was taught belongs to another way of hearing: scan, then `drumlin library teach`")
    return from_content(content)


def _forget(connection: Connection, names: Iterable[str]) -> None:
    """Take all suggestions of some tags back; of those that are no tags any more there are none."""
    numbers = [number for name in names if (number := find_tag(connection, name)) is not None]
    mine = (assignments.c.origin == "suggested") & assignments.c.tag_id.in_(numbers)
    connection.execute(delete(assignments).where(mine))


def _lines(ids: Array, numbers: list[int], shares: Array, least: float, why: str) -> list[dict[str, object]]:
    """Return the rows that suggest tags for sounds, (M, K) shares of M sounds and K tags."""
    return [
        {
            "sample_id": int(ids[row]),
            "tag_id": numbers[column],
            "origin": "suggested",
            "confidence": round(float(shares[row, column]), 4),
            "why": why,
        }
        for row, column in np.argwhere(shares >= least).tolist()
    ]


def _by_nearest(
    library: Library, connection: Connection, head: Head, taught: Taught, rows: Array
) -> list[tuple[str, Array]]:
    """Return sounds grouped by the taught sound that is nearest, with its name as the reason."""
    examples = np.flatnonzero((taught.said == 1).any(axis=1))
    unit = head.standard(taught.vectors)
    unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    blocks = (rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS))
    nearest = np.concatenate([(unit[block] @ unit[examples].T).argmax(axis=1) for block in blocks] or [rows])
    names = files_of(connection, taught.ids[examples].tolist())
    return [(f"like {names[one].name}", rows[nearest == one]) for one in np.unique(nearest).tolist()]
