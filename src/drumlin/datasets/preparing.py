"""One file on its way to a row: read, check, resample, fingerprint, align; in many threads and processes at once."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..audio.files import MonoSound, read_mono
from ..errors import AudioError, AudioReadError
from ..features.fingerprint import FINGERPRINT_S, fingerprint
from ..features.onset import find_onset
from ..units import Waveform
from .excerpt import resample_excerpt
from .profiles import Prepared, Profile, check_usable
from .samples import Settings

LONGEST_S = 60.0
"""Longer files are no one-shots; refusing them bounds the memory that one file can take."""

_LOWEST_RATE, _HIGHEST_RATE = 1000, 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured on one file; times are seconds in the prepared sound, but `duration_s` is the file's."""

    sha256: str
    gain_db: float
    onset_s: float
    peak_s: float
    duration_s: float
    original_sample_rate: int
    channels: int

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in _FACTS}


_FACTS = tuple(one.name for one in fields(Facts))


@dataclass(frozen=True)
class Row:
    """A finished row: `waveform` (T,), `fingerprint` (D,), and what was measured."""

    waveform: Waveform
    fingerprint: Waveform
    facts: Facts


@dataclass(frozen=True)
class Problem:
    """Why a file gives no row."""

    reason: str


def prepare_file(file: Path, settings: Settings, profile: Profile) -> Row | Problem:
    """Prepare one file; whatever is wrong with the file is returned, never raised."""
    try:
        sound = read_mono(file, mix=settings.mix, max_duration_s=LONGEST_S)
        return prepare_sound(sound, settings, profile)
    except AudioError as error:
        return Problem(str(error))
    except MemoryError:
        return Problem("not enough memory for this file")


def prepare_sound(sound: MonoSound, settings: Settings, profile: Profile) -> Row:
    """Prepare a decoded sound.

    Raises:
        AudioError: nothing can be made of it.
    """
    rate = sound.sample_rate
    if not _LOWEST_RATE <= rate <= _HIGHEST_RATE:
        raise AudioReadError(f"the header says {rate} Hz: {_LOWEST_RATE} to {_HIGHEST_RATE} is expected")
    check_usable(sound.waveform, rate)
    after_s = max(profile.after_s, FINGERPRINT_S)
    waveform = resample_excerpt(sound.waveform, rate, settings.sample_rate, profile.before_s, after_s)
    onset = find_onset(waveform, settings.sample_rate)
    prepared = profile.apply(waveform, onset)
    mark = fingerprint(waveform, settings.sample_rate, onset)
    return Row(prepared.waveform, mark, _facts(sound, prepared, settings.sample_rate))


def _facts(sound: MonoSound, prepared: Prepared, sample_rate: int) -> Facts:
    return Facts(
        sha256=sound.sha256,
        gain_db=round(prepared.gain_db, 4),
        onset_s=round(prepared.onset / sample_rate, 7),
        peak_s=round(prepared.peak / sample_rate, 7),
        duration_s=round(len(sound.waveform) / sound.sample_rate, 6),
        original_sample_rate=sound.sample_rate,
        channels=sound.channels,
    )
