"""Waveforms to files: WAV, FLAC and MP3 with tags and provenance, and the provenance read back.

Equal waveforms, formats and provenances give equal bytes, whatever the file is called.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ..audio import Encoding, encode_wav, read_chunk, resample, write_atomically
from ..errors import AudioReadError, UsageError
from ..provenance import hash_bytes
from ..units import Waveform, seconds_to_points
from .flac_tags import read_flac_tag, tag_flac
from .mp3_tags import read_mp3_tag, tag_mp3
from .names import claim, claim_numbered
from .provenance import Provenance, parse_provenance
from .wav_tags import PROVENANCE_CHUNK, wav_chunks

Container = Literal["wav", "flac", "mp3"]

RATES = (44100, 48000)
"""Sample rates that are written, Hz."""

MAX_TAGGED_BYTES = 64 << 20
"""Files larger than this are no one-shots of ours: their provenance is not looked for."""

SILENT_END_S = 0.01
"""Silence that a file keeps at its end: instruments give all sounds the length of the longest."""

_SUBTYPES = {"16": "PCM_16", "24": "PCM_24"}


@dataclass(frozen=True)
class SoundFormat:
    """How a sound is written.

    Args:
        container: `wav`, `flac` or `mp3`.
        bits: `24`, `16` with dither, or `32f` (WAV only); MP3 has none.
        sample_rate: Hz, 44100 or 48000; None: the sound's own.
    Raises:
        UsageError: a combination that does not exist.
    """

    container: Container = "wav"
    bits: Encoding = "24"
    sample_rate: int | None = None

    def __post_init__(self) -> None:
        if self.container not in ("wav", "flac", "mp3"):
            raise UsageError(f"format {self.container!r}: wav, flac or mp3 are written")
        if self.bits not in ("16", "24", "32f"):
            raise UsageError(f"{self.bits!r} bits: 16, 24 or 32f are written")
        if self.container == "flac" and self.bits == "32f":
            raise UsageError("FLAC holds whole numbers only: choose 16 or 24 bits, or WAV for 32f")
        if self.sample_rate not in (None, *RATES):
            raise UsageError(f"sample rate {self.sample_rate} Hz: 44100 or 48000 are written")

    @property
    def suffix(self) -> str:
        """The ending of a file's name, with its dot."""
        return f".{self.container}"


def encode_sound(waveform: Waveform, sample_rate: int, form: SoundFormat, provenance: Provenance) -> bytes:
    """Return the bytes of a file; digital silence at the end of the sound is left out but for `SILENT_END_S`.

    Args:
        waveform: mono audio, (T,), full scale [-1, 1]; what is beyond is clipped, but for 32f.
        sample_rate: of `waveform`, Hz.
        form: how to write it.
        provenance: goes into the file.
    """
    rate = form.sample_rate or sample_rate
    sound = resample(_without_silent_end(waveform, sample_rate), sample_rate, rate, quality="VHQ")
    if form.container == "mp3":
        return tag_mp3(_encode(sound, rate, "MP3", "MPEG_LAYER_III"), provenance)
    seed = _dither_seed(sound) if form.bits == "16" else None
    if form.container == "wav":
        chunks = wav_chunks(provenance, rate)
        return encode_wav(sound, rate, encoding=form.bits, chunks=chunks, dither_seed=seed)
    import soundfile

    wav = encode_wav(sound, rate, encoding=form.bits, dither_seed=seed)
    points, _ = soundfile.read(io.BytesIO(wav), dtype="int32")
    return tag_flac(_encode(points, rate, "FLAC", _SUBTYPES[form.bits]), provenance)


def write_sound(
    path: Path,
    waveform: Waveform,
    sample_rate: int,
    form: SoundFormat,
    provenance: Provenance,
    *,
    overwrite: bool = False,
) -> Path:
    """Write a sound at `path` and return the path; arguments as `encode_sound`.

    Raises:
        UsageError: there is a file already and `overwrite` is false, or the folder cannot be written.
    """
    data = encode_sound(waveform, sample_rate, form, provenance)
    if not overwrite:
        claim(path)
    return _fill(path, data, claimed=not overwrite)


def write_numbered(
    folder: Path, stem: str, waveform: Waveform, sample_rate: int, form: SoundFormat, provenance: Provenance
) -> Path:
    """Write a sound into a folder under the next free number and return its path; arguments as `encode_sound`.

    Raises:
        UsageError: the folder cannot be written.
    """
    data = encode_sound(waveform, sample_rate, form, provenance)
    return _fill(claim_numbered(folder, stem, form.suffix), data, claimed=True)


def read_provenance(source: Path | bytes) -> Provenance | None:
    """Return the provenance that a file, or its bytes, carries; None if it has none that this release reads."""
    data = source if isinstance(source, bytes) else _read(source)
    text: bytes | None = None
    if data.startswith(b"RIFF"):
        try:
            text = read_chunk(data, PROVENANCE_CHUNK)
        except AudioReadError:
            return None
    elif data.startswith(b"fLaC"):
        text = read_flac_tag(data)
    elif data.startswith(b"ID3"):
        text = read_mp3_tag(data)
    return None if text is None else parse_provenance(text)


def _without_silent_end(waveform: Waveform, sample_rate: int) -> Waveform:
    sounding = np.flatnonzero(waveform)
    last = int(sounding[-1]) if len(sounding) else 0
    return waveform[: last + 1 + seconds_to_points(SILENT_END_S, sample_rate)]


def _dither_seed(sound: Waveform) -> int:
    return int(hash_bytes(np.ascontiguousarray(sound, "<f4").tobytes())[:16], 16)


def _encode(sound: Waveform, sample_rate: int, container: str, subtype: str) -> bytes:
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, sound, sample_rate, format=container, subtype=subtype)
    return buffer.getvalue()


def _fill(path: Path, data: bytes, *, claimed: bool) -> Path:
    try:
        write_atomically(path, data)
    except BaseException as error:
        if claimed:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
        raise
    return path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_TAGGED_BYTES else b""
    except OSError as error:
        raise AudioReadError(f"{path.name} cannot be read: {error.strerror or error}") from error
