"""The bytes of a sound's file: the same for a download, for the crate and for `drumlin generate`."""

from dataclasses import dataclass

from ..exporting import SoundFormat, encode_sound, provenance_of, sound_stem
from ..instrument import Instrument, Note, Residual
from .schemas import FileFormat

MEDIA_TYPES: dict[FileFormat, str] = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg"}


@dataclass(frozen=True)
class SoundFile:
    """A file in memory; `stem` is its name without number and ending."""

    stem: str
    data: bytes


def make_file(
    instrument: Instrument, note: Note, container: FileFormat, words: str = "", residual: Residual | None = None
) -> SoundFile:
    """Return the file of a note and what it mixes back, named by its role and by `words`, or the instrument's name.

    Raises:
        NoteError: the instrument cannot play the note.
    """
    waveform = instrument.play(note, residual)
    provenance = provenance_of(instrument, note, residual)
    data = encode_sound(waveform, instrument.sample_rate, SoundFormat(container), provenance)
    return SoundFile(sound_stem(provenance.role, words or instrument.name), data)
