"""Scales and the names of tones.

A mode is seven steps above the tonic; its `brightness` orders modes from dark, -1, to bright, 1, by how many of its
steps are raised: the mood of a descriptor chooses among the modes of its genre by it.
"""

from dataclasses import dataclass

from ..errors import ComposeError


@dataclass(frozen=True)
class Mode:
    """A scale.

    Args:
        steps: seven semitones above the tonic, from 0.
        brightness: -1 dark to 1 bright.
        melodic: which of the seven a melody keeps to.
    """

    steps: tuple[int, ...]
    brightness: float
    melodic: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    @property
    def is_minor(self) -> bool:
        """Whether its third is minor."""
        return self.steps[2] == 3


MODES: dict[str, Mode] = {
    "lydian": Mode((0, 2, 4, 6, 7, 9, 11), 0.9),
    "ionian": Mode((0, 2, 4, 5, 7, 9, 11), 0.7),
    "major_pentatonic": Mode((0, 2, 4, 5, 7, 9, 11), 0.6, (0, 1, 2, 4, 5)),
    "mixolydian": Mode((0, 2, 4, 5, 7, 9, 10), 0.35),
    "dorian": Mode((0, 2, 3, 5, 7, 9, 10), 0.0),
    "minor_pentatonic": Mode((0, 2, 3, 5, 7, 8, 10), -0.25, (0, 2, 3, 4, 6)),
    "aeolian": Mode((0, 2, 3, 5, 7, 8, 10), -0.5),
    "harmonic_minor": Mode((0, 2, 3, 5, 7, 8, 11), -0.65),
    "phrygian": Mode((0, 1, 3, 5, 7, 8, 10), -0.85),
    "locrian": Mode((0, 1, 3, 5, 6, 8, 10), -1.0),
}
"""The modes that can be composed in."""

ALIASES = {"major": "ionian", "minor": "aeolian"}
"""Everyday names of modes."""

TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""The usual name of each pitch class."""

_LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SIGNS = {"": 0, "#": 1, "♯": 1, "is": 1, "b": -1, "♭": -1, "es": -1, "s": -1}


@dataclass(frozen=True)
class Key:
    """A tonic and a mode, both as named in a timeline."""

    tonic: str
    mode: str

    @property
    def pitch_class(self) -> int:
        """Of the tonic: 0 for C to 11 for B."""
        return pitch_class(self.tonic)

    @property
    def scale(self) -> Mode:
        """The mode itself."""
        return MODES[self.mode]

    @property
    def label(self) -> str:
        """Tonic, and `major` or `minor` by its third: what key finders say."""
        return f"{TONICS[self.pitch_class]} {'minor' if self.scale.is_minor else 'major'}"


def pitch_class(name: str) -> int:
    """Return the pitch class of a tone: `C#`, `Db`, or as LilyPond has it, `cis`, `des`, `es`.

    Raises:
        ComposeError: it is no tone.
    """
    letter, sign = name[:1].lower(), name[1:]
    if letter not in _LETTERS or sign not in _SIGNS or (sign == "s" and letter not in "ae"):
        raise ComposeError(f"tonic is {name!r}: a tone such as {', '.join(TONICS)} is expected, or cis, bes, ...")
    return (_LETTERS[letter] + _SIGNS[sign]) % 12


def lilypond(name: str) -> str:
    """Return a tone as LilyPond spells it: `Bb` is `bes`."""
    letter, sign = name[0].lower(), _SIGNS[name[1:]]
    pitch_class(name)
    return letter + {0: "", 1: "is", -1: "s" if letter in "ae" else "es"}[sign]


def mode_name(name: str) -> str:
    """Return the name of a mode, also of an everyday one.

    Raises:
        ComposeError: there is none of that name.
    """
    plain = ALIASES.get(name, name)
    if plain not in MODES:
        raise ComposeError(f"mode is {name!r}: {', '.join((*ALIASES, *MODES))} are expected")
    return plain
