"""Why a tag is suggested: the nearest sounds that the user gave it, the nearest that speak against it, and how sure.

Near is meant as the head sees sounds: by the cosine of standardised embeddings.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .head import Head, Lesson

EXAMPLES = 3

_WORDS = ((0.9, "almost certain"), (0.75, "likely"), (0.55, "rather yes"), (0.45, "undecided"), (0.25, "rather no"))


@dataclass(frozen=True)
class Example:
    """A sound that was taught: its row in the lesson, and how near it is, cosine from -1 to 1."""

    row: int
    cosine: float


@dataclass(frozen=True)
class Reason:
    """Why a sound has a tag or not.

    Args:
        tag: its name.
        probability: that the sound has it.
        words: the same for people.
        like: nearest sounds with the tag, nearest first.
        unlike: nearest sounds that have it not.
    """

    tag: str
    probability: float
    words: str
    like: tuple[Example, ...]
    unlike: tuple[Example, ...]


def explain(head: Head, lesson: Lesson, embedding: Array, tag: str) -> Reason:
    """Return why a sound with this embedding (D,) is thought to have a tag.

    Raises:
        ValueError: the head knows no such tag.
    """
    column = head.tags.index(tag)
    probability = float(head.probabilities(embedding[None])[0, column])
    rows, own = head.standard(lesson.embeddings), head.standard(embedding[None])[0]
    cosines = rows @ own / np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(own), 1e-9)
    has = lesson.targets[:, column] == 1
    told = lesson.weights[:, column] > 0
    like, unlike = _nearest(cosines, has & told), _nearest(cosines, ~has & told)
    return Reason(tag, probability, in_words(probability), like, unlike)


def in_words(probability: float) -> str:
    """Return a probability as people say it."""
    return next((words for least, words in _WORDS if probability >= least), "almost certainly not")


def _nearest(cosines: Array, among: Array) -> tuple[Example, ...]:
    rows = np.flatnonzero(among)
    best = rows[np.argsort(-cosines[rows], kind="stable")[:EXAMPLES]]
    return tuple(Example(int(row), round(float(cosines[row]), 4)) for row in best)
