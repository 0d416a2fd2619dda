"""Whether a slider does what it says, and little else.

Each slider that names an attribute of `features.attributes` is moved over its full travel at random places. *Spearman*
asks whether the attribute follows; *leakage* how far the other attributes go along, in standard deviations of real
sounds of the class, over how far the named one goes. Times and pitch are taken in octaves, as they are heard; pitch
only where its confidence is above 0.5. Shapes: S steps of travel, A attributes, M sounds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from ..errors import PreprocessError
from ..features import measure_attributes
from ..instrument import Instrument, Note, random_notes
from ..parameters import VOICE_PARAMETERS, ParameterRange
from ..units import Array, Waveform
from .playability import Classify
from .window import judged_windows

ATTRIBUTES = ("brightness", "decay", "pitch", "noisiness", "attack")
"""In octaves, octaves, octaves, dB and octaves."""

NAMES = {name: name for name in ATTRIBUTES} | {"length": "decay"}
"""The attribute that a slider of this name should move."""

STEPS = 11
"""Places on the travel, its ends among them: the middle 80 % are those but the ends."""

NOTES = 24
"""Random places at which each slider is moved."""

CONFIDENT = 0.5
"""Pitch counts above this confidence."""

LEAST_STEPS = 5
"""An attribute is followed at a place where it can be read at so many steps."""

LEAST_SOUNDS = 8
"""A class with fewer real sounds borrows the deviations of all."""


@dataclass(frozen=True)
class Spread:
    """Standard deviations of the attributes of real sounds.

    Args:
        by_label: arrays of shape (A,), for each label with enough sounds.
        overall: shape (A,): mean over the labels, or of all sounds where no label has enough.
    """

    by_label: Mapping[str, Array]
    overall: Array

    def of(self, label: str) -> Array:
        """Return the deviations for a label, (A,)."""
        return self.by_label.get(label, self.overall)


@dataclass(frozen=True)
class SliderScore:
    """How one slider plays.

    Args:
        name: of the slider.
        attribute: that it names, one of `ATTRIBUTES`.
        places: at how many places it could be judged.
        spearman: median over them of the rank correlation of travel and attribute; NaN if there are none.
        spearman_p10: nine in ten places do better.
        change: mean change of the named attribute over full travel, in standard deviations of real sounds; where it
            can be read on a part of the travel alone, as much as it changes there, by the length of the part.
        leakage: the same of each other attribute, over that of the named one; NaN where it cannot be read.
        family_kept: share of steps in the middle 80 % at which the family is that at rest; NaN without a classifier.
    """

    name: str
    attribute: str
    places: int
    spearman: float
    spearman_p10: float
    change: float
    leakage: Mapping[str, float]
    family_kept: float

    @property
    def worst_leakage(self) -> float:
        """The largest of the leakages; NaN if none can be read."""
        known = [value for value in self.leakage.values() if not np.isnan(value)]
        return max(known, default=nan)


def attribute_vector(waveform: Waveform, sample_rate: int) -> Array:
    """Return the attributes of a sound in the order and units of `ATTRIBUTES`, (A,); NaN where one cannot be read."""
    try:
        found = measure_attributes(waveform, sample_rate)
    except PreprocessError:
        return np.full(len(ATTRIBUTES), nan)
    pitch = np.log2(found.pitch_hz) if found.pitch_confidence > CONFIDENT else nan
    decay, attack = (np.log2(max(time_s, 1e-4)) for time_s in (found.decay_s, found.attack_s))
    return np.array([found.brightness, decay, pitch, found.noisiness_db, attack])


def measure_spread(waveforms: Sequence[Waveform], labels: Sequence[str], sample_rate: int) -> Spread:
    """Return how far real sounds of each class differ.

    Args:
        waveforms: real sounds, each (T,), at least two.
        labels: one per sound.
        sample_rate: Hz.
    """
    vectors, names = np.stack([attribute_vector(sound, sample_rate) for sound in waveforms]), np.asarray(labels)
    groups = {str(name): vectors[names == name] for name in set(labels)}
    known = {name: _deviation(group) for name, group in groups.items() if len(group) >= LEAST_SOUNDS}
    overall = _deviation(vectors)
    if known:
        stacked = np.stack(list(known.values()))
        within = np.nan_to_num(stacked).sum(axis=0) / np.maximum((~np.isnan(stacked)).sum(axis=0), 1)
        overall = np.where(within > 0.0, within, overall)
    return Spread({name: np.where(np.isnan(own), overall, own) for name, own in known.items()}, overall)


def score_sliders(
    instrument: Instrument,
    spread: Spread,
    classify: Classify | None = None,
    *,
    count: int = NOTES,
    seed: int = 0,
    voice: bool = False,
    on_sound: Callable[[int, int], None] | None = None,
) -> tuple[SliderScore, ...]:
    """Move every slider that names an attribute; empty for an instrument without one.

    Args:
        instrument: any.
        spread: of real sounds, by label.
        classify: names the family of each sound, for `family_kept`.
        count: random places.
        seed: of the places.
        voice: also the sliders that every instrument has, `pitch` and `length`.
        on_sound: called after each place with how many are done, and of how many; what it raises ends the work.
    """
    sliders = [knob for knob in (*instrument.controls, *(VOICE_PARAMETERS if voice else ())) if knob.name in NAMES]
    notes = random_notes(Note(), count, seed)
    scores = []
    for number, knob in enumerate(sliders):
        rows = []
        for index, note in enumerate(notes):
            rows.append(_travel(instrument, knob, note, spread, classify))
            if on_sound is not None:
                on_sound(number * count + index + 1, count * len(sliders))
        scores.append(_score(knob.name, rows))
    return tuple(scores)


def spearman(first: Array, second: Array) -> float:
    """Return the rank correlation of two arrays of equal length, ties sharing their mean rank; 0 if one is constant."""
    ranks = [_ranks(values) for values in (first, second)]
    centred = [rank - rank.mean() for rank in ranks]
    norm = float(np.linalg.norm(centred[0]) * np.linalg.norm(centred[1]))
    return float(centred[0] @ centred[1]) / norm if norm > 0.0 else 0.0


@dataclass(frozen=True)
class _Travel:
    """One slider at one place: Spearman or NaN, changes over the travel in deviations (A,), share of family kept."""

    correlation: float
    changes: Array
    kept: float


def _travel(
    instrument: Instrument, knob: ParameterRange, note: Note, spread: Spread, classify: Classify | None
) -> _Travel:
    travel = np.linspace(0.0, 1.0, STEPS)
    sounds = [instrument.play(_set(instrument, note, knob, float(at))) for at in travel]
    vectors = np.stack([attribute_vector(sound, instrument.sample_rate) for sound in sounds])  # (S, A)
    named = vectors[:, ATTRIBUTES.index(NAMES[knob.name])]
    known = ~np.isnan(named)
    correlation = spearman(travel[known], named[known]) if known.sum() >= LEAST_STEPS else nan
    deviations = np.maximum(spread.of(instrument.label_at(note.x, note.y)), 1e-9)
    kept = nan
    if classify is not None:
        at_rest, *names = classify(judged_windows([instrument.play(note), *sounds[1:-1]], instrument.sample_rate))
        kept = float(np.mean([name == at_rest for name in names]))
    return _Travel(correlation, _changes(travel, vectors) / deviations, kept)


def _changes(travel: Array, vectors: Array) -> Array:
    """Return how far each attribute (S, A) goes from end to end of the travel (S,), (A,); NaN where it is unknown."""
    changes = np.full(vectors.shape[1], nan)
    for column, values in enumerate(vectors.T):
        known = np.flatnonzero(~np.isnan(values))
        if len(known) >= LEAST_STEPS:
            first, last = known[0], known[-1]
            changes[column] = abs(values[last] - values[first]) / (travel[last] - travel[first])
    return changes


def _set(instrument: Instrument, note: Note, knob: ParameterRange, travel: float) -> Note:
    """Return a note with one slider moved: a control of the instrument, or else of the voice."""
    value = knob.from_unit(travel)
    if any(control.name == knob.name for control in instrument.controls):
        return replace(note, controls={**note.controls, knob.name: value})
    return replace(note, pitch=value) if knob.name == "pitch" else replace(note, length=value)


def _score(name: str, rows: Sequence[_Travel]) -> SliderScore:
    attribute = NAMES[name]
    own = ATTRIBUTES.index(attribute)
    correlations = np.array([row.correlation for row in rows])
    correlations = correlations[~np.isnan(correlations)]
    changes = _known_mean(np.stack([row.changes for row in rows]))
    ratios = changes / changes[own] if changes[own] > 0.0 else np.full(len(ATTRIBUTES), nan)
    kept = [row.kept for row in rows if not np.isnan(row.kept)]
    return SliderScore(
        name=name,
        attribute=attribute,
        places=len(correlations),
        spearman=float(np.median(correlations)) if len(correlations) else nan,
        spearman_p10=float(np.percentile(correlations, 10)) if len(correlations) else nan,
        change=float(changes[own]),
        leakage={other: float(ratios[at]) for at, other in enumerate(ATTRIBUTES) if at != own},
        family_kept=float(np.mean(kept)) if kept else nan,
    )


def _deviation(vectors: Array) -> Array:
    """Return the standard deviation of each column, (M, A) to (A,), of what is known; NaN below `LEAST_SOUNDS`."""
    known = ~np.isnan(vectors)
    mean = _known_mean(vectors)
    squares = _known_mean(np.square(vectors - mean))
    enough = known.sum(axis=0) >= min(LEAST_SOUNDS, len(vectors))
    return np.where(enough, np.sqrt(squares), nan)


def _known_mean(vectors: Array) -> Array:
    """Return the mean of what is no NaN of each column, (M, A) to (A,); NaN where nothing is known."""
    known = ~np.isnan(vectors)
    count = known.sum(axis=0)
    sums = np.where(known, vectors, 0.0).sum(axis=0)
    return np.where(count > 0, sums / np.maximum(count, 1), nan)


def _ranks(values: Array) -> Array:
    smaller = (values[None] < values[:, None]).sum(axis=1)
    equal = (values[None] == values[:, None]).sum(axis=1)
    ranks: Array = smaller + 0.5 * (equal - 1)
    return ranks
