"""What an instrument misses of a dropped sound, mixed back: whole where the sound lies, less as the note moves away.

At the sound's own note and with an amount of 1 the result is the prepared sound itself, point for point.
Shapes: T points.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..provenance import hash_bytes
from ..units import Array, Waveform
from .locating import prepare
from .note import CARRY_REACH, Note
from .residual_record import ResidualRecord, check_amount

if TYPE_CHECKING:
    from .instrument import Instrument

CONTROL_REACH = 0.25
"""Share of a control's travel over which the residual fades to exp(-1/2); of a whole class, likewise."""

SMALLEST_SHARE = 5e-5
"""A smaller share is none: 86 dB below the whole, and what a record in steps of 1e-4 calls 0."""


@dataclass(frozen=True)
class Residual:
    """A dropped sound beside its note.

    Args:
        prepared: the sound as the instrument's training samples were prepared, (T,).
        missing: `prepared` without what the instrument makes of it, (T,).
        anchor: the note that plays the sound.
        amount: how much is mixed back at the anchor, 0 to 1.
        spans: travel of each control of the instrument, by name.
        rests: its value at rest.
        reach: change of the carry over which the residual fades to exp(-1/2), as long as the anchor's carry.
        sound: hash of the dropped sound, see `sound_hash`.
    """

    prepared: Waveform
    missing: Waveform
    anchor: Note
    amount: float
    spans: Mapping[str, float]
    rests: Mapping[str, float]
    reach: float
    sound: str

    @classmethod
    def of(
        cls, instrument: "Instrument", waveform: Array, sample_rate: int, anchor: Note, amount: float = 1.0
    ) -> "Residual":
        """Return what `instrument` misses at `anchor` of a sound.

        Args:
            instrument: the instrument.
            waveform: the sound, mono, (T',).
            sample_rate: its rate, Hz.
            anchor: where the sound was located.
            amount: how much is mixed back at the anchor, 0 to 1.
        Raises:
            PreprocessError: the sound is empty, silent or holds what is no number.
            NoteError: an amount out of its range, or a note that the instrument cannot play.
        """
        amount = check_amount(amount)
        prepared = prepare(waveform, sample_rate, instrument)
        spans = {knob.name: knob.maximum - knob.minimum for knob in instrument.controls}
        rests = {knob.name: knob.default for knob in instrument.controls}
        missing = prepared - instrument.raw(anchor)
        sound = sound_hash(waveform, sample_rate)
        return cls(prepared, missing, anchor, amount, spans, rests, _reach(instrument, anchor), sound)

    @property
    def record(self) -> ResidualRecord:
        """What is written down of it."""
        return ResidualRecord(self.sound, self.amount, self.anchor)

    def share(self, note: Note) -> float:
        """Return how much is mixed back at a note, 0 to `amount`; none of it with another seed, whose noise differs."""
        if note.seed != self.anchor.seed:
            return 0.0
        moved = [math.hypot(note.x - self.anchor.x, note.y - self.anchor.y) / CARRY_REACH]
        moved.append(_apart(note.carry, self.anchor.carry) / self.reach)
        moved.append(_classes_apart(note.classes, self.anchor.classes) / CONTROL_REACH)
        for name, span in self.spans.items():
            moved.append((self._value(note, name) - self._value(self.anchor, name)) / span / CONTROL_REACH)
        share = self.amount * math.exp(-0.5 * sum(distance * distance for distance in moved))
        return share if share >= SMALLEST_SHARE else 0.0

    def mixed(self, raw: Waveform, note: Note, level: float = 1.0) -> Waveform:
        """Return the instrument's raw sound of a note with the residual mixed back, (T,).

        Args:
            raw: what the instrument makes of the note, (T,).
            note: where it is.
            level: of `raw` beside a hit of full velocity, where the model itself makes softer strokes softer.
        """
        share = self.share(note)
        if share == level == 1.0:
            return self.prepared.copy()  # a sum would round
        whole: Waveform = (raw + np.float32(share * level) * self.missing).astype(np.float32, copy=False)
        return whole if share else raw

    def _value(self, note: Note, name: str) -> float:
        return note.controls.get(name, self.rests[name])


def sound_hash(waveform: Array, sample_rate: int) -> str:
    """Return the SHA-256 of a mono sound (T,), as `audio.MonoSound` has it: of its rate and its points."""
    points = np.ascontiguousarray(waveform, dtype="<f4")
    return hash_bytes(f"{sample_rate} 1\n".encode() + points.tobytes())


def _reach(instrument: "Instrument", anchor: Note) -> float:
    """Return the length of a note's carry, or of its latent where it has none."""
    whole = anchor.carry or tuple(instrument.latent(anchor))
    return float(np.linalg.norm(np.array(whole, np.float64))) or 1.0


def _apart(carry: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the distance of two carries."""
    size = max(len(carry), len(other))
    a, b = (np.pad(np.array(one, np.float64), (0, size - len(one))) for one in (carry, other))
    return float(np.linalg.norm(a - b))


def _classes_apart(classes: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return which share of the weights differs, 0 to 1; no classes are unlike any."""
    if not classes or not other:
        return float(bool(classes) != bool(other))
    totals = sum(classes.values()), sum(other.values())
    names = set(classes) | set(other)
    return 0.5 * sum(abs(classes.get(name, 0.0) / totals[0] - other.get(name, 0.0) / totals[1]) for name in names)
