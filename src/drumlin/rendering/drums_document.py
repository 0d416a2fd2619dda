"""Who plays the drums of a piece, as a document.

{"variation": 1, "kit": {"snare": {"x": 0.2, "y": -0.1}},
 "regions": {"r2": {"instrument": "mine.drumlin", "kit": {"kick": {"x": 0.5, "y": 0.5}}}}}

What is left out is as the renderer has it at rest. A region that is named has drums of its own: nothing of the piece's
but the instrument.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..composing.checking import explain
from ..composing.patches import DRUM_KEYS
from ..errors import NoteError, UsageError
from ..instrument import Instrument, Note
from .settings import Drums

Open = Callable[[str], Instrument]
"""Loads the instrument that a name means."""


class _Drums(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    instrument: Annotated[str, Field(max_length=4096)] = ""
    variation: Annotated[int, Field(ge=0, lt=2**32, strict=True)] = 0
    kit: dict[str, dict[str, Any]] = Field(default_factory=dict)


class _Document(_Drums):
    regions: dict[str, _Drums] = Field(default_factory=dict)


@dataclass(frozen=True)
class PieceDrums:
    """Drums of a piece, and of the regions that have their own."""

    piece: Drums
    regions: Mapping[str, Drums]


def read_drums(document: Any, open_instrument: Open) -> PieceDrums:
    """Return the drums that a document describes.

    Args:
        document: as decoded from JSON.
        open_instrument: called once for each name of an instrument.
    Raises:
        UsageError: it does not fit; the message begins with the path.
        InstrumentError: an instrument cannot be loaded.
    """
    try:
        found = _Document.model_validate(document)
    except ValidationError as error:
        raise UsageError(f"drums: {explain(error)}") from error
    opened: dict[str, Instrument] = {}

    def drums(one: _Drums, path: str) -> Drums:
        if one.instrument and one.instrument not in opened:
            opened[one.instrument] = open_instrument(one.instrument)
        kit = {drum: _note(drum, content, f"{path}kit.{drum}") for drum, content in one.kit.items()}
        return Drums(opened.get(one.instrument), kit, one.variation)

    regions = {name: drums(one, f"regions.{name}.") for name, one in found.regions.items()}
    return PieceDrums(drums(found, ""), regions)


def load_drums(path: Path, open_instrument: Open) -> PieceDrums:
    """Return the drums of a file, see `read_drums`.

    Raises:
        UsageError: it cannot be read, is no JSON, or does not fit.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from error
    return read_drums(document, open_instrument)


def _note(drum: str, content: Mapping[str, Any], path: str) -> Note:
    if drum not in DRUM_KEYS:
        raise UsageError(f"drums: {path}: no class of drum, expected one of {', '.join(DRUM_KEYS)}")
    try:
        return Note.from_dict(content)
    except NoteError as error:
        raise UsageError(f"drums: {path}: {error}") from error
