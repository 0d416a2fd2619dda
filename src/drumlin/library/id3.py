"""ID3 tags of MP3, WAV and AIFF files: versions 2.2 to 2.4, and the old 1.

Only text is read. Sources: id3.org, "ID3 tag version 2.3.0" (1999), "2.4.0 - Native Frames" (2000), "ID3v1".
"""

import struct
from typing import BinaryIO

Line = tuple[str, str, str]

_KEYS = {
    "TIT1": "keywords",
    "TIT2": "title",
    "TPE1": "artist",
    "TALB": "album",
    "TCON": "genre",
    "TBPM": "tempo",
    "TKEY": "root",
    "TXXX": "comment",
    "COMM": "comment",
    "TT1": "keywords",
    "TT2": "title",
    "TP1": "artist",
    "TAL": "album",
    "TCO": "genre",
    "TBP": "tempo",
    "TKE": "root",
    "COM": "comment",
}

_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_LARGEST = 1 << 20
_V1_BYTES = 128


def read_id3(file: BinaryIO) -> list[Line]:
    """Return what the tags at the start and the end of a file say."""
    head = file.read(10)
    lines = []
    if head[:3] == b"ID3" and len(head) == 10:
        lines = parse_id3(head + file.read(min(_synchsafe(head[6:10]), _LARGEST)))
    size = file.seek(0, 2)
    if size >= _V1_BYTES:
        file.seek(size - _V1_BYTES)
        lines += _version1(file.read(_V1_BYTES))
    return lines


def parse_id3(data: bytes) -> list[Line]:
    """Return what a version 2 tag says: source, key, value.

    Raises:
        ValueError, struct.error: it is none, or broken at its head.
    """
    if data[:3] != b"ID3" or data[3] not in (2, 3, 4):
        raise ValueError("no ID3v2 tag of a known version")
    version, flags = data[3], data[5]
    body = data[10 : 10 + _synchsafe(data[6:10])]
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff\x00", b"\xff")
    if flags & 0x40 and version >= 3:
        size = _synchsafe(body[:4]) if version == 4 else struct.unpack_from(">I", body)[0] + 4
        body = body[size:]
    return _frames(body, version)


def _frames(body: bytes, version: int) -> list[Line]:
    letters, head = (3, 6) if version == 2 else (4, 10)
    lines: list[Line] = []
    position = 0
    while position + head <= len(body) and body[position] != 0:
        name = body[position : position + letters].decode("latin-1")
        size = _frame_size(body[position + letters : position + head], version)
        content = body[position + head : position + head + size]
        if name in _KEYS and content:
            lines.append(("id3", _KEYS[name], _content(name, content)))
        position += head + size
    return lines


def _frame_size(data: bytes, version: int) -> int:
    if version == 2:
        return int.from_bytes(data[:3], "big")
    return _synchsafe(data[:4]) if version == 4 else int.from_bytes(data[:4], "big")


def _content(name: str, content: bytes) -> str:
    """Return the text of a frame; a comment has a language and a title before it, which are dropped."""
    encoding = _ENCODINGS[content[0]] if content[0] < len(_ENCODINGS) else "latin-1"
    body = content[4:] if name in ("COMM", "COM") else content[1:]
    parts = body.decode(encoding, "replace").lstrip("\ufeff").split("\0")
    if name in ("COMM", "COM", "TXXX"):
        parts = parts[1:] or parts
    return ", ".join(part.strip("\ufeff ") for part in parts if part.strip("\ufeff "))


def _synchsafe(data: bytes) -> int:
    return (data[0] & 0x7F) << 21 | (data[1] & 0x7F) << 14 | (data[2] & 0x7F) << 7 | data[3] & 0x7F


def _version1(data: bytes) -> list[Line]:
    if data[:3] != b"TAG":
        return []
    fields = {"title": data[3:33], "artist": data[33:63], "album": data[63:93], "comment": data[97:125]}
    return [("id3", key, value.split(b"\0")[0].decode("latin-1")) for key, value in fields.items()]
