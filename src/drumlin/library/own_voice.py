"""The user's own voice, as far as it is known: one offset of the traits, in `voice.json` of the library's folder.

It says nothing but by how much twenty averages differ from the table's; no recording can be made of it.
"""

import json
from pathlib import Path

import numpy as np

from ..audio.files import write_atomically
from ..errors import LibraryError
from ..imitating import NAMES
from ..units import Array

FORMAT, VERSION, NAME = "drumlin-own-voice", 1, "voice.json"


def read_own_voice(folder: Path) -> Array:
    """Return the offset that is kept in a library's folder, zeros if there is none, (F,).

    Raises:
        LibraryError: the file cannot be read.
    """
    path = folder / NAME
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        if (content["format"], content["version"], tuple(content["traits"])) != (FORMAT, VERSION, NAMES):
            raise ValueError("it is of another release")
        offset: Array = np.array(content["offset"], np.float64)
        if offset.shape != (len(NAMES),) or not np.isfinite(offset).all():
            raise ValueError(f"{len(NAMES)} numbers are expected")
    except FileNotFoundError:
        return np.zeros(len(NAMES))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{path} cannot be used ({error}): delete it, or run `voice-test --learn` again") from error
    return offset


def write_own_voice(folder: Path, offset: Array, examples: int) -> Path:
    """Keep an offset, with the number of imitations that it was learned from, and return where."""
    content = {"format": FORMAT, "version": VERSION, "examples": examples, "traits": list(NAMES)}
    document = content | {"offset": np.round(offset, 5).tolist()}
    write_atomically(folder / NAME, (json.dumps(document) + "\n").encode("ascii"))
    return folder / NAME


def has_own_voice(folder: Path) -> bool:
    """Say whether an offset is kept in a library's folder."""
    return (folder / NAME).is_file()


def forget_own_voice(folder: Path) -> None:
    """Forget the offset that is kept; searches are again by the mouths of the table."""
    (folder / NAME).unlink(missing_ok=True)
