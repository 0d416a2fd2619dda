"""What a data set knows of each sample, and of all together."""

from dataclasses import dataclass, field
from typing import Any, Literal

from ..audio.files import Mix
from ..errors import UsageError
from ..provenance import hash_content

Split = Literal["train", "valid", "test"]
"""`train` is learned from, `valid` is for choices while learning, `test` is looked at once, at the end."""

SPLITS: tuple[Split, ...] = ("train", "valid", "test")

ProfileName = Literal["study", "generator"]

FORMAT = "drumlin-dataset"
VERSION = 1


@dataclass(frozen=True)
class Settings:
    """How sounds were prepared; equal settings on equal files give equal data sets.

    Args:
        profile: `study` or `generator`, see `profiles.py`.
        sample_rate: Hz.
        attack_s: study: where the peak falls, seconds from the start.
        length_s: seconds of each prepared sound.
        mix: how channels become one.
    Raises:
        UsageError: a number out of its range.
    """

    profile: ProfileName = "study"
    sample_rate: int = 44100
    attack_s: float = 0.1
    length_s: float = 0.4
    mix: Mix = "first"

    def __post_init__(self) -> None:
        if not 1000 <= self.sample_rate <= 384000:
            raise UsageError(f"sample rate {self.sample_rate} Hz: 1000 to 384000 is expected")
        if not 0 < self.length_s <= 60:
            raise UsageError(f"length {self.length_s} s: more than 0 and at most 60 is expected")
        if self.profile == "study" and not 0 <= self.attack_s < self.length_s:
            raise UsageError(f"attack {self.attack_s} s: at least 0 and below the length {self.length_s} s is expected")

    @property
    def length(self) -> int:
        """Points of each prepared sound."""
        return max(1, round(self.length_s * self.sample_rate))

    @property
    def attack(self) -> int:
        """Index of the peak in the study's profile."""
        return min(round(self.attack_s * self.sample_rate), self.length - 1)


@dataclass(frozen=True, slots=True)
class Sample:
    """One prepared sound: line i of the manifest, row i of the array.

    Args:
        path: of the source file, relative to its source folder, with `/`; names that are no UTF-8 hold surrogates.
        sha256: hash of the decoded sound, before preparing (see `audio.MonoSound`).
        split: `train`, `valid` or `test`.
        label: what it is (kick, snare, ...); empty if unlabelled.
        kit: the drum kit or pack it belongs to; empty if unknown.
        source: where it comes from, a name.
        licence: short name of its licence; empty if unknown.
        gain_db: gain that preparing applied.
        file_gain_db: gain that the file had got before, as its manifest says.
        onset_s: time of the onset in the prepared sound, seconds from its start.
        peak_s: time of the loudest point in the prepared sound.
        duration_s: duration of the source file.
        cluster: near-duplicates share this number.
        original_sample_rate: Hz, of the source file.
        channels: of the source file.
        drum: strokes of one drum, softer, harder and again, share this name; empty if unknown.
        root: which of the sources `path` is relative to, from 0.
        credits: columns of the manifest that name people and terms (author, url, provenance, ...).
    """

    path: str
    sha256: str
    split: Split
    label: str = ""
    kit: str = ""
    source: str = ""
    licence: str = ""
    gain_db: float = 0.0
    file_gain_db: float = 0.0
    onset_s: float = 0.0
    peak_s: float = 0.0
    duration_s: float = 0.0
    cluster: int = 0
    original_sample_rate: int = 0
    channels: int = 1
    drum: str = ""
    root: int = 0
    credits: dict[str, str] = field(default_factory=dict)

    @property
    def struck_db(self) -> float:
        """How loud the drum was struck, dB: of use beside other strokes of the same drum."""
        return -(self.gain_db + self.file_gain_db)


@dataclass(frozen=True)
class Refused:
    """A file that could not be prepared, and why, in words for the person who owns it."""

    path: str
    reason: str
    root: int = 0


@dataclass(frozen=True)
class Credit:
    """How many samples come from one source under one licence, and whom to name for them."""

    source: str
    licence: str
    count: int
    details: dict[str, str] = field(default_factory=dict)


def hash_dataset(settings: dict[str, Any], samples: list[Sample] | tuple[Sample, ...]) -> str:
    """Return the identity of a data set: of its settings and of each sample's sound, label and split, in order."""
    return hash_content([settings, [[sample.sha256, sample.label, sample.split] for sample in samples]])
