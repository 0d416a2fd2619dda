"""What is in a score, as numbers: enough to tell styles apart without hearing them."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from drumlin.composing import Composition
from drumlin.composing.patches import DRUM_KEYS, ROLES

Features = NDArray[np.float64]


def features_of(composition: Composition) -> Features:
    """Return the features of a piece of one region: tempo and meter, densities, registers, tones, chords, strength."""
    region, score = composition.timeline.regions[0], composition.score
    work = composition.works[region.id]
    roles = {part.id: part.role for part in score.parts}
    notes = score.regions[0].notes
    duration_s = region.duration_s
    drums = Counter(note.drum for note in notes if note.drum)
    counts = Counter(roles[note.part] for note in notes)
    tonic = work.plan.key.pitch_class
    tones = np.zeros(12)
    for note in notes:
        if note.pitch is not None:
            tones[(note.pitch - tonic) % 12] += note.duration_s
    chords = Counter((span.chord.root - tonic) % 12 for span in work.chords)
    pitched = [note for note in notes if note.pitch is not None]
    return np.array(
        [
            np.log2(region.tempo[0].tempo_bpm),
            work.plan.meter.bar_quarters,
            work.plan.meter.beat_quarters,
            np.log1p(len(notes) / duration_s),
            *(np.log1p(drums[drum] / duration_s) for drum in DRUM_KEYS),
            *(np.log1p(counts[role] / duration_s) for role in ROLES),
            *(_mean([note.pitch or 0 for note in pitched if roles[note.part] == role]) for role in ROLES),
            *(tones / max(tones.sum(), 1e-9)),
            *(chords[step] / len(work.chords) for step in range(12)),
            len(work.chords) / duration_s,
            _mean([len(span.chord.intervals) for span in work.chords]),
            _mean([note.velocity for note in notes]),
            _mean([note.duration_s for note in pitched]),
            _mean([np.std([note.velocity for note in notes])]),
        ],
        dtype=np.float64,
    )


def discriminate(first: Features, second: Features, unheard_first: Features, unheard_second: Features) -> float:
    """Return how well a linear discriminant of two sets, (N, F), ranks two unheard ones: the area under the curve."""
    both = np.concatenate([first, second])
    middle, spread = both.mean(axis=0), both.std(axis=0) + 1e-6
    one, other, new_one, new_other = ((x - middle) / spread for x in (first, second, unheard_first, unheard_second))
    within = (np.cov(one.T) + np.cov(other.T)) / 2.0
    # Shrunk towards independence: there are more features than pieces.
    shrunk = 0.3 * within + 0.7 * np.diag(np.diag(within)) + 0.05 * np.eye(len(within))
    direction = np.linalg.solve(shrunk, other.mean(axis=0) - one.mean(axis=0))
    low, high = new_one @ direction, new_other @ direction
    wins = (high[:, None] > low[None, :]).mean() + 0.5 * (high[:, None] == low[None, :]).mean()
    return float(wins)


def _mean(values: list[float] | list[int]) -> float:
    return float(np.mean(values)) if values else 0.0
