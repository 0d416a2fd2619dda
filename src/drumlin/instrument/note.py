"""What is played, and where a sound was found: two small records that every border shares.

A `Note` quantises itself on creation, so that a note that went through JSON, a URL or a file is the same note.
Shape letters: D latent size.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ..errors import NoteError, UsageError
from ..parameters import VOICE_PARAMETERS, ParameterRange
from ..provenance import canonical_json, quantise, quantise_all

MAX_SEED = 2**32 - 1
"""Largest seed: exact in JSON, JavaScript and int64."""

CARRY_REACH = 0.25
"""Distance on the plane, of a side of 2, over which a carry fades to exp(-1/2)."""

MAX_MAGNITUDE = 1e6
"""Largest number in a note: far above any latent, and rounding to steps of 1e-4 stays exact in a double."""

_VOICE: dict[str, ParameterRange] = {parameter.name: parameter for parameter in VOICE_PARAMETERS}


@dataclass(frozen=True)
class Note:
    """A sound to play: a place on the plane and how to play it.

    All numbers are rounded to steps of 1e-4 on creation.

    Args:
        x: place from left to right, -1 to 1.
        y: place from bottom to top, -1 to 1.
        classes: weights by class name, at least 0; empty: what lies near the place.
        controls: values of the instrument's controls by name, in their units; missing ones rest at their default.
        pitch: semitones up or down.
        velocity: how hard the drum is struck, 0 to 1.
        length: seconds after which the sound has faded out; None: the whole sound.
        seed: chooses one of the instrument's random variations, if it has any.
        carry: the part of a dropped sound's latent that the plane does not reach, (D,); empty: none.
    Raises:
        NoteError: a number is out of its range or none at all.
    """

    x: float = 0.0
    y: float = 0.0
    classes: Mapping[str, float] = field(default_factory=dict)
    controls: Mapping[str, float] = field(default_factory=dict)
    pitch: float = 0.0
    velocity: float = 1.0
    length: float | None = None
    seed: int = 0
    carry: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for axis in ("x", "y"):
            self._set(axis, _place(axis, getattr(self, axis)))
        self._set("classes", _weights(self.classes))
        self._set("controls", quantise_all({name: _number(name, value) for name, value in self.controls.items()}))
        for name in ("pitch", "velocity"):
            self._set(name, _voice(name, getattr(self, name)))
        self._set("length", None if self.length is None else _voice("length", self.length))
        self._set("seed", _seed(self.seed))
        carry = tuple(quantise(_number("carry", value)) for value in self.carry)
        self._set("carry", carry if any(carry) else ())

    def __hash__(self) -> int:
        return hash(canonical_json(self.to_dict()))

    def to_dict(self) -> dict[str, Any]:
        """Return the note as JSON content; `Note.from_dict` makes the same note of it."""
        content = {item.name: getattr(self, item.name) for item in fields(self)}
        return content | {"classes": dict(self.classes), "controls": dict(self.controls), "carry": list(self.carry)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Note":
        """Return the note that `content` describes; missing entries have their defaults.

        Raises:
            NoteError: an unknown entry, or a value that is out of range or of another kind.
        """
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(content) - known):
            raise NoteError(f"a note has no {', '.join(map(repr, unknown))}: it has {', '.join(sorted(known))}")
        try:
            return cls(**content)
        except (TypeError, AttributeError, ValueError, OverflowError) as error:
            raise NoteError(f"not a note: {error}") from error

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True)
class Location:
    """Where a sound lies in an instrument.

    Args:
        note: plays what the instrument has for the sound.
        fit_db: mean log-mel distance between the sound and what the instrument plays for it, dB; lower is better.
        restored: the note was read from the file's provenance, not searched for.
    """

    note: Note
    fit_db: float
    restored: bool = False

    @property
    def x(self) -> float:
        """Place from left to right, -1 to 1."""
        return self.note.x

    @property
    def y(self) -> float:
        """Place from bottom to top, -1 to 1."""
        return self.note.y

    @property
    def carry(self) -> tuple[float, ...]:
        """What the plane does not reach of the sound's latent, (D,) or empty."""
        return self.note.carry

    @property
    def classes(self) -> Mapping[str, float]:
        """Weights by class name."""
        return self.note.classes

    @property
    def controls(self) -> Mapping[str, float]:
        """Values of the instrument's controls by name."""
        return self.note.controls

    def note_at(self, x: float, y: float) -> Note:
        """Return the note for a place near this one: the carry fades with the distance d by exp(-d^2 / 2 s^2).

        So the plane passes exactly through the dropped sound and is itself elsewhere; s is `CARRY_REACH`.
        """
        distance = math.hypot(x - self.x, y - self.y)
        fade = math.exp(-0.5 * (distance / CARRY_REACH) ** 2)
        return replace(self.note, x=x, y=y, carry=tuple(fade * value for value in self.carry))

    def to_dict(self) -> dict[str, Any]:
        """Return the location as JSON content, the note's entries beside `note` itself."""
        content = self.note.to_dict()
        short = {name: content[name] for name in ("x", "y", "carry", "classes", "controls")}
        return {**short, "fit_db": self.fit_db, "restored": self.restored, "note": content}


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoteError(f"{name} is {value!r}: a number is expected")
    if not math.isfinite(value) or abs(value) > MAX_MAGNITUDE:
        raise NoteError(f"{name} is {value}: a number within ±{MAX_MAGNITUDE:g} is expected")
    return float(value)


def _place(name: str, value: object) -> float:
    place = quantise(_number(name, value))
    if not -1.0 <= place <= 1.0:
        raise NoteError(f"{name} is {place}: a place lies from -1 to 1")
    return place


def _voice(name: str, value: object) -> float:
    parameter, number = _VOICE[name], quantise(_number(name, value))
    if not parameter.minimum <= number <= parameter.maximum:
        unit = f" {parameter.unit}" if parameter.unit else ""
        raise NoteError(f"{name} is {number}: {parameter.minimum} to {parameter.maximum}{unit} are expected")
    return number


def _weights(classes: Mapping[str, float]) -> dict[str, float]:
    weights = quantise_all({name: _number(f"class {name}", weight) for name, weight in classes.items()})
    if any(weight < 0 for weight in weights.values()):
        raise NoteError(f"class weights are {weights}: none may be negative")
    if weights and not any(weights.values()):
        raise NoteError("all class weights are 0: give at least one class some weight, or no classes at all")
    return weights


def _seed(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SEED:
        raise NoteError(f"seed is {value!r}: a whole number from 0 to {MAX_SEED} is expected")
    return value


def check_controls(values: Mapping[str, float], controls: tuple[ParameterRange, ...]) -> list[float]:
    """Return the value of each control, in order: from `values`, or its default.

    Raises:
        NoteError: a name that the instrument does not have, or a value out of its range.
    """
    known = {parameter.name: parameter for parameter in controls}
    if unknown := sorted(set(values) - set(known)):
        raise NoteError(f"no control named {unknown[0]!r}: there are {', '.join(known) or 'none'}")
    try:
        clipped = {name: known[name].clip(value) for name, value in values.items()}
    except UsageError as error:
        raise NoteError(str(error)) from error
    for name, value in values.items():
        if clipped[name] != value:
            limits = f"{known[name].minimum} to {known[name].maximum} {known[name].unit}".rstrip()
            raise NoteError(f"{name} is {value}: {limits} are expected")
    return [values.get(name, parameter.default) for name, parameter in known.items()]
