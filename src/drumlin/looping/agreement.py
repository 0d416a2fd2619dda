"""How well what was heard agrees with what was asked for: labels, tempo, key and boundaries, each by its usual measure.

Tempo within 4 % (Gouyon et al. 2006, accuracy 1; octave errors count), keys by MIREX's weights (fifth 0.5, relative
0.3, parallel 0.2), boundaries by F within 0.5 s, labels by equality.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..composing import find_descriptor
from ..composing.scales import MODES, mode_name, pitch_class
from ..evaluation.intervals import RESAMPLES
from ..evaluation.summaries import mean_over_kits
from ..listening import TARGETS, UNKNOWN, DescriptorReading, Key

COMPARED = (*TARGETS, "descriptor")
"""Beside the targets the whole: genre, subgenre and mood at once."""

TEMPO_TOLERANCE = 0.04
BOUNDARY_TOLERANCE_S = 0.5

FIFTH, RELATIVE, PARALLEL = 0.5, 0.3, 0.2


def labels_of(descriptor_id: str) -> dict[str, str]:
    """Return what a descriptor is called by target, and the whole of it under `descriptor`.

    Raises:
        MissingError: there is no such descriptor.
    """
    found = find_descriptor(descriptor_id)
    return {
        "descriptor": found.id,
        "genre": found.genre,
        "subgenre": found.subgenre,
        "mood": found.mood,
        "sentiment": found.sentiment,
        "valence": str(found.valence_level),
        "momentum": str(found.momentum),
    }


def labels_heard(reading: DescriptorReading) -> dict[str, str]:
    """Return what a reading says by target; where it refuses, what it would have said: that of its first candidate."""
    forced = labels_of(reading.candidates[0].name)
    said = {target: getattr(reading, target).name for target in TARGETS}
    return forced | {target: name for target, name in said.items() if name != UNKNOWN}


def refused(reading: DescriptorReading) -> dict[str, bool]:
    """Return by target whether a reading refuses to say anything."""
    return {target: getattr(reading, target).name == UNKNOWN for target in TARGETS}


def compare_labels(asked: Mapping[str, str], heard: Mapping[str, str]) -> dict[str, bool]:
    """Return by target whether both say the same."""
    return {target: asked[target] == heard[target] for target in COMPARED}


def is_tempo_near(asked_bpm: float, heard_bpm: float | None) -> bool:
    """Return whether a tempo is within 4 % of the one that was asked for."""
    return heard_bpm is not None and abs(heard_bpm / asked_bpm - 1.0) <= TEMPO_TOLERANCE


def key_score(asked_tonic: str, asked_mode: str, heard: Key) -> float:
    """Return how near a key is: 1 for the same, less for its relations, 0 for all others and for none.

    Args:
        asked_tonic: `A`, `Bb`, ...
        asked_mode: `dorian`, `minor`, ...; it counts as major or minor by its third.
        heard: what was heard.
    """
    if heard.tonic is None:
        return 0.0
    tonic, minor = pitch_class(asked_tonic), MODES[mode_name(asked_mode)].is_minor
    step, heard_minor = (heard.tonic - tonic) % 12, heard.mode == "minor"
    if heard_minor == minor:
        return {0: 1.0, 7: FIFTH}.get(step, 0.0)
    relative = 3 if minor else 9
    return {0: PARALLEL, relative: RELATIVE}.get(step, 0.0)


def boundary_f(asked_s: Sequence[float], heard_s: Sequence[float]) -> float:
    """Return the F measure of inner boundaries that match within half a second, one to one; 1 if there are none."""
    if not asked_s and not heard_s:
        return 1.0
    return 2.0 * _matches(asked_s, heard_s) / (len(asked_s) + len(heard_s))


def recall(asked_s: Sequence[float], heard_s: Sequence[float]) -> float:
    """Return the share of some boundaries, at least one, that is heard within half a second."""
    return _matches(asked_s, heard_s) / len(asked_s)


def _matches(asked_s: Sequence[float], heard_s: Sequence[float]) -> int:
    left = sorted(heard_s)
    hits = 0
    for time_s in sorted(asked_s):
        near = next((other for other in left if abs(other - time_s) <= BOUNDARY_TOLERANCE_S), None)
        if near is not None:
            left.remove(near)
            hits += 1
    return hits


def summarise(rows: Sequence[Mapping[str, Any]], groups: Sequence[str]) -> dict[str, Any]:
    """Return the mean of each share in some rows with its 95 % interval, and how many rows there are.

    Args:
        rows: shares or truths by name, 0 to 1; a name may be missing from some, or None.
        groups: of each row, the render or title it belongs to: these are drawn for the interval, then rows in them.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {"count": len(rows), **{name: _mean(name, rows, groups) for name in names}}


def macro_f1(asked: Sequence[str], heard: Sequence[str]) -> float:
    """Return the F measure of each label that was asked for, all labels counted alike."""
    scores = []
    for label in sorted(set(asked)):
        hits = sum(one == other == label for one, other in zip(asked, heard, strict=True))
        scores.append(2.0 * hits / (list(asked).count(label) + list(heard).count(label)))
    return sum(scores) / len(scores) if scores else 0.0


def majority_share(asked: Sequence[str]) -> float:
    """Return how often one is right who always says the commonest label."""
    return max(Counter(asked).values(), default=0) / max(1, len(asked))


def _mean(name: str, rows: Sequence[Mapping[str, Any]], groups: Sequence[str]) -> dict[str, float] | None:
    values = np.array([np.nan if row.get(name) is None else float(row[name]) for row in rows])
    found = mean_over_kits(values, list(groups), RESAMPLES)
    return found and {"value": found["value"], "low": max(0.0, found["low"]), "high": min(1.0, found["high"])}
