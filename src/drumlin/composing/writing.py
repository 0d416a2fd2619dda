"""A piece on disk: MIDI, truth, and the completed timeline, side by side."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ..errors import ComposeError
from ..provenance import canonical_json
from .composer import Composition
from .documents import timeline_json
from .midi import encode_midi
from .truth import truth_of


@dataclass(frozen=True)
class Written:
    """The files of a piece."""

    midi: Path
    truth: Path
    timeline: Path


def write_composition(composition: Composition, out: Path, *, overwrite: bool = False) -> Written:
    """Write `NAME.mid`, `NAME.truth.json` and `NAME.timeline.json`; each appears whole or not at all.

    Args:
        composition: the piece.
        out: the MIDI file; its ending must be `.mid`.
        overwrite: replace what is there.
    Raises:
        ComposeError: the ending is another, a file is there already, or the folder cannot be written.
    """
    if out.suffix.lower() not in (".mid", ".midi"):
        raise ComposeError(f"{out}: a file that ends in .mid is expected")
    files = Written(out, out.with_suffix(".truth.json"), out.with_suffix(".timeline.json"))
    taken = [path for path in (files.midi, files.truth, files.timeline) if path.exists()]
    if taken and not overwrite:
        raise ComposeError(f"{taken[0]} is there already: choose another name, or replace it with --force")
    contents = {
        files.truth: (canonical_json(truth_of(composition)) + "\n").encode(),
        files.timeline: timeline_json(composition.timeline).encode(),
        files.midi: encode_midi(composition),
    }
    try:
        for path, data in contents.items():
            _write(path, data)
    except OSError as error:
        raise ComposeError(f"{out} cannot be written: {error.strerror}") from error
    return files


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
