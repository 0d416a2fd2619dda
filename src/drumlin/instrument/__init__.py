"""Instruments: one file that plays without torch. The file is specified in docs/instrument-format.md.

What looks at dropped sounds is loaded when first used: playing needs none of it.
"""

from typing import TYPE_CHECKING, Any

from .describing import describe
from .instrument import Instrument
from .loading import DEFAULT_PATH, default_instrument, load
from .morphing import morph, morph_residual
from .note import Location, Note
from .points import Points
from .residual_record import ResidualRecord
from .saving import save_instrument
from .verifying import verify
from .wandering import notes_near, random_notes

if TYPE_CHECKING:
    from .refining import refine
    from .residual import Residual

__all__ = [
    "DEFAULT_PATH",
    "Instrument",
    "Location",
    "Note",
    "Points",
    "Residual",
    "ResidualRecord",
    "default_instrument",
    "describe",
    "load",
    "morph",
    "morph_residual",
    "notes_near",
    "random_notes",
    "refine",
    "save_instrument",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name == "refine":
        from .refining import refine

        return refine
    if name == "Residual":
        from .residual import Residual

        return Residual
    raise AttributeError(f"module 'drumlin.instrument' has no attribute {name!r}")
