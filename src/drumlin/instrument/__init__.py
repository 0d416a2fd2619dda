"""Instruments: one file that plays without torch. The file is specified in docs/instrument-format.md."""

from .describing import describe
from .instrument import Instrument
from .loading import DEFAULT_PATH, default_instrument, load
from .note import Location, Note
from .points import Points
from .refining import refine
from .saving import save_instrument
from .verifying import verify
from .wandering import notes_near, random_notes

__all__ = [
    "DEFAULT_PATH",
    "Instrument",
    "Location",
    "Note",
    "Points",
    "default_instrument",
    "describe",
    "load",
    "notes_near",
    "random_notes",
    "refine",
    "save_instrument",
    "verify",
]
