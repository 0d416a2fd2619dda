"""Sounds from files: whatever libsndfile decodes (WAV, AIFF, FLAC, OGG, MP3, ...), at any rate, any channel count.

Nothing is resampled or normalised here. `read_mono` never holds more than one channel of a long file.
"""

import hashlib
import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import soundfile

from ..errors import AudioReadError
from ..units import Array, Waveform
from .pcm import decode_pcm, find_sound
from .quiet import no_chatter

Mix = Literal["first", "mean"]
"""How channels become one: the first alone, or the mean of all."""

AUDIO_SUFFIXES = frozenset(
    {".wav", ".wave", ".aif", ".aiff", ".aifc", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".w64", ".caf", ".au"}
)
"""Endings, in lower case, of the files that are taken for sounds."""

_BLOCK_POINTS = 1 << 22
"""Points over all channels that are decoded at a time: 16 MiB of float32."""

TOLERANCE_POINTS = 3456
"""Three frames of MP3, whose header may count what the encoder has padded before and after."""


@dataclass(frozen=True)
class Sound:
    """A decoded file: `waveform` has shape (C, T), float32, full scale [-1, 1]."""

    waveform: Waveform
    sample_rate: int

    def mono(self, mix: Mix = "first") -> Waveform:
        """Return one channel, shape (T,)."""
        return _mix(self.waveform.T, mix)


@dataclass(frozen=True)
class MonoSound:
    """A decoded file mixed to one channel.

    Args:
        waveform: shape (T,).
        sample_rate: Hz, as in the file.
        channels: number of channels in the file.
        sha256: hash of the decoded sound: `RATE CHANNELS\\n` and all points as interleaved little-endian float32, so
            that the same sound in WAV and in FLAC has one hash.
    """

    waveform: Waveform
    sample_rate: int
    channels: int
    sha256: str


def read_audio(
    source: Path | str | bytes, *, max_duration_s: float | None = None, tolerance_points: int = TOLERANCE_POINTS
) -> Sound:
    """Decode a file, or the bytes of one; the arguments are those of `read_mono`.

    Raises:
        AudioReadError: missing, unreadable, no audio, truncated, empty, or longer than `max_duration_s`.
    """
    blocks = list(_decode(source, max_duration_s, tolerance_points))
    return Sound(np.ascontiguousarray(np.concatenate([block.frames for block in blocks]).T), blocks[0].sample_rate)


def read_start(source: Path, duration_s: float) -> Sound:
    """Decode the first seconds of a file; what follows them is not read.

    Args:
        source: path.
        duration_s: how much; shorter files come whole.
    Raises:
        AudioReadError: missing, unreadable, no audio, empty.
    """
    blocks: list[Array] = []
    left = rate = 0
    for block in _decode(source, None):
        if not blocks:
            rate = block.sample_rate
            left = max(1, round(duration_s * rate))
        blocks.append(block.frames[:left])
        left -= len(blocks[-1])
        if left <= 0:
            break
    return Sound(np.ascontiguousarray(np.concatenate(blocks).T), rate)


