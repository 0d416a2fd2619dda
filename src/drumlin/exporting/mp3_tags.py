"""The ID3 tag of an MP3 file: written as version 2.4, provenance read back from 2.3 and 2.4.

Source: id3.org, "ID3 tag version 2.4.0 - Main Structure" and "Native Frames".
"""

from collections.abc import Iterator

from .provenance import Provenance

DESCRIPTION = "DRUMLIN"
"""Description of the TXXX frame that holds the provenance as canonical JSON."""

_HEAD = 10
_UTF8 = b"\x03"
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


def tag_mp3(data: bytes, provenance: Provenance) -> bytes:
    """Return an MP3 file that starts with the tag of `provenance`; an older tag is dropped, the sound stays."""
    frames = b"".join(
        (
            _text("TIT2", provenance.title),
            _text("TALB", provenance.name),
            _text("TCON", "Drums"),
            _text("TCOP", ", ".join(provenance.licences)),
            _frame("COMM", _UTF8 + b"eng\0" + provenance.comment.encode()),
            _frame("TXXX", _UTF8 + DESCRIPTION.encode() + b"\0" + provenance.to_json().encode()),
        )
    )
    return b"ID3\x04\0\0" + _syncsafe(len(frames)) + frames + data[_tag_end(data) :]


def read_mp3_tag(data: bytes) -> bytes | None:
    """Return the provenance text of an MP3 file, or None if there is none."""
    for name, content in _frames(data):
        if name == b"TXXX" and content:
            try:
                text = content[1:].decode(_ENCODINGS.get(content[0], "latin-1"))
            except UnicodeDecodeError:
                continue
            description, _, value = text.partition("\0")
            if description.lstrip("\ufeff") == DESCRIPTION:
                return value.strip("\0\ufeff").encode()
    return None


def _text(name: str, text: str) -> bytes:
    return _frame(name, _UTF8 + text.encode()) if text else b""


def _frame(name: str, content: bytes) -> bytes:
    return name.encode() + _syncsafe(len(content)) + b"\0\0" + content


def _tag_end(data: bytes) -> int:
    return _HEAD + _from_syncsafe(data[6:10]) if data.startswith(b"ID3") and len(data) >= _HEAD else 0


def _frames(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    end, position = min(_tag_end(data), len(data)), _HEAD
    if not end or data[3] not in (3, 4):
        return
    while position + _HEAD <= end and data[position] != 0:
        size_bytes = data[position + 4 : position + 8]
        size = _from_syncsafe(size_bytes) if data[3] == 4 else int.from_bytes(size_bytes, "big")
        yield data[position : position + 4], data[position + _HEAD : min(position + _HEAD + size, end)]
        position += _HEAD + size


def _syncsafe(number: int) -> bytes:
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _from_syncsafe(data: bytes) -> int:
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number
