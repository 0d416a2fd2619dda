"""How one mouth differs from those that the table was learned from: an offset of the traits, by examples.

A microphone without lows, a voice that is high, a hiss that is dull move all syllables alike; so what examples lie off
the middle of their class is taken together over the classes, and taken off what is said later. Few examples count
little. Shape letters: `M` examples, `F` traits, `K` classes.
"""

import numpy as np
from numpy.typing import NDArray

from ..units import Array
from .model import Side

DOUBT = 4.0
"""Examples of which the table's mouths are worth: with as many, half of the difference is believed."""

_FARTHEST = 2.0  # spreads: one odd recording moves no more


def own_offset(traits: Array, classes: NDArray[np.int64], mouth: Side) -> Array:
    """Return by how much a mouth differs, (F,).

    Args:
        traits: of examples, (M, F).
        classes: the class of the mouth that each is meant for, (M,).
        mouth: what the table knows.
    """
    if not len(traits):
        return np.zeros(mouth.means.shape[1])
    apart = traits - mouth.means[classes]
    scale = mouth.spreads[classes]
    apart = np.clip(apart, -_FARTHEST * scale, _FARTHEST * scale)
    present = np.unique(classes)
    offsets = np.stack([apart[classes == one].mean(axis=0) for one in present])  # a class counts once
    offset: Array = offsets.mean(axis=0) * len(traits) / (len(traits) + DOUBT)
    return offset
