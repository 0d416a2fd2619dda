"""The first guess: a timeline out of what was heard, to be mended by hand."""

import math
from collections.abc import Iterable
from typing import Any

from ..composing import Descriptor, load_dictionary
from ..composing.scales import MODES
from ..composing.strict_dialect import FORMAT, VERSION
from ..listening import Heard, Key, Segment

STYLES = 6
"""Styles that are offered for a part."""

_OTHER_MODE = 0.25
"""What a style without modes of the heard kind is worth, as a distance in octaves of tempo."""


def guess_timeline(heard: Heard) -> dict[str, Any]:
    """Return a timeline of the strict dialect: a region for each part of the form; equal letters are equal music."""
    styles: dict[str, str] = {}
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    regions = []
    for segment in heard.segments:
        letter = segment.letter
        counts[letter] = counts.get(letter, 0) + 1
        name = f"{letter}{counts[letter]}"
        styles.setdefault(letter, near_styles(segment.tempo_bpm, segment.key)[0])
        region = {"id": name, "start_s": round(segment.start_s, 3), "descriptor": styles[letter]}
        regions.append(region | _known(segment) | ({"like": first[letter]} if letter in first else {}))
        first.setdefault(letter, name)
    regions[0]["start_s"] = 0.0
    return {
        "format": FORMAT,
        "version": VERSION,
        "seed": 0,
        "duration_s": round(heard.duration_s, 3),
        "regions": regions,
    }


def near_styles(tempo_bpm: float | None, key: Key, count: int = STYLES) -> list[str]:
    """Return the descriptors whose tempo and modes are nearest, one of each genre first."""
    ranked = sorted(load_dictionary().values(), key=lambda one: (_distance(one, tempo_bpm, key), one.id))
    best = list({one.genre: one for one in reversed(ranked)}.values())
    best.sort(key=ranked.index)
    return [one.id for one in _unique([*best, *ranked])][:count]


def _known(segment: Segment) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if segment.tempo_bpm is not None:
        known["tempo_bpm"] = round(segment.tempo_bpm, 2)
    if segment.key.tonic is not None:
        tonic, _, mode = segment.key.name.partition(" ")
        known["key"] = {"tonic": tonic, "mode": mode}
    return known


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
