"""How sounds are drawn: from an instrument, for each class that is asked for, and from a data set.

What is drawn is what is heard: `Instrument.play` at rest, nothing chosen, nothing thrown away. Equal seeds draw equal
sounds. Shape letters: M sounds, T points.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..datasets import Dataset, Split
from ..instrument import Instrument, Note, random_notes
from ..instrument.note import MAX_SEED
from ..units import Waveform
from .window import judged_windows


@dataclass(frozen=True)
class Drawn:
    """Sounds drawn from an instrument.

    Args:
        waveforms: as heard, shape (M, T), at the instrument's sample rate.
        labels: the class that each was asked for; empty where the instrument knows no such class.
        notes: what was played.
    """

    waveforms: Waveform
    labels: tuple[str, ...]
    notes: tuple[Note, ...]

    def __len__(self) -> int:
        return len(self.notes)


@dataclass(frozen=True)
class RealSet:
    """Real sounds of a data set, through the same window as drawn ones.

    Args:
        windows: shape (M, length).
        labels: one per sound; empty for an unlabelled one.
        kits: one per sound.
        sha256s: hash of each decoded file.
        rows: of the data set, one per sound.
    """

    windows: Waveform
    labels: tuple[str, ...]
    kits: tuple[str, ...]
    sha256s: tuple[str, ...]
    rows: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.rows)


def draw(instrument: Instrument, labels: Sequence[str], seed: int) -> Drawn:
    """Draw one sound for each label.

    A class that the instrument has is asked for by name, at a place near one of the training sounds of that class; one
    that only labels its training sounds is asked for by the place alone. Anything else is drawn anywhere on the plane.

    Args:
        instrument: any.
        labels: what is asked for, M of them; empty for any sound, anywhere.
        seed: same seed, same sounds.
    Raises:
        InstrumentError: the model fails at one of the places.
    """
    notes = notes_for(instrument, labels, seed)
    known = set(instrument.classes) | set(instrument.points.labels)
    asked = tuple(label if label in known else "" for label in labels)
    return Drawn(_stack_ends([instrument.play(note) for note in notes]), asked, tuple(notes))


def notes_for(instrument: Instrument, labels: Sequence[str], seed: int) -> list[Note]:
    """Return the notes that `draw` plays: one for each label, in order."""
    notes: dict[int, Note] = {}
    for label in sorted(set(labels)):
        rows = [row for row, asked in enumerate(labels) if asked == label]
        like = Note(classes={label: 1.0}) if label and label in instrument.classes else Note()
        around = instrument.points.places_of([label]) if label else None
        drawn = random_notes(like, len(rows), (seed + zlib.crc32(label.encode())) % (MAX_SEED + 1), around)
        notes.update(zip(rows, drawn, strict=True))
    return [notes[row] for row in range(len(labels))]


def real_set(dataset: Dataset, split: Split, labels: Sequence[str] | None = None) -> RealSet:
    """Return the sounds of a split, in the order of the data set.

    Args:
        dataset: prepared by any profile.
        split: `train`, `valid` or `test`.
        labels: only sounds with one of these; all if None.
    """
    rows = [int(row) for row in dataset.indices(split)]
    kept = tuple(row for row in rows if labels is None or dataset.samples[row].label in labels)
    samples = [dataset.samples[row] for row in kept]
    return RealSet(
        judged_windows((dataset.waveforms[row] for row in kept), dataset.sample_rate),
        tuple(sample.label for sample in samples),
        tuple(sample.kit for sample in samples),
        tuple(sample.sha256 for sample in samples),
        kept,
    )


def _stack_ends(sounds: Sequence[Waveform]) -> Waveform:
    """Stack sounds so that their ends meet: instruments whose peak is aligned play theirs from a lead that varies.

    Silence goes in front, where such a sound fades in, so that no end is hidden and no start is made.
    """
    length = max((len(sound) for sound in sounds), default=0)
    stacked = np.zeros((len(sounds), length), np.float32)
    for row, sound in zip(stacked, sounds, strict=True):
        row[length - len(sound) :] = sound
    return stacked
