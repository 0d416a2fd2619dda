"""Whether a WAV or AIFF file ends before its header says; the decoder would pass over that in silence.

Only chunk heads are read. Files written to a pipe carry 0 or the greatest size instead of the true one and are
taken as whole. Other formats notice a missing end themselves, or (MP3) cannot.
"""

import io
import struct
from pathlib import Path
from typing import BinaryIO

_SOUND_CHUNKS = frozenset({b"data", b"SSND"})
_UNKNOWN_SIZES = frozenset({0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFE, 0xFFFFFFFE})
_TOLERANCE_BYTES = 8  # some writers count the pad byte or the chunk's head


def missing_bytes(source: Path | str | bytes) -> int:
    """Return how many bytes of sound the header promises that are not there; 0 if unknown or no WAV or AIFF.

    Raises:
        OSError: the file cannot be opened.
    """
    if isinstance(source, bytes):
        return _missing(io.BytesIO(source))
    with Path(source).open("rb") as file:
        return _missing(file)


def _missing(file: BinaryIO) -> int:
    head = file.read(12)
    order = {b"RIFF": "<", b"RIFX": ">", b"FORM": ">"}.get(head[:4])
    if order is None or head[8:12] not in (b"WAVE", b"AIFF", b"AIFC"):
        return 0
    end = file.seek(0, io.SEEK_END)
    position = 12
    while position + 8 <= end:
        file.seek(position)
        name, size = struct.unpack(order + "4sI", file.read(8))
        position += 8
        if name in _SOUND_CHUNKS:
            missing: int = position + size - end
            return missing if missing > _TOLERANCE_BYTES and size not in _UNKNOWN_SIZES else 0
        position += size + (size & 1)
    return 0
