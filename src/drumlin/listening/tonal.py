"""Pitch classes from the tonic up: mode, chords, bass, whatever the key.

The tonic is not decided: each is weighed by its probability, so an unsure key blurs the picture instead of turning it.
"""

import numpy as np

from ..units import Array
from .chroma import Chroma
from .key import key_scores, tonal_clarity
from .tempo import softmax

TONAL_NAMES: tuple[str, ...] = (
    *(f"degree_{step}" for step in range(12)),
    *(f"bass_degree_{step}" for step in range(12)),
    "minor_odds",
    "clarity",
    "key_confidence",
    "chord_length",
)
"""Names of the numbers, in their order."""

_FRAME_S = 2048 / 22_050
_CHANGE = 0.25  # of the distance of pitch classes that a new chord makes


def tonal_numbers(chroma: Chroma, span_s: tuple[float, float]) -> list[float]:
    """Return the numbers of a stretch; begin and end in seconds."""
    count = len(chroma.whole)
    begin = min(count - 1, max(0, round(span_s[0] / _FRAME_S)))
    end = max(begin + 1, min(count, round(span_s[1] / _FRAME_S)))
    keys = softmax(key_scores(chroma, *span_s))
    tonics = keys[:12] + keys[12:]
    whole = _from_tonic(chroma.whole[begin:end].mean(axis=0), tonics)
    bass = _from_tonic(chroma.bass[begin:end].mean(axis=0), tonics)
    minor = float(np.log((keys[12:].sum() + 0.01) / (keys[:12].sum() + 0.01)))
    change = chroma.change[begin:end]
    chords = 1 + int(np.count_nonzero((change[1:] > _CHANGE) & (change[:-1] <= _CHANGE)))
    clarity = tonal_clarity(chroma, *span_s)
    return [
        *map(float, whole),
        *map(float, bass),
        minor,
        clarity,
        float(tonics.max()),
        float(np.log((end - begin) * _FRAME_S / chords)),
    ]


def _from_tonic(picture: Array, tonics: Array) -> Array:
    """Return shares of the pitch classes from the tonic up, shape (12,), over all tonics by their probability."""
    share = picture / max(1e-9, float(picture.sum()))
    turned = np.stack([np.roll(share, -tonic) for tonic in range(12)])
    expected: Array = tonics @ turned
    return expected
