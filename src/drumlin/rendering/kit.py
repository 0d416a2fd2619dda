"""One drum kit per piece: a fixed place on an instrument's pad for each class of drum.

Where an instrument does not know a class, the nearest of its family plays, and where it knows none of those, the
place on the pad at which the built-in instrument has the class. Same seed, same kit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from ..instrument import Instrument, Note
from ..provenance import canonical_json

PLACES: dict[str, tuple[float, float]] = {
    "clap": (-0.38, 0.53),
    "cowbell": (0.08, 0.47),
    "crash": (-0.87, -0.13),
    "hand_drum": (0.52, -0.50),
    "hihat_closed": (-0.79, 0.63),
    "hihat_open": (-0.78, 0.21),
    "kick": (0.78, -0.63),
    "perc_other": (-0.23, 0.11),
    "ride": (-0.88, -0.47),
    "rim": (0.41, 0.63),
    "shaker": (-0.63, 0.61),
    "snare": (-0.10, -0.25),
    "tambourine": (-0.61, 0.42),
    "tom": (0.00, -0.84),
}
"""Middles of the classes' training samples in the built-in instrument."""

_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("hihat_closed", "shaker", "tambourine", "hihat_open", "ride", "crash"),
    ("hihat_open", "crash", "ride", "hihat_closed", "tambourine"),
    ("crash", "ride", "hihat_open", "hihat_closed"),
    ("ride", "crash", "hihat_open", "hihat_closed"),
    ("shaker", "tambourine", "hihat_closed"),
    ("tambourine", "shaker", "hihat_closed"),
    ("snare", "clap", "rim", "tom"),
    ("clap", "snare", "rim"),
    ("rim", "snare", "clap", "cowbell", "perc_other"),
    ("kick", "tom", "hand_drum"),
    ("tom", "hand_drum", "kick"),
    ("hand_drum", "tom", "perc_other"),
    ("cowbell", "rim", "perc_other", "ride"),
    ("perc_other", "hand_drum", "rim", "cowbell", "tom"),
)
"""Each class with those that may stand for it, the nearest first."""

_STRAY = 0.03
"""Deviation of a drawn place from the training sample that it was drawn at."""

_NEAR = 12
"""So many training samples nearest to the middle of a class may be drawn: the ones at its edge are odd sounds."""


@dataclass(frozen=True)
class Kit:
    """The notes of a kit by class, and what was replaced, in words."""

    notes: Mapping[str, Note]
    notifications: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """What tells the notes apart, by class: made once, for a cache that is asked at each hit."""
        return {drum: canonical_json(note.to_dict()) for drum, note in self.notes.items()}


def draw_kit(instrument: Instrument, drums: tuple[str, ...], seed: int, fixed: Mapping[str, Note]) -> Kit:
    """Return a kit.

    Args:
        instrument: that plays it.
        drums: classes that are needed.
        seed: of the piece.
        fixed: notes that the user chose, by class.
    """
    notes, said = {}, []
    for drum in sorted(drums):
        if drum in fixed:
            notes[drum] = fixed[drum]
            continue
        stand_in = _stand_in(instrument, drum)
        generator = np.random.default_rng([seed % 2**32, crc32(drum.encode())])
        notes[drum] = _draw(instrument, drum, stand_in, generator)
        if stand_in is None:
            place = f"{notes[drum].x:g}, {notes[drum].y:g}"
            said.append(f"drums: {instrument.name} knows no {drum} and none of its kin: played at {place} of its pad")
        elif stand_in != drum:
            said.append(f"drums: {instrument.name} knows no {drum}: {stand_in} stands for it")
    return Kit(notes, tuple(said))


def _stand_in(instrument: Instrument, drum: str) -> str | None:
    known = set(instrument.classes) | {label for label in instrument.points.labels if label}
    family = next((family for family in _FAMILIES if family[0] == drum), (drum,))
    return next((name for name in family if name in known), None)


def _draw(instrument: Instrument, drum: str, stand_in: str | None, generator: np.random.Generator) -> Note:
    place = np.array(PLACES.get(drum, PLACES["perc_other"]))
    if stand_in is not None and len(places := instrument.points.places_of([stand_in])):
        distance = np.linalg.norm(places - np.median(places, axis=0), axis=1)
        central = places[np.argsort(distance, kind="stable")[:_NEAR]]
        place = central[generator.integers(0, len(central))]
    x, y = (place + generator.normal(0.0, _STRAY, 2)).clip(-1.0, 1.0)
    classes = {stand_in: 1.0} if stand_in is not None and stand_in in instrument.classes else {}
    return Note(float(x), float(y), classes=classes, seed=int(generator.integers(0, 2**16)))
