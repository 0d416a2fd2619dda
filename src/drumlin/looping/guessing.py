"""The first guess of a timeline: a region for each part of the form that was heard.

A region begins where its part does, in the part's key and tempo; parts of one letter and one descriptor share their
chances, so that what came back in the track comes back in the piece. Half and double time are settled by the style.
What was not heard, as the key of a drum loop, is left open: the composer draws it.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from ..composing import find_descriptor
from ..composing.meters import METERS
from ..composing.strict_dialect import FORMAT, VERSION
from ..errors import UsageError
from ..listening import Heard, Key, Segment
from ..listening.key import TONICS

SHORTEST_S = 1.0
"""A part below this length goes to the one before it: nothing can be composed in it."""

SHORTEST_UPBEAT_S = 0.12
"""What begins sooner than this after the start begins at the start: a timeline has no shorter gaps."""

SAME_TEMPO = 0.02
"""Parts whose tempo differs by less from the track's are in the track's: beats of a short part tell no better."""


def guess_timeline(
    heard: Heard, descriptors: Sequence[str], *, seed: int = 0, meta: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document of a timeline, in the strict dialect, that goes the way of a track.

    Args:
        heard: what was heard in it.
        descriptors: the style of each of its segments, by id.
        seed: of all chance.
        meta: kept in the document as it is.
    Raises:
        UsageError: not as many descriptors as segments.
    """
    if len(descriptors) != len(heard.segments):
        raise UsageError(f"{len(descriptors)} descriptors for {len(heard.segments)} segments: as many are expected")
    parts = _long_enough(list(zip(heard.segments, descriptors, strict=True)), heard.duration_s)
    regions: list[dict[str, Any]] = []
    first: dict[tuple[str, str], str] = {}
    for number, (segment, descriptor) in enumerate(parts, start=1):
        begin_s = _begin(heard) if number == 1 else segment.start_s
        music = _music(heard, segment, descriptor)
        region = {"id": f"r{number}", "start_s": round(begin_s, 3), "descriptor": descriptor, **music}
        model = first.setdefault((segment.letter, descriptor), region["id"])
        regions.append(region if model == region["id"] else region | {"like": model})
    return {
        "format": FORMAT,
        "version": VERSION,
        "seed": seed,
        "duration_s": round(heard.duration_s, 3),
        "regions": regions,
        "meta": dict(meta or {}),
    }


def octave_in_style(tempo_bpm: float, descriptor: str) -> float:
    """Return the tempo, its double or its half: the one nearest to the range of a style.

    Half and double time are one music that is counted in two ways: what was heard at 72 BPM is house at 144.
    """
    range_ = find_descriptor(descriptor).tempo

    def distance(bpm: float) -> float:
        return max(0.0, math.log2(range_.min_bpm / bpm), math.log2(bpm / range_.max_bpm))

    return min((tempo_bpm, 2.0 * tempo_bpm, tempo_bpm / 2.0), key=distance)


def _long_enough(parts: list[tuple[Segment, str]], end_s: float) -> list[tuple[Segment, str]]:
    """Return the parts without those that are too short; the first of all stays."""
    starts = [segment.start_s for segment, _ in parts] + [end_s]
    lengths = [later - start for start, later in pairwise(starts)]
    return [part for index, part in enumerate(parts) if index == 0 or lengths[index] >= SHORTEST_S]


def _begin(heard: Heard) -> float:
    """Return where the first bar begins: what sounds before it, if less than a bar, is an upbeat of the track's own."""
    downbeats = heard.downbeats_s
    if len(downbeats) < 2 or not SHORTEST_UPBEAT_S < downbeats[0] < downbeats[1] - downbeats[0]:
        return 0.0
    return downbeats[0]


def _music(heard: Heard, segment: Segment, descriptor: str) -> dict[str, Any]:
    """Return what a region takes from what was heard: tempo, and meter and key where there are any."""
    tempo_bpm = segment.tempo_bpm or heard.tempo_bpm
    if abs(tempo_bpm / heard.tempo_bpm - 1.0) < SAME_TEMPO:
        tempo_bpm = heard.tempo_bpm
    meter = {"meter": heard.meter} if heard.meter in METERS else {}
    return {"tempo_bpm": round(octave_in_style(tempo_bpm, descriptor), 3), **meter, **_key(segment.key)}


def _key(key: Key) -> dict[str, Any]:
    return {} if key.tonic is None else {"key": {"tonic": TONICS[key.tonic], "mode": key.mode}}
