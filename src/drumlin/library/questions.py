"""What the user is asked, and what the user asks: where an answer teaches most, and why a tag is suggested.

Both need a head that was learned (`teaching.learn`).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import MissingError
from .asking import choose_questions
from .explaining import Reason, explain
from .finding import sample_at
from .library import Library
from .taught import files_of, gather
from .teaching import read_head

GUESSES = 3
"""Tags that are named with a question."""


@dataclass(frozen=True)
class Question:
    """A sound to ask about, with the tags that the head would give it, most probable first."""

    id: int
    path: Path
    guesses: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Why:
    """Why a tag is suggested: the reason, and numbers and files of the examples that it names."""

    reason: Reason
    like: tuple[Path, ...]
    unlike: tuple[Path, ...]
    like_ids: tuple[int, ...]
    unlike_ids: tuple[int, ...]


def ask(library: Library, count: int = 10) -> list[Question]:
    """Return the sounds about which an answer teaches most.

    Raises:
        LibraryError: nothing was learned, or on other vectors.
    """
    head = read_head(library)
    with library.catalogue.read() as connection:
        taught = gather(library, connection, head.tags)
        shares = head.probabilities(taught.vectors)
        known = (taught.said != 0).any(axis=1)
        rows = choose_questions(head.standard(taught.vectors), shares, known, count)
        ids = taught.ids[rows].tolist()
        paths = files_of(connection, ids)
    best = [sorted(zip(head.tags, shares[row].tolist(), strict=True), key=lambda pair: -pair[1]) for row in rows]
    return [Question(number, path, tuple(some[:GUESSES])) for number, path, some in zip(ids, paths, best, strict=True)]


def why(library: Library, path: Path, tag: str) -> Why:
    """Return why a file of the library is thought to have a tag, or not.

    Raises:
        LibraryError: nothing was learned, or on other vectors.
        MissingError: the library does not know the file, or nothing was learned of the tag.
    """
    with library.catalogue.read() as connection:
        number = sample_at(connection, path)
    if number is None:
        raise MissingError(f"{path} is not in the library: add its folder and scan")
    return why_sample(library, number, tag)


def why_sample(library: Library, sample_id: int, tag: str) -> Why:
    """Return why a sample of the library is thought to have a tag, or not; see `why`."""
    head = read_head(library)
    if tag not in head.tags:
        raise MissingError(f"nothing was learned of {tag!r}; learned are {', '.join(head.tags)}")
    with library.catalogue.read() as connection:
        taught = gather(library, connection, head.tags)
        own = np.flatnonzero(taught.ids == sample_id)
        if not len(own):
            raise MissingError(f"there is no sound {sample_id} in the library: search again")
        reason = explain(head, taught.lesson(), taught.vectors[own[0]], tag)
        sides = [[int(taught.ids[taught.rows[one.row]]) for one in side] for side in (reason.like, reason.unlike)]
        like, unlike = (tuple(files_of(connection, side)) for side in sides)
    return Why(reason, like, unlike, tuple(sides[0]), tuple(sides[1]))
