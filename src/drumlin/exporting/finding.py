"""Where a file lies in an instrument: its own note if it was written by it, a search for its sound if not."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..audio import read_mono, resample
from ..errors import NoteError
from ..features import log_mel_distance_db
from ..instrument import Instrument, Location, Note
from ..progress import Report, ignore
from ..units import Waveform
from .provenance import Provenance
from .sounds import read_provenance

if TYPE_CHECKING:
    from ..instrument import Residual

SAME_SOUND = 0.9
"""Correlation with its own note from which a file counts as unchanged: MP3 and 16 bits pass, an edit does not."""

MAX_DURATION_S = 60.0
"""A longer file is refused."""


def locate_file(instrument: Instrument, source: Path | bytes) -> Location:
    """Return where the sound of a file, or of its bytes, lies in an instrument.

    A sound that this very instrument wrote restores its exact note, voice and all, as long as it still sounds so and
    nothing but the note was in it.

    Raises:
        AudioReadError: the file cannot be decoded, or is longer than a minute.
        PreprocessError: it is silent.
    """
    sound = read_mono(source, max_duration_s=MAX_DURATION_S)
    return locate_sound(instrument, sound.waveform, sound.sample_rate, read_provenance(source))


def refine_file(instrument: Instrument, source: Path | bytes, location: Location, report: Report = ignore) -> Location:
    """Return a nearer place of a file's sound, if the search around `location` finds one.

    Raises:
        AudioReadError: as for `locate_file`.
        PreprocessError: as for `locate_file`.
    """
    from ..instrument import refine  # with all that prepares samples: playing needs none of it

    sound = read_mono(source, max_duration_s=MAX_DURATION_S)
    return refine(instrument, sound.waveform, sound.sample_rate, location, report=report)


def residual_of(instrument: Instrument, source: Path | bytes, anchor: Note, amount: float) -> "Residual":
    """Return what an instrument misses at `anchor` of a file's sound, to be mixed back.

    Raises:
        AudioReadError: as for `locate_file`.
        PreprocessError: as for `locate_file`.
        NoteError: an amount out of its range, or a note that the instrument cannot play.
    """
    from ..instrument import Residual

    sound = read_mono(source, max_duration_s=MAX_DURATION_S)
    return Residual.of(instrument, sound.waveform, sound.sample_rate, anchor, amount)


def locate_sound(
    instrument: Instrument,
    waveform: Waveform,
    sample_rate: int,
    provenance: Provenance | None,
    residual: "Residual | None" = None,
) -> Location:
    """Return where a decoded file lies in an instrument: `locate_file` for those who decode elsewhere.

    Args:
        instrument: where to look.
        waveform: the first channel, (T,).
        sample_rate: of `waveform`, Hz.
        provenance: what the file says of itself.
        residual: what it says was mixed back, where the dropped sound is still known.
    Raises:
        PreprocessError: it is silent.
    """
    is_own = provenance is not None and provenance.instrument == instrument.sha256
    if provenance is not None and is_own and (residual is not None or provenance.residual is None):
        own = resample(waveform, sample_rate, instrument.sample_rate)
        location = _restore(instrument, provenance.note, own, residual)
        if location is not None:
            return location
    return instrument.locate(waveform, sample_rate)


def _restore(instrument: Instrument, note: Note, sound: Waveform, residual: "Residual | None") -> Location | None:
    try:
        played = instrument.play(note, residual).clip(-1.0, 1.0)
    except NoteError:
        return None
    similarity, lag = _correlate(sound, played)
    if similarity < SAME_SOUND:
        return None
    in_place = sound[lag:] if lag > 0 else np.pad(sound, (-lag, 0))
    distance = log_mel_distance_db(in_place[: len(played)], played, instrument.sample_rate)
    return Location(note, distance, restored=True)


def _correlate(sound: Waveform, played: Waveform) -> tuple[float, int]:
    """Return the highest correlation of two sounds, and how many points `sound` is late then (MP3 adds a delay)."""
    size = len(sound) + len(played)
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(played, size))
    products = np.fft.irfft(spectrum, size)
    energy = float(np.linalg.norm(sound)) * float(np.linalg.norm(played))
    if energy == 0.0:
        return (1.0 if not (sound.any() or played.any()) else 0.0), 0
    best = int(products.argmax())
    return float(products[best]) / energy, best if best < len(sound) else best - size
