"""Styles to choose among for a part of a track, where its style is not heard: by tempo and key alone."""

import math
from collections.abc import Iterable

from ..composing import Descriptor, load_dictionary
from ..composing.scales import MODES
from ..listening import Heard, Key

STYLES = 6
"""Styles that are offered for a part."""

_OTHER_MODE = 0.25
"""What a style without modes of the heard kind is worth, as a distance in octaves of tempo."""


def near_styles(tempo_bpm: float | None, key: Key, count: int = STYLES) -> list[str]:
    """Return the descriptors whose tempo and modes are nearest, the best of each genre first."""
    ranked = sorted(load_dictionary().values(), key=lambda one: (_distance(one, tempo_bpm, key), one.id))
    best = {one.genre: one for one in reversed(ranked)}
    leading = sorted(best.values(), key=ranked.index)
    return [one.id for one in _unique([*leading, *ranked])][:count]


def styles_of(heard: Heard) -> list[str]:
    """Return a descriptor for each segment; segments of one letter have one style."""
    by_letter: dict[str, str] = {}
    for segment in heard.segments:
        by_letter.setdefault(segment.letter, near_styles(segment.tempo_bpm, segment.key, 1)[0])
    return [by_letter[segment.letter] for segment in heard.segments]


def _distance(one: Descriptor, tempo_bpm: float | None, key: Key) -> float:
    """Return how far a style is: octaves of tempo from the middle of its range, and its modes."""
    octaves = 0.0
    if tempo_bpm is not None:
        middle = math.sqrt(one.tempo.min_bpm * one.tempo.max_bpm)
        octaves = abs(math.log2(tempo_bpm / middle))
    is_fitting = key.mode is None or any(MODES[name].is_minor == (key.mode == "minor") for name in one.modes)
    return octaves + (0.0 if is_fitting else _OTHER_MODE)


def _unique(ones: Iterable[Descriptor]) -> list[Descriptor]:
    return list({one.id: one for one in ones}.values())
