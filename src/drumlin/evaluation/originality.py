"""Whether a system makes sounds of its own: how near each is to the nearest that it has learned.

A copy is known by comparison: real sounds of unseen kits have nearest neighbours among the learned ones as well, and
hits of like drums are much alike. So distances are set beside those of unseen real sounds, and the pairs are listed
for the ear to judge. An embedding finds candidates, the log-mel distance decides among them.
Shapes: M made, R learned, U unseen real sounds, T points, D numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..features import level_distance_db, log_mel
from ..units import Array, Waveform

SHORTLIST = 12
"""Candidates by embedding among which the log-mel distance decides."""

CLOSE_PERCENTILE = 1.0
"""Nearer than all but 1 % of unseen real sounds are to learned ones: so near that the ear should decide.

It is not the distance of a copy, which is 0: what a model makes at a learned sound's own place is as near as it can
rebuild that sound.
"""


@dataclass(frozen=True)
class Pair:
    """A sound and the nearest that was learned.

    Args:
        made: row of the sound.
        learned: row of the nearest learned sound.
        distance_db: `features.log_mel_distance_db` of the two.
    """

    made: int
    learned: int
    distance_db: float


@dataclass(frozen=True)
class Originality:
    """Distances to the nearest learned sound.

    Args:
        pairs: one per made sound, nearest first.
        median_db: median distance of made sounds.
        real_pairs: the same of unseen real sounds.
        real_median_db: median distance of those.
        copy_db: the distance that 1 % of the unseen real sounds are nearer than.
        copy_share: share of made sounds that are nearer than that; about 0.01 for real sounds themselves.
        nearer_share: share of made sounds that are nearer than the median real one; 0.5 for real sounds.
    """

    pairs: tuple[Pair, ...]
    median_db: float
    real_pairs: tuple[Pair, ...]
    real_median_db: float
    copy_db: float
    copy_share: float
    nearer_share: float


def measure_originality(
    made: Waveform, learned: Waveform, unseen: Waveform, embed: Callable[[Waveform], Array], sample_rate: int
) -> Originality:
    """Compare the neighbours of made sounds with those of unseen real ones.

    Args:
        made: windows, (M, T), M at least 1.
        learned: windows that the system has learned from, (R, T), R at least 1.
        unseen: windows of real sounds of other kits, (U, T), U at least 1.
        embed: windows to (M, D), standardised.
        sample_rate: Hz, of all windows.
    Raises:
        ValueError: one of the three is empty.
    """
    if not (len(made) and len(learned) and len(unseen)):
        raise ValueError(f"{len(made)} made, {len(learned)} learned, {len(unseen)} unseen sounds: at least one of each")
    library = Library(learned, embed, sample_rate)
    pairs, real_pairs = library.nearest(made), library.nearest(unseen)
    distances, real = (np.array([pair.distance_db for pair in some]) for some in (pairs, real_pairs))
    copy_db, real_median = float(np.percentile(real, CLOSE_PERCENTILE)), float(np.median(real))
    return Originality(
        pairs=_sorted(pairs),
        median_db=float(np.median(distances)),
        real_pairs=_sorted(real_pairs),
        real_median_db=real_median,
        copy_db=copy_db,
        copy_share=float((distances < copy_db).mean()),
        nearer_share=float((distances < real_median).mean()),
    )


class Library:
    """Learned sounds, ready to be searched.

    Args:
        windows: (R, T), R at least 1.
        embed: windows to (R, D), standardised.
        sample_rate: Hz.
    """

    def __init__(self, windows: Waveform, embed: Callable[[Waveform], Array], sample_rate: int) -> None:
        self._embed, self._sample_rate = embed, sample_rate
        self._places = np.asarray(embed(windows), np.float64)
        self._levels = _levels(windows, sample_rate)

    def nearest(self, windows: Waveform) -> tuple[Pair, ...]:
        """Return the nearest learned sound of each window (M, T), in their order."""
        places, levels = np.asarray(self._embed(windows), np.float64), _levels(windows, self._sample_rate)
        return tuple(
            self._pair(row, place, level) for row, (place, level) in enumerate(zip(places, levels, strict=True))
        )

    def _pair(self, row: int, place: Array, level: Array) -> Pair:
        gaps = np.square(self._places - place).sum(axis=1)
        candidates = np.argsort(gaps, kind="stable")[:SHORTLIST]
        distances = [level_distance_db(level, self._levels[candidate]) for candidate in candidates]
        best = int(np.argmin(distances))
        return Pair(row, int(candidates[best]), distances[best])


def _levels(windows: Waveform, sample_rate: int) -> Array:
    """Return mel spectrograms (M, n_mels, N), a sound at a time: all at once would take gigabytes."""
    return np.stack([log_mel(window, sample_rate) for window in windows])


def _sorted(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (pair.distance_db, pair.made)))