def read_mono(
    source: Path | str | bytes,
    *,
    mix: Mix = "first",
    max_duration_s: float | None = None,
    tolerance_points: int = TOLERANCE_POINTS,
) -> MonoSound:
    """Decode a file, or the bytes of one, to one channel, block by block.

    Args:
        source: path or content.
        mix: how channels become one.
        max_duration_s: longer files are refused before they are decoded.
        tolerance_points: how much of what the header counts may be missing.
    Raises:
        AudioReadError: missing, unreadable, no audio, truncated, empty, or longer than `max_duration_s`.
    """
    mixed: list[Waveform] = []
    digest = hashlib.sha256()
    rate = channels = 0
    for block in _decode(source, max_duration_s, tolerance_points):
        if not mixed:
            rate, channels = block.sample_rate, block.frames.shape[1]
            digest.update(f"{rate} {channels}\n".encode())
        little = block.frames if sys.byteorder == "little" else block.frames.astype("<f4")
        digest.update(np.ascontiguousarray(little).data)
        mixed.append(_mix(block.frames, mix))
    waveform = mixed[0] if len(mixed) == 1 else np.concatenate(mixed)
    return MonoSound(waveform, rate, channels, digest.hexdigest())


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that other readers see the old content or the new, never a part.

    Raises:
        OSError: the folder is missing or the disk is full; the old file is untouched.
    """
    temporary = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class _Block:
    """A stretch of decoded sound: `frames` has shape (T, C), float32."""

    sample_rate: int
    frames: Array


def _decode(
    source: Path | str | bytes, max_duration_s: float | None, tolerance_points: int = TOLERANCE_POINTS
) -> Iterator[_Block]:
    """Yield at least one block, from first to last.

    Raises:
        AudioReadError: as the public functions say.
    """
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
            chunks = find_sound(file)
            plain = decode_pcm(file, chunks) if chunks is not None else None
        if plain is not None:
            rate, frames = plain
            _check_header(rate, frames.shape[1], len(frames), max_duration_s)
            yield _Block(rate, frames)
        else:
            yield from _decode_with_library(source, max_duration_s, tolerance_points)
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise AudioReadError(f"cannot be decoded: {_reason(error)}") from error
    except OSError as error:
        raise AudioReadError(f"cannot be read: {error.strerror or error}") from error


def _decode_with_library(
    source: Path | str | bytes, max_duration_s: float | None, tolerance_points: int
) -> Iterator[_Block]:
    with _open(source) as file:
        _check_header(file.samplerate, file.channels, file.frames, max_duration_s)
        limit = file.frames if max_duration_s is None else round(max_duration_s * file.samplerate)
        wanted = min(max(1, _BLOCK_POINTS // file.channels), file.frames)
        total = 0
        quietly = no_chatter if file.format == "MP3" else nullcontext  # it lets one thread at a time through
        while total < min(limit, file.frames):
            with quietly():
                frames: Array = file.read(wanted, dtype="float32", always_2d=True)
            if not len(frames):
                break
            total += len(frames)
            yield _Block(file.samplerate, frames)
        if total + tolerance_points < file.frames or not total:
            raise AudioReadError(f"the file is truncated: {total} of {file.frames} points could be decoded")


def _open(source: Path | str | bytes) -> Any:
    with no_chatter():
        return soundfile.SoundFile(_openable(source))


def _openable(source: Path | str | bytes) -> Any:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    # Bytes keep names that are no UTF-8; Windows opens names by UTF-16 and has no such names.
    return str(source) if os.name == "nt" else os.fsencode(source)


def _check_header(sample_rate: int, channels: int, frames: int, max_duration_s: float | None) -> None:
    if sample_rate <= 0 or channels <= 0:
        raise AudioReadError(f"the header says {sample_rate} Hz and {channels} channels")
    if frames <= 0:
        raise AudioReadError("the file is empty: it has a header but no sound")
    duration_s = frames / sample_rate
    if max_duration_s is not None and duration_s > max_duration_s:
        raise AudioReadError(f"lasts {duration_s:.0f} s: at most {max_duration_s:g} s are expected")


def _mix(frames: Array, mix: Mix) -> Waveform:
    if mix == "mean" and frames.shape[1] > 1:
        if frames.shape[1] == 2:
            return (frames[:, 0] + frames[:, 1]) * np.float32(0.5)
        # Channel by channel: a mean over so short an axis takes ten times as long.
        total = frames[:, 0].astype(np.float64)
        for channel in frames.T[1:]:
            total += channel
        mean: Waveform = (total / frames.shape[1]).astype(np.float32)
        return mean
    return np.ascontiguousarray(frames[:, 0])


def _reason(error: Exception) -> str:
    text = getattr(error, "error_string", str(error))
    # The file was opened before: this is what libsndfile says where its MP3 decoder finds nothing.
    if "not exist" in str(text):
        return "no sound was found in it"
    return str(text).strip().rstrip(".").replace("\n", " ")
