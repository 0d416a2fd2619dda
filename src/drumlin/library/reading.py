"""Files on their way into the catalogue: read, hashed, measured, heard; in several processes at once.

Each is read and measured by itself; the embedder hears a chunk at once, and keeps a small picture of each till then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from ..audio.files import MonoSound, read_mono
from ..audio.levels import peak
from ..errors import AudioError, AudioReadError
from ..features.fingerprint import FINGERPRINT_SIZE, fingerprint
from ..units import Array, Waveform, db_to_gain
from .facts import SILENT_DB, Facts, measure
from .paths import printable
from .picture import PICTURE_NAME, SIZES, WHOLE, draw, unit
from .told import Told, read_told

LONGEST_S = 900.0
"""Longer files are no samples; refusing them bounds the memory that one file can take."""

SLOWEST_HZ, FASTEST_HZ = 1_000, 768_000
"""Sample rates that are believed: a header that says more would have hours of silence measured around a hit."""

LARGEST = 1e10
"""Points this far beyond full scale are no sound; whole numbers of 32 bits, written as they are, stay below."""

FINGERPRINT = "fingerprint"
"""Name of the vector by which near-duplicates are known."""

_AT_ONCE_BYTES = 32 << 20  # larger files are read in blocks


class Signature(NamedTuple):
    """What tells that a file is as it was: its size in bytes, time of change, and number in the file system."""

    size: int
    mtime_ns: int
    inode: int


class Embedder(Protocol):
    """What turns a sound into the vector by which it is found; it must survive the way into another process.

    `name` changes whenever the vectors do: sounds that another one has heard are heard again.
    """

    @property
    def name(self) -> str:
        """Identity of the vectors."""

    @property
    def size(self) -> int:
        """Numbers in a vector."""

    def picture(self, waveform: Waveform, sample_rate: int, onset: int) -> Array:
        """Return what it looks at of mono audio (T,), which begins at `onset`: small, always of one shape."""

    def embed_pictures(self, pictures: Sequence[Array]) -> Array:
        """Return the vectors of some sounds, (M, size); a sound's does not depend on those beside it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a file that was read; `vectors` have length 1, float32, (D,)."""

    signature: Signature
    sha256: str
    facts: Facts
    vectors: dict[str, Array]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be used, and which version of it that was."""

    signature: Signature
    reason: str


Outcome = Heard | Problem


def vector_sizes(embedder: Embedder | None) -> dict[str, int]:
    """Return the size of each vector that is kept of a sound."""
    return SIZES | ({WHOLE: embedder.size} if embedder else {}) | {FINGERPRINT: FINGERPRINT_SIZE}


def embedder_name(embedder: Embedder | None) -> str:
    """Return the name under which sounds heard by this are kept."""
    return embedder.name if embedder else PICTURE_NAME


def read_files(paths: Sequence[Path], embedder: Embedder | None = None) -> list[Outcome]:
    """Read files; whatever is wrong with one is returned, never raised."""
    pictures: list[Array] = []
    awaiting: list[Heard] = []
    outcomes: list[Outcome] = []
    for path in paths:
        outcome, picture = _read(path, embedder)
        outcomes.append(outcome)
        if picture is not None and isinstance(outcome, Heard):
            pictures.append(picture)
            awaiting.append(outcome)
    if embedder is not None and pictures:
        for heard, vector in zip(awaiting, embedder.embed_pictures(pictures), strict=True):
            heard.vectors[WHOLE] = unit(np.asarray(vector, np.float32))
    return outcomes


def read_sound(sound: MonoSound, embedder: Embedder | None = None) -> tuple[Facts, dict[str, Array]]:
    """Return facts and vectors of a sound from `decode` or `plain`, as a scan would keep them.

    Raises:
        AudioReadError: it cannot be measured.
    """
    facts, vectors, picture = _listen(sound, embedder)
    if embedder is not None and picture is not None:
        vectors[WHOLE] = unit(np.asarray(embedder.embed_pictures([picture])[0], np.float32))
    return facts, vectors


def _read(path: Path, embedder: Embedder | None) -> tuple[Outcome, Array | None]:
    """Return what becomes of a file, and what the embedder has yet to look at, if anything."""
    signature = Signature(0, 0, 0)
    try:
        signature = signature_of(path)
        source = path.read_bytes() if signature.size <= _AT_ONCE_BYTES else path
        sound = decode(source)
        told = read_told(source)
        if signature_of(path) != signature:
            return Problem(Signature(0, 0, 0), "it changed while it was read: scan again"), None
        facts, vectors, picture = _listen(sound, embedder)
        return Heard(signature, sound.sha256, facts, vectors, told), picture
    except AudioError as error:
        return Problem(signature, str(error)), None
    except OSError as error:
        return Problem(signature, f"cannot be read: {error.strerror or error}"), None
    except MemoryError:
        return Problem(signature, "not enough memory for this file"), None


def decode(source: Path | bytes) -> MonoSound:
    """Decode a sound to the mean of its channels, or to the first where these cancel each other.

    Raises:
        AudioError: it is no sound, or longer than `LONGEST_S`; see also `plain`.
    """
    sound = read_mono(source, mix="mean", max_duration_s=LONGEST_S)
    if sound.channels > 1 and peak(sound.waveform) < db_to_gain(SILENT_DB):
        sound = read_mono(source, mix="first", max_duration_s=LONGEST_S)
    return plain(sound)


def decode_file(path: Path) -> MonoSound:
    """Decode a file as `decode` does; errors name it.

    Raises:
        AudioReadError: it is no sound, or longer than `LONGEST_S`.
    """
    try:
        return decode(path)
    except AudioError as error:
        raise AudioReadError(f"{printable(str(path))}: {error}") from error


def plain(sound: MonoSound) -> MonoSound:
    """Return a sound in which every value is a number; the hash stays that of the file.

    Raises:
        AudioReadError: its rate or its level is that of no sound.
    """
    if not SLOWEST_HZ <= sound.sample_rate <= FASTEST_HZ:
        raise AudioReadError(
            f"the header says {sound.sample_rate} Hz: {SLOWEST_HZ} to {FASTEST_HZ} Hz are expected; save it anew"
        )
    if not np.isfinite(peak(sound.waveform)):
        sound = replace(sound, waveform=np.nan_to_num(sound.waveform, nan=0.0, posinf=1.0, neginf=-1.0))
    if peak(sound.waveform) > LARGEST:
        raise AudioReadError(
            f"its level reaches {peak(sound.waveform):.0e}, where 1 is full scale: no sound, or a damaged one"
        )
    return sound


def signature_of(path: Path) -> Signature:
    """Return the signature of a file.

    Raises:
        OSError: there is none.
    """
    state = path.stat()
    return Signature(state.st_size, state.st_mtime_ns, state.st_ino & _INODE_MASK)


_INODE_MASK = (1 << 63) - 1  # databases know signed 64 bits


def _listen(sound: MonoSound, embedder: Embedder | None) -> tuple[Facts, dict[str, Array], Array | None]:
    """Return facts, vectors, and what the embedder has yet to look at; `whole` is zero until it has."""
    try:
        return _measured(sound, embedder)
    except MemoryError:
        raise
    except Exception as error:  # whatever one file does to the measuring, the rest of a library is to be read
        what = f"{type(error).__name__}: {error}"
        raise AudioReadError(f"cannot be measured ({what}): please report this file") from error


def _measured(sound: MonoSound, embedder: Embedder | None) -> tuple[Facts, dict[str, Array], Array | None]:
    waveform = sound.waveform
    facts = measure(waveform, sound.sample_rate, sound.channels)
    vectors = draw(waveform, sound.sample_rate, facts, has_ear=embedder is not None)
    if embedder is not None:
        vectors[WHOLE] = np.zeros(embedder.size, np.float32)
    if facts.lead_s is None:
        vectors[FINGERPRINT] = np.zeros(FINGERPRINT_SIZE, np.float32)
        return facts, vectors, None
    onset = round(facts.lead_s * sound.sample_rate)
    vectors[FINGERPRINT] = fingerprint(waveform, sound.sample_rate, onset)
    picture = embedder.picture(waveform, sound.sample_rate, onset) if embedder is not None else None
    return facts, vectors, picture
