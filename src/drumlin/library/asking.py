"""Which few sounds to ask the user about: those whose answer teaches most.

Worth asking is a sound about whose tags the head is unsure, that stands for many others (near it lies much of the
library), and that is unlike those already asked in the same round. Shapes: M sounds, D embedding, K tags.
"""

import numpy as np

from ..units import Array

CROWD = 500
"""Sounds of the library, at random, against which it is measured how many others a sound stands for."""

FAR = 0.9
"""Cosine at which a second question is worth nothing after a first."""


def choose_questions(rows: Array, probabilities: Array, known: Array, count: int, seed: int = 0) -> Array:
    """Return the sounds to ask about, most useful first, (count,) or fewer.

    Args:
        rows: embeddings as the head weighs them (`Head.standard`), (M, D).
        probabilities: of the tags, (M, K).
        known: (M,) whether the user has answered for a sound already: it is not asked about again.
        count: how many.
        seed: of the sample by which crowds are measured.
    """
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    sample = np.random.default_rng(seed).permutation(len(unit))[:CROWD]
    crowd = np.maximum(unit @ unit[sample].T, 0.0).mean(axis=1)
    worth = doubt(probabilities) * (0.1 + crowd)
    answered, chosen = np.array(known, bool), list[int]()
    while len(chosen) < count and not answered.all():
        best = int(np.where(answered, -1.0, worth).argmax())
        chosen.append(best)
        answered[best] = True
        worth = worth * np.clip(1.0 - np.clip(unit @ unit[best], 0.0, 1.0) / FAR, 0.0, 1.0)
    return np.array(chosen, np.int64)


def doubt(probabilities: Array) -> Array:
    """Return how unsure the head is of each sound, (M, K) to (M,): 0 sure, 1 as unsure as can be.

    The largest of two doubts: about the tag whose probability is nearest to a half, and between the best two.
    """
    single = 1.0 - 2.0 * np.abs(probabilities - 0.5).min(axis=1)
    if probabilities.shape[1] == 1:
        return np.asarray(single)
    best = np.sort(probabilities, axis=1)[:, -2:]
    between = 1.0 - (best[:, 1] - best[:, 0])
    larger: Array = np.maximum(single, between * best[:, 1])
    return larger
