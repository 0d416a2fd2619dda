"""WAV files of plain integers or floats, decoded straight from their bytes: the common case, several times faster.

Whatever is not plain (compressed, odd sizes, no RIFF, very long) is left to libsndfile; both give equal points. Only
chunk heads and the sound itself are read.
"""

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from ..errors import AudioReadError
from ..units import Array

_INTEGER, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_LARGEST_BYTES = 1 << 25  # beyond 32 MiB a file is read in blocks instead
_UNKNOWN_SIZES = frozenset({0, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF})
_TOLERANCE_BYTES = 8  # some writers count the pad byte or the chunk's head


@dataclass(frozen=True)
class SoundChunks:
    """Where the sound of a WAV or AIFF file lies; `format` is the content of `fmt `, empty in AIFF."""

    is_wav: bool
    format: bytes
    position: int
    size: int


def find_sound(file: BinaryIO) -> SoundChunks | None:
    """Return where the sound lies, or None if this is no WAV or AIFF, or one written to a pipe without sizes.

    Raises:
        AudioReadError: the file is empty, or ends before its sound does: libsndfile would pass over that in silence.
    """
    head = file.read(12)
    if not head:
        raise AudioReadError("the file is empty: it has 0 bytes")
    order = {b"RIFF": "<", b"FORM": ">"}.get(head[:4])
    if order is None or head[8:12] not in (b"WAVE", b"AIFF", b"AIFC"):
        return None
    end = file.seek(0, io.SEEK_END)
    position, format_ = 12, b""
    while position + 8 <= end:
        file.seek(position)
        name, size = struct.unpack(order + "4sI", file.read(8))
        position += 8
        if name == b"fmt ":
            format_ = file.read(min(size, 64))
        if name in (b"data", b"SSND"):
            return _checked(SoundChunks(order == "<", format_, position, size), end)
        position += size + (size & 1)
    return None


def decode_pcm(file: BinaryIO, chunks: SoundChunks) -> tuple[int, Array] | None:
    """Return sample rate and points, shape (T, C), float32, or None if libsndfile has to do it.

    Raises:
        AudioReadError: the header says 0 Hz.
    """
    if not chunks.is_wav or len(chunks.format) < 16 or chunks.size > _LARGEST_BYTES:
        return None
    kind, channels, rate, _, width, bits = struct.unpack_from("<HHIIHH", chunks.format)
    if rate == 0:
        raise AudioReadError("the header says 0 Hz")
    if kind == _EXTENSIBLE and len(chunks.format) >= 26:
        valid_bits, kind = struct.unpack_from("<H4xH", chunks.format, 18)
        kind = kind if valid_bits in (0, bits) else 0
    decode = _DECODERS.get((kind, bits))
    if decode is None or channels == 0 or width != channels * bits // 8:
        return None
    file.seek(chunks.position - 1)
    data = file.read(chunks.size + 1)
    frames = (len(data) - 1) // width
    return rate, decode(data, frames * channels).reshape(frames, channels)


def _checked(chunks: SoundChunks, end: int) -> SoundChunks | None:
    missing = chunks.position + chunks.size - end
    if chunks.size in _UNKNOWN_SIZES:
        return None
    if missing > _TOLERANCE_BYTES:
        raise AudioReadError(f"the file is truncated: {missing} bytes of sound are missing")
    return chunks


# Each decoder takes the byte before the sound, then the sound, and the number of points to return.


def _unsigned8(data: bytes, count: int) -> Array:
    return (np.frombuffer(data, "u1", count, 1).astype(np.float32) - 128.0) * np.float32(2.0**-7)


def _signed16(data: bytes, count: int) -> Array:
    points: Array = np.frombuffer(data, "<i2", count, 1) * np.float32(2.0**-15)
    return points


def _signed24(data: bytes, count: int) -> Array:
    # Four bytes at steps of three, begun a byte early: the shift drops the byte that belongs to the point before.
    overlapping: Array = np.ndarray((count,), "<i4", data, 0, (3,))
    points: Array = np.multiply(overlapping >> 8, np.float32(2.0**-23), dtype=np.float32, casting="unsafe")
    return points


def _signed32(data: bytes, count: int) -> Array:
    return np.frombuffer(data, "<i4", count, 1).astype(np.float32) * np.float32(2.0**-31)


def _float32(data: bytes, count: int) -> Array:
    return np.frombuffer(data, "<f4", count, 1).astype(np.float32)


def _float64(data: bytes, count: int) -> Array:
    with np.errstate(over="ignore"):
        return np.frombuffer(data, "<f8", count, 1).astype(np.float32)


_DECODERS: dict[tuple[int, int], Callable[[bytes, int], Array]] = {
    (_INTEGER, 8): _unsigned8,
    (_INTEGER, 16): _signed16,
    (_INTEGER, 24): _signed24,
    (_INTEGER, 32): _signed32,
    (_FLOAT, 32): _float32,
    (_FLOAT, 64): _float64,
}
