"""Comments of FLAC, Ogg Vorbis and Opus files.

Sources: xiph.org, "Ogg Vorbis I format specification: comment field"; FLAC format; RFC 7845. Of an Ogg file the first
pages are looked at: a comment that is longer than one page (64 KiB, a picture in it) is read as far as it goes.
"""

import struct
from typing import BinaryIO

Line = tuple[str, str, str]

_KEYS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "genre": "genre",
    "bpm": "tempo",
    "tempo": "tempo",
    "key": "root",
    "initialkey": "root",
    "comment": "comment",
    "description": "comment",
    "keywords": "keywords",
    "mood": "keywords",
}

_LARGEST = 1 << 20
_OGG_HEAD = 1 << 17
_COMMENT_BLOCK = 4
_MARKS = (b"\x03vorbis", b"OpusTags")


def read_comments(file: BinaryIO) -> list[Line]:
    """Return what the comments of a FLAC or Ogg file say: source, key, value."""
    data = _flac_block(file) if file.read(4) == b"fLaC" else _ogg_packet(file)
    return _parse(data)


def _flac_block(file: BinaryIO) -> bytes:
    while len(head := file.read(4)) == 4:
        kind, size = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        if kind == _COMMENT_BLOCK:
            return file.read(min(size, _LARGEST))
        if head[0] & 0x80:
            break
        file.seek(size, 1)
    return b""


def _ogg_packet(file: BinaryIO) -> bytes:
    data = file.read(_OGG_HEAD)
    found = [(data.find(mark), mark) for mark in _MARKS if mark in data]
    if not found:
        return b""
    start, mark = min(found)
    return data[start + len(mark) :]


def _parse(data: bytes) -> list[Line]:
    lines: list[Line] = []
    position = 4 + _number(data, 0)  # behind the name of the encoder
    count = _number(data, position)
    position += 4
    for _ in range(min(count, 256)):
        size = _number(data, position)
        key, _, value = data[position + 4 : position + 4 + size].decode("utf-8", "replace").partition("=")
        if key.lower() in _KEYS:
            lines.append(("vorbis", _KEYS[key.lower()], value))
        position += 4 + size
        if position >= len(data):
            break
    return lines


def _number(data: bytes, position: int) -> int:
    if position + 4 > len(data):
        return 0
    number: int = struct.unpack_from("<I", data, position)[0]
    return number
