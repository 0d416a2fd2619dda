"""What the user said of the sounds, beside their vectors: what a head learns from, and is asked about.

Keeping and rejecting say nothing of what a sound is: they teach nothing. Shapes: N sounds of the library, M taught,
D embedding, K tags.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, select

from ..errors import LibraryError, NothingTaughtError
from ..units import Array
from .finding import describe
from .head import Lesson, make_lesson
from .library import Library
from .picture import WHOLE
from .tables import assignments, samples, tags
from .tags import Tag, list_tags
from .triage import VERDICTS

CROWD, CROWD_NO = 200, 0.1
"""Untaught sounds, drawn by chance, that stand for the rest of the library, and what each says against every tag,
beside a spoken no of 1. On `valid`, three classes being taught by four examples each, suggestions had an F1 of 0.61
with the crowd and of 0.40 without, and a mean log loss of 0.16 and 0.82; with all classes taught they were alike."""


@dataclass(frozen=True)
class Taught:
    """All vectors (N, D) with their sample ids (N,), and what was said of them, (N, K): 1, 0, -1."""

    ids: Array
    vectors: Array
    said: Array
    tags: tuple[str, ...]

    @property
    def rows(self) -> Array:
        """Rows of the sounds of which something was said, (M,)."""
        return np.flatnonzero((self.said != 0).any(axis=1))

    def lesson(self) -> Lesson:
        """Return what was said as a lesson of M sounds."""
        return make_lesson(self.vectors[self.rows], self.said[self.rows], self.tags)

    def lesson_in_crowd(self, seed: int = 0) -> Lesson:
        """Return the lesson with some untaught sounds, which speak softly against all tags.

        What is taught is never all that there is: without the others, everything would be one of the tags.
        """
        own = self.lesson()
        rest = np.flatnonzero((self.said == 0).all(axis=1))
        crowd = np.random.default_rng(seed).permutation(rest)[:CROWD]
        weights = np.full((len(crowd), len(self.tags)), CROWD_NO, np.float32)
        return Lesson(
            np.concatenate([own.embeddings, self.vectors[crowd]]),
            np.concatenate([own.targets, np.zeros_like(weights)]),
            np.concatenate([own.weights, weights]),
            self.tags,
        )


def gather(
    library: Library, connection: Connection, names: tuple[str, ...] | None = None, *, fewest: int = 1
) -> Taught:
    """Return vectors and what the user said of them.

    Args:
        library: whose vectors they are.
        connection: to its catalogue.
        names: of the tags; None for those that the user gave to `fewest` sounds.
        fewest: sounds from which on a tag counts.
    Raises:
        NothingTaughtError: no tag was given often enough.
        LibraryError: the library is empty.
    """
    known = list_tags(connection)
    spoken = _spoken(connection)
    chosen = names or _often(spoken, known, fewest)
    if not chosen:
        raise NothingTaughtError(_too_little(spoken, fewest))
    ids, vectors = _vectors(library, connection)
    return Taught(ids, vectors, _table(spoken, ids, known, chosen), chosen)


def count_given(connection: Connection) -> dict[str, int]:
    """Return to how many sounds the user gave each tag, by name; tags that were only denied have none."""
    counts = Counter(name for _, name, confidence in _spoken(connection) if confidence > 0)
    return dict(sorted(counts.items()))


def files_of(connection: Connection, ids: list[int]) -> list[Path]:
    """Return a file of each of some samples."""
    return [one.paths[0] if one.paths else Path() for one in describe(connection, ids)]


def _spoken(connection: Connection) -> list[tuple[int, str, float]]:
    """Return sound, tag and confidence of all that the user said."""
    query = select(assignments.c.sample_id, tags.c.name, assignments.c.confidence)
    query = query.join(tags, tags.c.id == assignments.c.tag_id).where(assignments.c.origin == "user")
    rows = connection.execute(query.where(tags.c.name.not_in(VERDICTS)))
    return [(row[0], row[1], row[2]) for row in rows]


def _too_little(spoken: Sequence[tuple[int, str, float]], fewest: int) -> str:
    counts = Counter(name for _, name, confidence in spoken if confidence > 0)
    if not counts:
        return "the user has not said anything of any sound: give tags to some sounds first"
    told = ", ".join(f"{name} has {count}" for name, count in sorted(counts.items()))
    return f"no tag has {fewest} sounds by your word yet ({told}): give them to more sounds, or say `--fewest`"


def _often(spoken: Sequence[tuple[int, str, float]], known: Sequence[Tag], fewest: int) -> tuple[str, ...]:
    """Return the tags that were given to so many sounds; where one is enough, those that were denied as well."""
    counts = Counter(name for _, name, confidence in spoken if confidence > 0 or fewest <= 1)
    return tuple(tag.name for tag in known if counts[tag.name] >= fewest)


def _table(spoken: Sequence[tuple[int, str, float]], ids: Array, known: Sequence[Tag], names: tuple[str, ...]) -> Array:
    """Return (N, K): 1 for a yes, -1 for a no; what is a rim is a snare, if rims are kinds of snares."""
    said = np.zeros((len(ids), len(names)), np.int8)
    rows = {one: row for row, one in enumerate(ids.tolist())}
    columns = {name: column for column, name in enumerate(names)}
    for sample_id, name, confidence in spoken:
        if sample_id in rows and name in columns:
            said[rows[sample_id], columns[name]] = 1 if confidence > 0 else -1
    for tag in known:
        if tag.parent in columns and tag.name in columns:
            parent, own = said[:, columns[tag.parent]], said[:, columns[tag.name]]
            parent[(parent == 0) & (own == 1)] = 1
    return said


def _vectors(library: Library, connection: Connection) -> tuple[Array, Array]:
    """Return ids and vectors of all sounds that have a file."""
    present = set(connection.execute(select(samples.c.id).where(~samples.c.is_missing)).scalars())
    blocks = list(library.vectors.blocks(connection, WHOLE))
    if not present or not blocks:
        raise LibraryError("the library is empty: add a folder and scan it first")
    ids, vectors = np.concatenate([one for one, _ in blocks]), np.concatenate([one for _, one in blocks])
    kept = np.array([one in present for one in ids.tolist()])
    return ids[kept], np.asarray(vectors[kept], np.float32)
