"""What preparing will do to a folder: a few of its sounds before and after, and what would be refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..datasets import Refused, Settings
from ..datasets.preview import preview_file
from ..datasets.walk import Candidate, walk
from ..errors import UsageError
from ..units import Waveform

PEAKS = 200
"""Bars of a drawn waveform."""

TRIED = 4
"""Files looked at for each sound shown, before giving up on a folder of broken ones."""


@dataclass(frozen=True)
class Prepared:
    """A sound before and after; both mono, (T,)."""

    name: str
    before: Waveform
    before_rate: int
    after: Waveform
    after_rate: int


@dataclass(frozen=True)
class Preview:
    """Some sounds of a folder, and the files that cannot be used as far as was looked."""

    sounds: tuple[Prepared, ...]
    refused: tuple[Refused, ...]


def preview_folder(folder: Path, count: int, settings: Settings | None = None) -> Preview:
    """Prepare some sounds of a folder, evenly spread over it, without writing anything.

    Args:
        folder: what would be learned from.
        count: sounds to show at most.
        settings: how to prepare; None for the defaults.
    Raises:
        UsageError: there is no folder, or no sound in it.
    """
    settings = settings or Settings()
    found = walk([folder])
    sounds: list[Prepared] = []
    refused = list(found.refused)
    for candidate in _spread(found.candidates, count * TRIED):
        if len(sounds) == count:
            break
        shown = preview_file(candidate, settings)
        if shown.before is None or shown.after is None:
            refused.append(Refused(candidate.path, shown.reason))
        else:
            sounds.append(Prepared(shown.name, shown.before, shown.before_rate, shown.after, shown.after_rate))
    if not sounds and not refused:
        raise UsageError(f"{folder} holds no sounds: choose a folder with audio files")
    return Preview(tuple(sounds), tuple(refused))


def peaks(waveform: Waveform, count: int = PEAKS) -> list[float]:
    """Return the loudest magnitude in each of `count` equal parts, in [0, 1]; fewer for shorter sounds."""
    parts = np.array_split(np.abs(waveform), min(count, len(waveform)))
    return [round(min(float(part.max()), 1.0), 4) for part in parts]


def _spread(candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """Return up to `count` of the candidates so that any first few of them are spread over all."""
    if not candidates:
        return []
    step = 0.6180339887498949  # the golden ratio's fractional part: its multiples fill [0, 1) evenly
    order = dict.fromkeys(int(index * step % 1.0 * len(candidates)) for index in range(8 * count))
    return [candidates[index] for index in list(order)[:count]]
