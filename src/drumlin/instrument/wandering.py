"""Notes at random: anywhere on the plane, or near a note that is liked. Equal seeds give equal notes."""

from dataclasses import replace

import numpy as np

from .note import MAX_SEED, Note

NEARBY = 0.1
"""Standard deviation of a small random step, on a plane of side 2."""


def random_notes(like: Note, count: int, seed: int) -> list[Note]:
    """Return notes anywhere on the plane, each with a seed of its own; the rest is as in `like`."""
    places = np.random.default_rng(seed).uniform(-1.0, 1.0, (count, 2))
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
