"""Notes at random: anywhere on the plane, or near a note that is liked. Equal seeds give equal notes."""

from dataclasses import replace

import numpy as np

from ..units import Array
from .note import MAX_SEED, Note

NEARBY = 0.1
"""Standard deviation of a small random step, on a plane of side 2."""


AROUND = 0.05
"""Standard deviation around a training sample when a class is asked for: between its neighbours."""


def random_notes(like: Note, count: int, seed: int, around: Array | None = None) -> list[Note]:
    """Return notes anywhere on the plane, each with a seed of its own; the rest is as in `like`.

    Args:
        like: what the notes have in common.
        count: how many.
        seed: same seed, same notes.
        around: places (M, 2), such as those of a class's training samples, to stay around; anywhere if None or empty.
    """
    generator = np.random.default_rng(seed)
    if around is None or not len(around):
        places = generator.uniform(-1.0, 1.0, (count, 2))
    else:
        chosen = around[generator.integers(0, len(around), count)]
        places = chosen + generator.normal(0.0, AROUND, (count, 2))
    bare = replace(like, carry=())  # what was carried belongs to the place that is left
    return [_moved(bare, place, seed + index) for index, place in enumerate(places)]


def notes_near(like: Note, count: int, seed: int) -> list[Note]:
    """Return `like` itself and notes a small step from it, each with a seed of its own."""
    steps = np.random.default_rng(seed).normal(0.0, NEARBY, (count, 2))
    steps[:1] = 0.0
    centre = np.array([like.x, like.y])
    return [_moved(like, centre + step, seed + index) for index, step in enumerate(steps)]


def _moved(note: Note, place: np.ndarray[tuple[int], np.dtype[np.float64]], seed: int) -> Note:
    x, y = place.clip(-1.0, 1.0)
    return replace(note, x=float(x), y=float(y), seed=seed % (MAX_SEED + 1))
