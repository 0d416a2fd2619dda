"""Onset strength by band: how much louder each band has become, on a compressed scale.

After Boeck & Widmer 2013 (SuperFlux): the level before is the highest of the neighbouring bands too, so that vibrato
is no onset. Shape letters: `N` frames, `B` mel bands.
"""

import numpy as np

from ..units import Array

EDGES_HZ = (120.0, 400.0, 2000.0)
"""Between low (kick, bass), low-mid (snare's body, chords), mid (snare, voice) and high (hats)."""

COMPRESSION = 1000.0
"""Levels are log(1 + this times power): 30 dB below the track's loud level still counts, 60 dB below does not."""

LAG = 2
"""Frames back to the level that an onset rises from: an attack lasts longer than one frame."""

_EVEN_OUT = 0.15  # least level by which a band is divided, of the strongest band's: noise alone does not become a beat


def measure_onsets(mel: Array, centres_hz: Array) -> Array:
    """Return onset strength, shape (N, 4), each band of mean square about 1.

    Args:
        mel: power relative to the track's loud level, shape (N, B).
        centres_hz: middle of each band, shape (B,).
    """
    level = np.log1p(COMPRESSION * mel)
    before = np.maximum(level, np.maximum(np.roll(level, 1, axis=1), np.roll(level, -1, axis=1)))
    before[:, 0] = np.maximum(level[:, 0], level[:, 1])
    before[:, -1] = np.maximum(level[:, -1], level[:, -2])
    rise = np.zeros_like(level)
    rise[LAG:] = np.maximum(0.0, level[LAG:] - before[:-LAG])
    group = np.searchsorted(EDGES_HZ, centres_hz)
    bands = np.column_stack([rise[:, group == index].mean(axis=1) for index in range(len(EDGES_HZ) + 1)])
    loudness = np.sqrt(np.mean(np.square(bands), axis=0))
    scaled: Array = bands / np.maximum(loudness, max(1e-6, _EVEN_OUT * float(loudness.max())))
    return scaled
