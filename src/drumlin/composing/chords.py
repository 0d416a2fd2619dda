"""Chords by degree: what `1`, `5M` or `b7` means in a key.

A token is a degree of the scale, 1 to 7, with a sign before it that moves its root by a semitone (`b`, `#`) and a
letter behind it that forces its kind: `M` major, `m` minor, `s` suspended, `p` root and fifth, `7` dominant. Without
a letter the scale itself builds the chord, in thirds, as its colour says. Labels are those of Harte, as mir_eval
reads them.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..errors import ComposeError
from .scales import MODES, TONICS, Key

COLOURS = ("triad", "seventh", "ninth", "added", "sus2", "sus4", "power", "sixth")
"""How chords can be built on a degree."""

_TOKEN = re.compile(r"([b#]?)([1-7])([Mmsp7]?)")
_FORCED = {"M": (0, 4, 7), "m": (0, 3, 7), "s": (0, 5, 7), "p": (0, 7), "7": (0, 4, 7, 10)}
_LABELS = {
    (0, 4, 7): "maj",
    (0, 3, 7): "min",
    (0, 3, 6): "dim",
    (0, 4, 8): "aug",
    (0, 4, 7, 11): "maj7",
    (0, 3, 7, 10): "min7",
    (0, 4, 7, 10): "7",
    (0, 3, 7, 11): "minmaj7",
    (0, 3, 6, 10): "hdim7",
    (0, 4, 7, 11, 14): "maj9",
    (0, 3, 7, 10, 14): "min9",
    (0, 4, 7, 10, 14): "9",
    (0, 4, 7, 14): "maj(9)",
    (0, 3, 7, 14): "min(9)",
    (0, 4, 7, 9): "maj6",
    (0, 3, 7, 9): "min6",
    (0, 2, 7): "sus2",
    (0, 5, 7): "sus4",
    (0, 7): "5",
}


@dataclass(frozen=True)
class Chord:
    """A chord in a key.

    Args:
        root: pitch class of its root.
        intervals: semitones above the root, from 0, rising.
    """

    root: int
    intervals: tuple[int, ...]

    @cached_property
    def pitch_classes(self) -> tuple[int, ...]:
        """Of its tones, the root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def label(self) -> str:
        """As written by Harte: `A:min7`."""
        return f"{TONICS[self.root]}:{_LABELS[self.intervals]}"


def chord_of(token: str, key: Key, colour: str = "triad") -> Chord:
    """Return the chord that a token means in a key.

    Raises:
        ComposeError: it is no token.
    """
    root, intervals = _build(token, key.mode, colour)
    return Chord((key.pitch_class + root) % 12, intervals)


def check_token(token: str) -> None:
    """Refuse what is no token.

    Raises:
        ValueError: it is none.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError(f"{token!r} is no chord: a degree such as 1, b7 or 5M is expected")


@lru_cache(maxsize=4096)
def _build(token: str, mode: str, colour: str) -> tuple[int, tuple[int, ...]]:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise ComposeError(f"{token!r} is no chord: a degree such as 1, b7 or 5M is expected")
    sign, degree, kind = match.groups()
    steps = MODES[mode].steps
    place = int(degree) - 1
    root = (steps[place] + {"": 0, "b": -1, "#": 1}[sign]) % 12
    if kind or sign:
        return root, _FORCED[kind or "M"]
    tones = tuple(steps[(place + third) % 7] + 12 * ((place + third) // 7) - steps[place] for third in (0, 2, 4, 6, 8))
    return root, _coloured(tones, steps, place, colour)


def _coloured(tones: tuple[int, ...], steps: tuple[int, ...], place: int, colour: str) -> tuple[int, ...]:
    triad = tones[:3]
    if triad not in ((0, 4, 7), (0, 3, 7)):
        return triad
    second, fourth = ((steps[(place + step) % 7] - steps[place]) % 12 for step in (1, 3))
    built = {
        "seventh": tones[:4],
        "ninth": tones[:5],
        "added": (*triad, 12 + second),
        "sus2": (0, second, 7),
        "sus4": (0, fourth, 7),
        "power": (0, 7),
        "sixth": (*triad, 9),
    }.get(colour, triad)
    return built if built in _LABELS else triad
