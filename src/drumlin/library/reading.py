"""Files on their way into the catalogue: read, hashed, measured, heard; in several processes at once.

Each is read and measured by itself; the embedder hears a chunk at once, and keeps a small picture of each till then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from ..audio.files import MonoSound, read_mono
from ..errors import AudioError
from ..features.fingerprint import FINGERPRINT_SIZE, fingerprint
from ..units import Array, Waveform
from .facts import Facts, measure
from .picture import PICTURE_NAME, SIZES, WHOLE, draw, unit
from .told import Told, read_told

LONGEST_S = 900.0
"""Longer files are no samples; refusing them bounds the memory that one file can take."""

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
    """Return facts and vectors of a decoded sound, as a scan would keep them."""
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
        sound = read_mono(source, mix="mean", max_duration_s=LONGEST_S)
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
    waveform = sound.waveform if np.isfinite(sound.waveform).all() else np.nan_to_num(sound.waveform)
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
