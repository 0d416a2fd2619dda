"""Four notes at the corners of a square, and every sound between them.

    A ---- B     u: from left, 0, to right, 1
    |      |     v: from top, 0, to bottom, 1
    C ---- D

What is blended is what the model is told: the latent (what the map has at a place, and the carry), the class weights
and the knobs. A corner is the very note that lies there. Shape letters: D latent size, K classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import NoteError
from ..parameters import VOICE_PARAMETERS, ParameterRange
from ..units import Array
from .note import MAX_MAGNITUDE, Note
from .residual_record import ResidualRecord

if TYPE_CHECKING:
    from .instrument import Instrument

CORNERS = ("A", "B", "C", "D")

_LENGTH = next(parameter for parameter in VOICE_PARAMETERS if parameter.name == "length")


def morph(instrument: "Instrument", notes: Sequence[Note], u: float, v: float) -> Note:
    """Return the note between four, which is one of them at a corner.

    Latent and class weights are mixed in proportion, each knob along its travel; the seed, which cannot be mixed, is
    that of the nearest corner. The place is mixed as well, so that the note has one on the plane; its carry makes up
    what the map does not have there.

    Args:
        instrument: what the notes are for.
        notes: the corners A, B, C and D.
        u: 0 to 1, from A and C to B and D.
        v: 0 to 1, from A and B to C and D.
    Raises:
        NoteError: not four notes, a corner that the instrument cannot play, or a place outside the square.
    """
    weights = corner_weights(u, v)
    if len(notes) != len(CORNERS):
        raise NoteError(f"a morph between {len(notes)} notes: four are expected")
    nearest = notes[int(weights.argmax())]
    if weights.max() == 1.0:
        return nearest
    latent = _mixed(weights, [instrument.latent(note) for note in notes])
    between = replace(
        nearest,
        x=float(_mixed(weights, [note.x for note in notes])),
        y=float(_mixed(weights, [note.y for note in notes])),
        classes=_classes(instrument, notes, weights),
        controls=_controls(instrument, notes, weights),
        pitch=float(_mixed(weights, [note.pitch for note in notes])),
        velocity=float(_mixed(weights, [note.velocity for note in notes])),
        length=_length(notes, weights),
        carry=(),
    )
    carry = np.clip(latent - instrument.latent(between), -MAX_MAGNITUDE, MAX_MAGNITUDE)
    return replace(between, carry=tuple(float(value) for value in carry))


def morph_residual(residuals: Sequence[ResidualRecord | None], u: float, v: float) -> ResidualRecord | None:
    """Return what is mixed back between four corners: all of a corner's at the corner, none where it is not most.

    Half of the weight is where another corner may take over, so the amount falls to 0 by then and nothing jumps.

    Args:
        residuals: of the corners A, B, C and D.
        u: as for `morph`.
        v: as for `morph`.
    Raises:
        NoteError: as for `morph`.
    """
    weights = corner_weights(u, v)
    if len(residuals) != len(CORNERS):
        raise NoteError(f"a morph between {len(residuals)} residuals: four are expected")
    nearest = residuals[int(weights.argmax())]
    share = 2.0 * float(weights.max()) - 1.0
    if nearest is None or share <= 0.0:
        return None
    return replace(nearest, amount=nearest.amount * share)


def corner_weights(u: float, v: float) -> Array:
    """Return how much of each corner there is at a place of the square: (4,), sum 1.

    Raises:
        NoteError: a place outside the square.
    """
    if not (0.0 <= u <= 1.0 and 0.0 <= v <= 1.0):
        raise NoteError(f"{u:g}, {v:g} is no place between the corners: two numbers from 0 to 1 are expected")
    weights: Array = np.outer([1.0 - v, v], [1.0 - u, u]).ravel()
    return weights


def _mixed(weights: Array, values: Sequence[Array] | Sequence[float]) -> Array:
    mixed: Array = np.tensordot(weights, np.asarray(values, dtype=np.float64), axes=1)
    return mixed


def _classes(instrument: "Instrument", notes: Sequence[Note], weights: Array) -> dict[str, float]:
    """Return the mix of the class weights, those of the place where a note names none."""
    if not instrument.classes:
        return {}
    shares = [instrument.classes_at(np.array([[note.x, note.y]]), note)[0] for note in notes]
    mixed = zip(instrument.classes, _mixed(weights, shares), strict=True)
    return {name: float(share) for name, share in mixed if share >= 1e-4}


def _controls(instrument: "Instrument", notes: Sequence[Note], weights: Array) -> dict[str, float]:
    """Return the mix of the controls, without those that no note names."""
    named = set().union(*(note.controls for note in notes))
    if unknown := sorted(named - {knob.name for knob in instrument.controls}):
        raise NoteError(f"no control named {unknown[0]!r}")
    return {knob.name: _turned(knob, notes, weights) for knob in instrument.controls if knob.name in named}


def _turned(knob: ParameterRange, notes: Sequence[Note], weights: Array) -> float:
    return _between(knob, [_value(knob, note.controls) for note in notes], weights)


def _value(knob: ParameterRange, values: Mapping[str, float]) -> float:
    return values.get(knob.name, knob.default)


def _length(notes: Sequence[Note], weights: Array) -> float | None:
    """Return the mix of the lengths; the whole sound counts as the longest there is."""
    if all(note.length is None for note in notes):
        return None
    return _between(_LENGTH, [_LENGTH.maximum if note.length is None else note.length for note in notes], weights)


def _between(knob: ParameterRange, values: Sequence[float], weights: Array) -> float:
    if len(set(values)) == 1:
        return values[0]
    return knob.from_unit(float(_mixed(weights, [knob.to_unit(value) for value in values])))
