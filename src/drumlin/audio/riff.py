"""RIFF files as lists of chunks: read, kept, written back byte for byte.

A RIFF file is `RIFF`, a size, a form (`WAVE`), then chunks: four letters, a little-endian size, the content, a pad
byte if the size is odd. Whoever rewrites a file through these functions loses no chunk.
Source: "Multimedia Programming Interface and Data Specifications 1.0", IBM and Microsoft, 1991.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import AudioReadError

_HEAD = struct.Struct("<4sI")
_MAX_BYTES = 0xFFFFFFFF


@dataclass(frozen=True)
class Chunk:
    """One chunk: its four-letter name and its content."""

    name: str
    data: bytes


def parse_chunks(data: bytes, form: str = "WAVE") -> list[Chunk]:
    """Return all chunks of a RIFF file in their order.

    Raises:
        AudioReadError: not a RIFF file of that form, or a chunk runs past the end.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != form.encode("ascii"):
        raise AudioReadError(f"not a RIFF {form} file: it starts with {data[:12]!r}")
    chunks, position = [], 12
    while position + 8 <= len(data):
        name, size = _HEAD.unpack_from(data, position)
        content = data[position + 8 : position + 8 + size]
        if len(content) < size:
            raise AudioReadError(f"chunk {name!r} has {len(content)} of its {size} bytes: the file is truncated")
        chunks.append(Chunk(name.decode("latin-1"), content))
        position += 8 + size + (size & 1)
    return chunks


def format_chunks(chunks: Iterable[Chunk], form: str = "WAVE") -> bytes:
    """Return the bytes of a RIFF file that holds `chunks` in their order.

    Raises:
        ValueError: a name has not four letters, or the file would pass 4 GiB.
    """
    body = bytearray(form.encode("ascii"))
    for chunk in chunks:
        name = chunk.name.encode("latin-1")
        if len(name) != 4:
            raise ValueError(f"chunk name {chunk.name!r}: four letters are expected")
        body += _HEAD.pack(name, len(chunk.data)) + chunk.data + b"\0" * (len(chunk.data) & 1)
    if len(body) > _MAX_BYTES:
        raise ValueError(f"{len(body)} bytes: a RIFF file ends at 4 GiB")
    return _HEAD.pack(b"RIFF", len(body)) + bytes(body)


def list_chunks(source: Path | bytes) -> list[str]:
    """Return the names of all chunks of a WAV file, in order.

    Raises:
        AudioReadError: not a WAV file, or a truncated one.
    """
    return [chunk.name for chunk in parse_chunks(_bytes_of(source))]


def read_chunk(source: Path | bytes, name: str) -> bytes | None:
    """Return the content of the first chunk called `name`, or None if there is none.

    Raises:
        AudioReadError: not a WAV file, or a truncated one.
    """
    return next((chunk.data for chunk in parse_chunks(_bytes_of(source)) if chunk.name == name), None)


def replace_chunk(data: bytes, chunk: Chunk) -> bytes:
    """Return a WAV file in which `chunk` stands for those of its name, at the end; all others stay as they are."""
    kept = [other for other in parse_chunks(data) if other.name != chunk.name]
    return format_chunks([*kept, chunk])


def _bytes_of(source: Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()
