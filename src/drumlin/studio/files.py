"""The bytes of a sound's file: the same for a download, for the crate and for `drumlin generate`."""

from ..exporting import SoundFormat, encode_sound, provenance_of
from ..instrument import Instrument, Note
from .schemas import FileFormat

MEDIA_TYPES: dict[FileFormat, str] = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg"}


def make_file(instrument: Instrument, note: Note, container: FileFormat) -> bytes:
    """Return the file of a note.

    Raises:
        NoteError: the instrument cannot play the note.
    """
    waveform = instrument.play(note)
    return encode_sound(waveform, instrument.sample_rate, SoundFormat(container), provenance_of(instrument, note))
