"""Before and after: what preparing will do to some sounds of a folder, without making a data set."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..audio.files import read_mono
from ..errors import AudioError, EmptyDatasetError
from ..units import Waveform
from .preparing import LONGEST_S, prepare_sound
from .profiles import default_length_s, profile_of
from .samples import ProfileName, Settings
from .walk import Candidate, walk


@dataclass(frozen=True)
class PreviewSound:
    """A sound before and after; where it was refused, `reason` says why and `after` is None.

    Args:
        name: path of the file relative to its source.
        before: the decoded channel, shape (T,); None if it could not be read.
        before_rate: its sample rate, Hz; 0 if it could not be read.
        after: the prepared row, shape (length,).
        after_rate: Hz.
        onset_s: time of the onset in `after`.
        peak_s: time of the loudest point in `after`.
        gain_db: gain that was applied.
        reason: why it was refused; empty if it was not.
    """

    name: str
    before: Waveform | None = None
    before_rate: int = 0
    after: Waveform | None = None
    after_rate: int = 0
    onset_s: float = 0.0
    peak_s: float = 0.0
    gain_db: float = 0.0
    reason: str = ""


def preview_samples(
    sources: Path | Sequence[Path],
    settings: Settings | ProfileName = "study",
    count: int = 8,
    *,
    skip: Path | None = None,
) -> list[PreviewSound]:
    """Prepare a few sounds, spread evenly over the folder, and return them with what they were.

    Args:
        sources: a folder, or several.
        settings: how to prepare, or the name of a profile with its usual numbers.
        count: how many.
        skip: a folder below the sources not to enter.
    Returns:
        At most `count` sounds in the order of the walk, refused ones among them.
    Raises:
        EmptyDatasetError: there is no sound in the folder.
        UsageError: a source is no folder.
    """
    if isinstance(settings, str):
        settings = Settings(profile=settings, length_s=default_length_s(settings))
    found = walk([sources] if isinstance(sources, Path) else sources, skip).candidates
    if not found:
        raise EmptyDatasetError("no sounds were found: WAV, AIFF, FLAC, OGG or MP3 files are expected")
    count = min(count, len(found))
    return [preview_file(found[index * len(found) // count], settings) for index in range(count)]


def preview_file(candidate: Candidate, settings: Settings) -> PreviewSound:
    """Prepare one file for looking at."""
    try:
        sound = read_mono(candidate.file, mix=settings.mix, max_duration_s=LONGEST_S)
    except AudioError as error:
        return PreviewSound(candidate.path, reason=str(error))
    try:
        row = prepare_sound(sound, settings, profile_of(settings))
    except AudioError as error:
        return PreviewSound(candidate.path, sound.waveform, sound.sample_rate, reason=str(error))
    facts = row.facts
    return PreviewSound(
        candidate.path,
        sound.waveform,
        sound.sample_rate,
        row.waveform,
        settings.sample_rate,
        facts.onset_s,
        facts.peak_s,
        facts.gain_db,
    )
