"""Teaching a library: what the user said of some sounds is learned, and suggested for the others.

library.tagging / folders -> `learn` -> head.json -> `suggest`, `ask`, `why`. It works on the vectors that the library
keeps (`whole`), whoever made them: a head that was learned on other vectors is refused. Shapes: M sounds, K tags.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, delete, select

from ..audio.files import write_atomically
from ..errors import LibraryError, MissingError
from ..units import Array
from .asking import choose_questions
from .calibration import fit_calibrated
from .explaining import Reason, explain
from .finding import describe, sample_at
from .head import Head, Lesson, as_content, from_content, make_lesson
from .library import Library
from .picture import WHOLE
from .reading import embedder_name
from .tables import assignments, samples, tags
from .tags import add_tag, assign, assign_all, find_tag, list_tags, need_tag

HEAD_NAME = "head.json"

LEAST = 0.5
"""Probability from which on a tag is suggested."""


@dataclass(frozen=True)
class Learned:
    """What was learned: how many sounds have each tag, how many sounds taught, and the slope that made it honest."""

    counts: dict[str, int]
    sounds: int
    slope: float


@dataclass(frozen=True)
class Question:
    """A sound to ask about, with the tags that the head would give it, most probable first."""

    path: Path
    guesses: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Why:
    """Why a tag is suggested: the reason, and the files of the examples that it names."""

    reason: Reason
    like: tuple[Path, ...]
    unlike: tuple[Path, ...]


@dataclass(frozen=True)
class _Taught:
    """All vectors (N, D) with their sample ids (N,), and what was said of them, (N, K): 1, 0, -1."""

    ids: Array
    vectors: Array
    said: Array
    tags: tuple[str, ...]

    @property
    def rows(self) -> Array:
        """Rows of the sounds of which something was said."""
        return np.flatnonzero((self.said != 0).any(axis=1))

    def lesson(self) -> Lesson:
        """Return what was said as a lesson."""
        return make_lesson(self.vectors[self.rows], self.said[self.rows], self.tags)


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
    given: dict[str, int] = {}
    with library.tagging() as connection:
        for own in sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")):
            numbers = {sample_at(connection, path) for path in own.rglob("*") if path.is_file()} - {None}
            if not numbers:
                continue
            if find_tag(connection, own.name) is None:
                add_tag(connection, own.name)
            assign(connection, (one for one in numbers if one is not None), own.name)
            given[own.name] = len(numbers)
    if not given:
        raise MissingError(f"no sound of the library lies in a subfolder of {folder}: add and scan it first")
    return given


def learn(library: Library) -> Learned:
    """Learn all that the user said, and keep the head beside the catalogue.

    Raises:
        LibraryError: the user has not said anything yet.
    """
    with library.catalogue.read() as connection:
        taught = _gather(library, connection)
    head = fit_calibrated(taught.lesson(), around=taught.vectors)
    content = as_content(head) | {"embedder": embedder_name(library.embedder)}
    write_atomically(library.folder / HEAD_NAME, (json.dumps(content) + "\n").encode())
    counts = dict(zip(taught.tags, (taught.said == 1).sum(axis=0).tolist(), strict=True))
    return Learned(counts, len(taught.rows), head.slope)


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
        taught = _gather(library, connection, head.tags)
        shares = np.where(taught.said == 0, head.probabilities(taught.vectors), 0.0)
        _forget(connection, head.tags)
        for why, rows in _by_nearest(library, connection, head, taught, np.flatnonzero((shares >= least).any(axis=1))):
            found = {int(taught.ids[row]): _above(head.tags, shares[row], least) for row in rows}
            assign_all(connection, found, origin="suggested", why=why)
    return dict(zip(head.tags, (shares >= least).sum(axis=0).tolist(), strict=True))


def ask(library: Library, count: int = 10) -> list[Question]:
    """Return the sounds about which an answer teaches most.

    Raises:
        LibraryError: nothing was learned, or on other vectors.
    """
    head = read_head(library)
    with library.catalogue.read() as connection:
        taught = _gather(library, connection, head.tags)
        shares = head.probabilities(taught.vectors)
        known = (taught.said != 0).any(axis=1)
        rows = choose_questions(head.standard(taught.vectors), shares, known, count)
        paths = _files(connection, taught.ids[rows].tolist())
    best = [sorted(zip(head.tags, shares[row].tolist(), strict=True), key=lambda pair: -pair[1]) for row in rows]
    return [Question(path, tuple(some[:3])) for path, some in zip(paths, best, strict=True)]


def why(library: Library, path: Path, tag: str) -> Why:
    """Return why a file of the library is thought to have a tag, or not.

    Raises:
        LibraryError: nothing was learned, or on other vectors.
        MissingError: the library does not know the file, or nothing was learned of the tag.
    """
    head = read_head(library)
    if tag not in head.tags:
        raise MissingError(f"nothing was learned of {tag!r}; learned are {', '.join(head.tags)}")
    with library.catalogue.read() as connection:
        number = sample_at(connection, path)
        taught = _gather(library, connection, head.tags)
        own = np.flatnonzero(taught.ids == number)
        if not len(own):
            raise MissingError(f"{path} is not in the library: add its folder and scan")
        reason = explain(head, taught.lesson(), taught.vectors[own[0]], tag)
        names = (
            _files(connection, [int(taught.ids[taught.rows[one.row]]) for one in side])
            for side in (reason.like, reason.unlike)
        )
        like, unlike = (tuple(side) for side in names)
    return Why(reason, like, unlike)


def read_head(library: Library) -> Head:
    """Return the head that was learned last.

    Raises:
        LibraryError: there is none, or it was learned on other vectors.
    """
    path = library.folder / HEAD_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LibraryError("nothing was taught yet: give tags to some sounds, then `drumlin library teach`") from error
    except (OSError, ValueError) as error:
        raise LibraryError(f"{path} cannot be read ({error}): teach again") from error
    if content.get("embedder") != embedder_name(library.embedder):
        raise LibraryError("what was taught belongs to another way of hearing: scan, then `drumlin library teach`")
    return from_content(content)


def _gather(library: Library, connection: Connection, names: tuple[str, ...] | None = None) -> _Taught:
    """Return vectors and what the user said; of the tags that were ever used, or of the named ones."""
    known = list_tags(connection)
    said_of = select(assignments.c.sample_id, tags.c.name, assignments.c.confidence)
    said_of = said_of.join(tags, tags.c.id == assignments.c.tag_id).where(assignments.c.origin == "user")
    spoken = connection.execute(said_of).all()
    chosen = names or tuple(tag.name for tag in known if any(row.name == tag.name for row in spoken))
    if not chosen:
        raise LibraryError("the user has not said anything of any sound: give tags to some sounds first")
    ids, vectors = _vectors(library, connection)
    said = np.zeros((len(ids), len(chosen)), np.int8)
    rows = {one: row for row, one in enumerate(ids.tolist())}
    columns = {name: column for column, name in enumerate(chosen)}
    for sample_id, name, confidence in spoken:
        if sample_id in rows and name in columns:
            said[rows[sample_id], columns[name]] = 1 if confidence > 0 else -1
    for tag in known:  # what is a rim is a snare, if rims are kinds of snares
        if tag.parent in columns and tag.name in columns:
            parent, own = said[:, columns[tag.parent]], said[:, columns[tag.name]]
            parent[(parent == 0) & (own == 1)] = 1
    return _Taught(ids, vectors, said, chosen)


def _vectors(library: Library, connection: Connection) -> tuple[Array, Array]:
    """Return ids and vectors of all sounds that have a file."""
    present = set(connection.execute(select(samples.c.id).where(~samples.c.is_missing)).scalars())
    blocks = list(library.vectors.blocks(connection, WHOLE))
    if not present or not blocks:
        raise LibraryError("the library is empty: add a folder and scan it first")
    ids, vectors = np.concatenate([one for one, _ in blocks]), np.concatenate([one for _, one in blocks])
    kept = np.array([one in present for one in ids.tolist()])
    return ids[kept], np.asarray(vectors[kept], np.float32)


def _forget(connection: Connection, names: Iterable[str]) -> None:
    numbers = [need_tag(connection, name) for name in names]
    mine = (assignments.c.origin == "suggested") & assignments.c.tag_id.in_(numbers)
    connection.execute(delete(assignments).where(mine))


def _above(names: tuple[str, ...], shares: Array, least: float) -> dict[str, float]:
    return {name: round(float(share), 4) for name, share in zip(names, shares, strict=True) if share >= least}


def _by_nearest(
    library: Library, connection: Connection, head: Head, taught: _Taught, rows: Array
) -> list[tuple[str, Array]]:
    """Return sounds grouped by the taught sound that is nearest, with its name as the reason."""
    examples = np.flatnonzero((taught.said == 1).any(axis=1))
    unit = head.standard(taught.vectors)
    unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    nearest = (unit[rows] @ unit[examples].T).argmax(axis=1)
    names = _files(connection, taught.ids[examples].tolist())
    return [(f"like {names[one].name}", rows[nearest == one]) for one in np.unique(nearest).tolist()]


def _files(connection: Connection, ids: list[int]) -> list[Path]:
    return [one.paths[0] if one.paths else Path() for one in describe(connection, ids)]
