"""Voice leading: chords laid out so that each voice moves as little as it can."""

from functools import lru_cache

from .chords import Chord
from .spans import ChordSpan


def voice_chords(spans: tuple[ChordSpan, ...], low: int, high: int, voices: int = 4) -> list[tuple[int, ...]]:
    """Return the notes of each chord, rising, MIDI numbers.

    Args:
        spans: the chords, in order.
        low: lowest note.
        high: highest note, an octave above `low` at least.
        voices: how many notes at most; chords of fewer tones have fewer.
    """
    laid: list[tuple[int, ...]] = []
    before: tuple[int, ...] = ()
    for span in spans:
        before = _nearest(_tones(span.chord, voices), before, low, high)
        laid.append(before)
    return laid


@lru_cache(maxsize=4096)
def nearest_pitch(pitch_class: int, target: float, low: int, high: int) -> int:
    """Return the note of a pitch class nearest to `target` from `low` to `high`."""
    first = low + (pitch_class - low) % 12
    return min(range(first, high + 1, 12), key=lambda pitch: abs(pitch - target))


def _tones(chord: Chord, voices: int) -> tuple[int, ...]:
    """Return the pitch classes to be voiced: a big chord spares its fifth, then its root, which the bass has."""
    tones = list(chord.pitch_classes)
    for interval in (7, 0):
        if len(tones) > voices and interval in chord.intervals:
            tones.remove((chord.root + interval) % 12)
    return tuple(tones[:voices])


@lru_cache(maxsize=65536)
def _nearest(tones: tuple[int, ...], before: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    layouts = _layouts(tones, low, high)
    middle = (low + high) / 2.0
    # The middle of the range pulls a little, so that the voices do not wander off over many chords.
    return min(
        layouts, key=lambda layout: (_movement(before, layout) + 0.4 * abs(sum(layout) / len(layout) - middle), layout)
    )


def _layouts(tones: tuple[int, ...], low: int, high: int) -> list[tuple[int, ...]]:
    found = []
    for lowest in range(low, high + 1):
        if lowest % 12 not in tones:
            continue
        close = sorted(lowest + (tone - lowest) % 12 for tone in tones)
        found.append(tuple(close))
        if len(close) >= 4:
            # The second voice from above an octave down: open, as strings and guitars are laid.
            found.append(tuple(sorted((*close[:-2], close[-2] - 12, close[-1]))))
    inside = [layout for layout in found if layout[0] >= low and layout[-1] <= high]
    return inside or [tuple(sorted(nearest_pitch(tone, (low + high) / 2.0, low, high) for tone in tones))]


def _movement(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    if not before:
        return 0.0
    if len(before) == len(after):
        return sum(abs(one - other) for one, other in zip(before, after, strict=True)) / len(after)
    return sum(min(abs(one - other) for other in before) for one in after) / len(after)
