"""What a written sound says of itself: which instrument played which note, under which licences.

No time, host, user or path: equal notes give equal bytes, and a file that is dropped back restores its place.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import NoteError
from ..instrument import Instrument, Note, ResidualRecord
from ..provenance import canonical_json

if TYPE_CHECKING:
    from ..instrument import Residual

VERSION = 1
"""Version of the record; readers ignore records of later versions."""

MAX_BYTES = 1 << 18
"""Longest record that is read, bytes: room for the carry of the largest latent."""


@dataclass(frozen=True)
class Provenance:
    """The record in a written sound.

    Args:
        instrument: SHA-256 of the instrument's file, hex.
        name: the instrument's name.
        recipe: the recipe it was trained by.
        note: what was played.
        role: the class of training sounds nearest to the note, or empty.
        licences: of the sounds that the instrument learned from.
        residual: which dropped sound was mixed back, and how much; None where none of it was. The note alone does not
            play such a file.
    """

    instrument: str
    name: str
    recipe: str
    note: Note
    role: str = ""
    licences: tuple[str, ...] = ()
    residual: ResidualRecord | None = None

    def to_json(self) -> str:
        """Return the record as canonical JSON."""
        record: dict[str, Any] = {
            "drumlin": VERSION,
            "instrument": {"sha256": self.instrument, "name": self.name, "recipe": self.recipe},
            "note": self.note.to_dict(),
            "role": self.role,
            "licences": list(self.licences),
        }
        return canonical_json(record | ({"residual": self.residual.to_dict()} if self.residual else {}))

    @property
    def title(self) -> str:
        """What players show: the role and the instrument."""
        return f"{self.role or 'hit'} ({self.name})"

    @property
    def comment(self) -> str:
        """The place in words."""
        return f"{self.name} ({self.recipe}) at {self.note.x:g}, {self.note.y:g}, seed {self.note.seed}"


def provenance_of(instrument: Instrument, note: Note, residual: "Residual | None" = None) -> Provenance:
    """Return the record of a note played by an instrument, with a residual or without."""
    found = instrument.manifest.provenance.get("licences", ())
    licences = tuple(sorted({str(licence) for licence in found})) if isinstance(found, list | tuple) else ()
    role = role_of(instrument, note)
    mixed = residual.record if residual is not None and residual.share(note) else None
    return Provenance(instrument.sha256, instrument.name, instrument.recipe, note, role, licences, mixed)


def role_of(instrument: Instrument, note: Note) -> str:
    """Return the class a note plays: the heaviest one it names, or the label of the nearest training sounds."""
    if note.classes:
        return max(sorted(note.classes), key=lambda name: note.classes[name])
    return instrument.label_at(note.x, note.y)


def parse_provenance(text: bytes | str) -> Provenance | None:
    """Return the record that `text` holds, or None if it is none that this release reads."""
    if len(text) > MAX_BYTES:
        return None
    try:
        content: Any = json.loads(text)
        if content["drumlin"] != VERSION:
            return None
        source, residual = content["instrument"], content.get("residual")
        return Provenance(
            str(source["sha256"]),
            str(source["name"]),
            str(source["recipe"]),
            Note.from_dict(content["note"]),
            str(content["role"]),
            tuple(str(licence) for licence in content["licences"]),
            None if residual is None else ResidualRecord.from_dict(residual),
        )
    except (ValueError, KeyError, TypeError, RecursionError, NoteError):
        return None
