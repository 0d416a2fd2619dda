"""The comment block of a FLAC file: written, and the provenance read back.

Sources: RFC 9639 (FLAC blocks), the Ogg Vorbis comment specification (xiph.org).
"""

import struct
from collections.abc import Iterator, Mapping

from .provenance import Provenance

FIELD = "DRUMLIN"
"""Name of the comment that holds the provenance as canonical JSON."""

_MAGIC = b"fLaC"
_COMMENTS, _PADDING = 4, 1
_LAST = 0x80


def tag_flac(data: bytes, provenance: Provenance) -> bytes:
    """Return a FLAC file whose comments are those of `provenance` alone; the sound stays bit for bit."""
    return comment_flac(data, _fields(provenance))


def comment_flac(data: bytes, fields: Mapping[str, str]) -> bytes:
    """Return a FLAC file whose comments are `fields`, the empty ones left out; the sound stays bit for bit."""
    blocks, sound = _split(data)
    kept = [(kind, content) for kind, content in blocks if kind not in (_COMMENTS, _PADDING)]
    kept.insert(1, (_COMMENTS, _comments(fields)))  # STREAMINFO comes first
    body = b""
    for index, (kind, content) in enumerate(kept):
        last = _LAST if index == len(kept) - 1 else 0
        body += bytes([kind | last]) + len(content).to_bytes(3, "big") + content
    return _MAGIC + body + sound


def read_flac_tag(data: bytes) -> bytes | None:
    """Return the provenance text of a FLAC file, or None if there is none."""
    try:
        blocks, _ = _split(data)
        for kind, content in blocks:
            if kind == _COMMENTS:
                return next((value for name, value in _entries(content) if name.upper() == FIELD.encode()), None)
    except (struct.error, IndexError, ValueError):
        return None
    return None


def _split(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    if not data.startswith(_MAGIC):
        raise ValueError("not a FLAC file")
    blocks, position, last = [], len(_MAGIC), False
    while not last:
        head, size = data[position], int.from_bytes(data[position + 1 : position + 4], "big")
        blocks.append((head & 0x7F, data[position + 4 : position + 4 + size]))
        position, last = position + 4 + size, bool(head & _LAST)
    return blocks, data[position:]


def _fields(provenance: Provenance) -> dict[str, str]:
    return {
        "TITLE": provenance.title,
        "ALBUM": provenance.name,
        "GENRE": "Drums",
        "DESCRIPTION": provenance.comment,
        "LICENSE": ", ".join(provenance.licences),
        FIELD: provenance.to_json(),
    }


def _comments(fields: Mapping[str, str]) -> bytes:
    lines = [f"{name}={text}".encode() for name, text in fields.items() if text]
    vendor = b"Drumlin"
    body = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(lines))
    return body + b"".join(struct.pack("<I", len(line)) + line for line in lines)


def _entries(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    (vendor,) = struct.unpack_from("<I", content, 0)
    position = 4 + vendor
    (count,) = struct.unpack_from("<I", content, position)
    position += 4
    for _ in range(count):
        (size,) = struct.unpack_from("<I", content, position)
        name, _, value = content[position + 4 : position + 4 + size].partition(b"=")
        position += 4 + size
        yield name, value
