"""What a file says of itself: names, comments, genres, tempo and key that somebody wrote into it or beside it.

Nothing of it is believed: words that the library knows as tags become suggestions marked `imported`; all of it can be
searched. Readers never raise on a broken file: what cannot be read is not told.
"""

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .id3 import read_id3
from .riff_tags import read_chunk_tags
from .vorbis_tags import read_comments

LONGEST_VALUE = 500
"""Characters of a value that are kept: comments may hold novels."""

MOST_VALUES = 64
"""Values of one file that are kept."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a file says.

    Args:
        source: where: `info`, `acid`, `smpl`, `bext`, `cue`, `inst`, `id3`, `vorbis`, `aiff`, `live`, `fl`.
        key: what: `title`, `artist`, `genre`, `keywords`, `comment`, `tempo`, `beats`, `root`, `kind`, `tag`, ...
        value: printable text, never empty.
    """

    source: str
    key: str
    value: str


def read_told(source: Path | bytes) -> tuple[Told, ...]:
    """Return what the chunks and tags of a sound file say.

    Args:
        source: path or content of a WAV, AIFF, FLAC, OGG, Opus or MP3 file; of others nothing is told.
    """
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
            return tidy(_read(file))
    except (OSError, ValueError, struct.error, IndexError, OverflowError, MemoryError):
        return ()


def tidy(told: Iterable[tuple[str, str, str]]) -> tuple[Told, ...]:
    """Return what was read as printable, bounded text, once each, without empty values."""
    clean: dict[Told, None] = {}
    for source, key, value in told:
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())[:LONGEST_VALUE]
        text = text.encode("utf-8", "replace").decode()
        if text:
            clean[Told(source, key, text)] = None
    return tuple(clean)[:MOST_VALUES]


def _read(file: BinaryIO) -> list[tuple[str, str, str]]:
    head = file.read(12)
    file.seek(0)
    if head[:4] in (b"RIFF", b"RF64", b"FORM"):
        return read_chunk_tags(file)
    if head[:4] in (b"fLaC", b"OggS"):
        return read_comments(file)
    return read_id3(file)
