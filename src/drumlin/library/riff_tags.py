"""Tags in the chunks of WAV and AIFF files.

Sources: RIFF 1.0 (`LIST INFO`, `cue `, `smpl`, `inst`: IBM and Microsoft, 1991 and 1994), EBU Tech 3285 (`bext`), AIFF
1.3 (`NAME`, `AUTH`, `ANNO`, `INST`: Apple, 1989). `acid` (loops of Acid, read by Live and FL Studio) and `basc` (Apple
Loops) are known from files alone: only the fields that all of them agree on are read.
"""

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from .id3 import parse_id3

Line = tuple[str, str, str]

_LARGEST = 1 << 20  # bytes of a chunk that are read; tags are smaller
_MOST_CHUNKS = 256

_INFO_KEYS = {
    "INAM": "title",
    "IART": "artist",
    "IGNR": "genre",
    "IKEY": "keywords",
    "ICMT": "comment",
    "ISBJ": "subject",
    "IPRD": "album",
    "ICRD": "date",
    "ISFT": "software",
    "ICOP": "copyright",
}

_AIFF_KEYS = {"NAME": "title", "AUTH": "artist", "ANNO": "comment", "(c) ": "copyright"}


def read_chunk_tags(file: BinaryIO) -> list[Line]:
    """Return source, key and value of what the chunks of a WAV or AIFF file say."""
    lines: list[Line] = []
    for name, data in _chunks(file):
        reader = _READERS.get(name)
        if reader is not None:
            try:
                lines += reader(data)
            except (struct.error, ValueError, IndexError):
                continue
        elif name in _AIFF_KEYS:
            lines.append(("aiff", _AIFF_KEYS[name], _text(data)))
    return lines


def _chunks(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each chunk but the sound; stops where the file does not go on as it should."""
    order = ">" if file.read(12)[:4] == b"FORM" else "<"
    position = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            return
        name, size = struct.unpack(order + "4sI", head)
        if name not in (b"data", b"SSND") and size <= _LARGEST:
            yield name.decode("latin-1"), file.read(size)
        position += 8 + size + (size & 1)


def _list(data: bytes) -> Iterator[Line]:
    kind, position = data[:4], 4
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        content = data[position + 8 : position + 8 + size]
        key = name.decode("latin-1")
        if kind == b"INFO" and key in _INFO_KEYS:
            yield "info", _INFO_KEYS[key], _text(content)
        if kind == b"adtl" and key in ("labl", "note"):
            yield "cue", "label", _text(content[4:])
        position += 8 + size + (size & 1)


def _acid(data: bytes) -> Iterator[Line]:
    flags, root, _, _, beats, _, _, tempo = struct.unpack_from("<IHHfIHHf", data)
    yield "acid", "kind", "one-shot" if flags & 1 else "loop"
    if flags & 2:
        yield "acid", "root", note_name(root)
    if not flags & 1 and beats:
        yield "acid", "beats", str(beats)
    if not flags & 1 and 20.0 <= tempo <= 400.0:
        yield "acid", "tempo", f"{tempo:g}"


def _smpl(data: bytes) -> Iterator[Line]:
    root, loops = struct.unpack_from("<I", data, 12)[0], struct.unpack_from("<I", data, 28)[0]
    yield "smpl", "root", note_name(root)
    if loops:
        yield "smpl", "loops", str(loops)


def _inst(data: bytes) -> Iterator[Line]:
    yield "inst", "root", note_name(data[0])


def _bext(data: bytes) -> Iterator[Line]:
    yield "bext", "comment", _text(data[:256])
    yield "bext", "artist", _text(data[256:288])


def _cue(data: bytes) -> Iterator[Line]:
    count = struct.unpack_from("<I", data)[0]
    if count:
        yield "cue", "points", str(count)


def _basc(data: bytes) -> Iterator[Line]:
    beats, root = struct.unpack_from(">IH", data, 4)
    if beats:
        yield "aiff", "beats", str(beats)
    if root:
        yield "aiff", "root", note_name(root)


_READERS: dict[str, Callable[[bytes], Iterator[Line] | list[Line]]] = {
    "LIST": _list,
    "acid": _acid,
    "smpl": _smpl,
    "inst": _inst,
    "INST": _inst,
    "bext": _bext,
    "cue ": _cue,
    "basc": _basc,
    "id3 ": parse_id3,
    "ID3 ": parse_id3,
}

_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def note_name(note: int) -> str:
    """Return the name of a MIDI note, 60 is C4.

    Raises:
        ValueError: there is no such note.
    """
    if not 0 <= note <= 127:
        raise ValueError(f"MIDI note {note}")
    return f"{_NAMES[note % 12]}{note // 12 - 1}"


def _text(data: bytes) -> str:
    line = data.split(b"\0", 1)[0]
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
