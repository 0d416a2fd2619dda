"""Long sounds, point by point in stretches: what each stretch needs beside them stays in the processor's cache.

Whole arrays beside them would have to come from the memory, which takes longer than the arithmetic.
"""

from collections.abc import Iterator

import numpy as np

from ..units import Waveform

STRETCH = 32768
"""Points; a whole number of the compressor's steps."""


def stretches(points: int, length: int = STRETCH) -> Iterator[slice]:
    """Yield the stretches of a sound, in order."""
    for first in range(0, points, length):
        yield slice(first, min(first + length, points))


def add_scaled(total: Waveform, sound: Waveform, gain: float) -> None:
    """Add a sound (C, T), times a gain, to another in place."""
    scale = np.float32(gain)
    for stretch in stretches(sound.shape[-1]):
        total[:, stretch] += sound[:, stretch] * scale
