"""How a note's residual is written down: which dropped sound, how much of it, and where it was located.

The sound itself is not in the record: who has it finds it by its hash and makes a `Residual` of both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import NoteError
from ..provenance import quantise
from .note import Note

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class ResidualRecord:
    """What is mixed back into a note.

    Args:
        sound: hash of the dropped sound, as `sound_hash` makes it.
        amount: how much is mixed back at the anchor, 0 to 1, in steps of 1e-4.
        anchor: the note that plays the dropped sound.
    Raises:
        NoteError: no hash, or an amount out of its range.
    """

    sound: str
    amount: float
    anchor: Note

    def __post_init__(self) -> None:
        if not isinstance(self.sound, str) or not _SHA256.fullmatch(self.sound):
            raise NoteError(
                f"a residual of the sound {str(self.sound)[:80]!r}: the hash of a dropped sound is expected"
            )
        object.__setattr__(self, "amount", check_amount(self.amount))

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON content; `from_dict` makes the same record of it."""
        return {"sound": self.sound, "amount": self.amount, "anchor": self.anchor.to_dict()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ResidualRecord":
        """Return the record that `content` describes.

        Raises:
            NoteError: an entry is missing, out of range or of another kind.
        """
        try:
            return cls(content["sound"], content["amount"], Note.from_dict(content["anchor"]))
        except (KeyError, TypeError) as error:
            raise NoteError(f"not a residual: {error}") from error


def check_amount(amount: float) -> float:
    """Return an amount rounded to steps of 1e-4.

    Raises:
        NoteError: it is no number from 0 to 1.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0.0 <= amount <= 1.0:
        raise NoteError(f"a residual of {amount!r}: 0 to 1 is expected")
    return quantise(amount)
