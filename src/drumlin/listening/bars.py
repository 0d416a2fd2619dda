"""Bars: which beats are downbeats, and how many beats a bar has.

A network says of each beat how much it looks like a downbeat: by bands at it and between it and its neighbours, by
the change of harmony, by the bass. For each meter the best phase is found by a Viterbi path whose phase may slip, at a
price; a second network weighs the meters by how well each explains the beats and by what lies between beats.
Shape letters: `b` beats, `K` features of one beat.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, HOP_LENGTH, Features
from .chroma import PITCH_HOP
from .networks import network
from .tempo import softmax

METERS = ("4/4", "3/4", "6/8", "5/4", "12/8")
"""Meters that are told apart."""

BEATS = {"4/4": 4, "3/4": 3, "6/8": 2, "5/4": 5, "12/8": 4}
"""Beats in a bar; the beat of 6/8 and 12/8 is the dotted quarter."""

COUNTS = (2, 3, 4, 5)
"""Beats in a bar, each once."""

LAGS = (2, 3, 4, 5, 6, 8, 10)
"""Beats after which beats may repeat."""

CONTEXT = 4
"""Beats on each side at which the network looks."""

SLIP_COST = 10.0
"""Of a bar with a beat too many or too few, in log odds."""

_ODDS = 5.0


@dataclass(frozen=True)
class Bars:
    """Bars of a track.

    Args:
        downbeats: indices into the beats, ascending.
        meter: one of `METERS`.
        meter_confidence: its probability.
        confidence: mean certainty of the downbeats' phase, 0 to 1.
    """

    downbeats: Array
    meter: str
    meter_confidence: float
    confidence: float


def find_bars(features: Features, beats_s: Array, begin: float = 0.0) -> Bars:
    """Return the bars of a track whose beats are known; `begin`: log odds that the first one begins a bar."""
    if len(beats_s) < 2:
        return Bars(np.arange(len(beats_s)), "4/4", 0.0, 0.0)
    odds = np.clip(network("downbeat")(downbeat_features(features, beats_s))[:, 0], -_ODDS, _ODDS)
    odds[0] += begin
    scores = network("meter")(meter_features(features, beats_s, odds))
    probabilities = softmax(scores)
    meter = METERS[int(probabilities.argmax())]
    phases = phase_path(odds, BEATS[meter])
    certainty = 1.0 / (1.0 + np.exp(-odds[phases == 0])) if (phases == 0).any() else np.zeros(1)
    return Bars(np.flatnonzero(phases == 0), meter, float(probabilities.max()), float(certainty.mean()))


def beat_table(features: Features, beats_s: Array) -> Array:
    """Return what is heard at each beat, shape (b, K): bands at it, at its thirds, half and quarters; harmony; bass."""
    frames = beats_s * FRAME_RATE
    steps = np.diff(frames, append=2 * frames[-1] - frames[-2])
    onsets = np.sqrt(features.onsets)
    columns = [_at(onsets, frames + part * steps, 3) for part in (0.0, 0.5)]
    columns += [
        _at(onsets, frames + part * steps, 2)[:, 1:4].mean(axis=1, keepdims=True) for part in (0.25, 1 / 3, 2 / 3, 0.75)
    ]
    ratio = HOP_LENGTH / PITCH_HOP
    edges = np.clip(np.append(frames, frames[-1] + steps[-1]) * ratio, 0, len(features.chroma.whole))
    whole, bass = (_means(part, edges) for part in (features.chroma.whole, features.chroma.bass))
    columns.append(
        np.column_stack([_novelty(whole, 1), _novelty(whole, 2), _novelty(bass, 1), _rise(bass), _rise(whole)])
    )
    return np.concatenate(columns, axis=1)


def downbeat_features(features: Features, beats_s: Array) -> Array:
    """Return what the network sees of each beat: the table from `CONTEXT` beats before to as many after."""
    table = beat_table(features, beats_s)
    table = (table - table.mean(axis=0)) / (table.std(axis=0) + 0.05)
    padded = np.pad(table, ((CONTEXT, CONTEXT), (0, 0)))
    count = len(table)
    stacked = [padded[shift : shift + count] for shift in range(2 * CONTEXT + 1)]
    return np.concatenate(stacked, axis=1).astype(np.float32)


def meter_features(features: Features, beats_s: Array, odds: Array) -> Array:
    """Return what the meters are weighed by: how each explains the odds, how the beats repeat, what lies between."""
    scores = [_explained(odds, count) for count in COUNTS]
    table = beat_table(features, beats_s)
    centred = (table - table.mean(axis=0)) / (table.std(axis=0) + 0.05)
    repeats = [float((centred[lag:] * centred[:-lag]).mean()) if len(centred) > lag else 0.0 for lag in LAGS]
    own = [float((odds[lag:] * odds[:-lag]).mean()) / 10 if len(odds) > lag else 0.0 for lag in COUNTS]
    between = np.log1p(table[:, [5, 6, 7, 8, 10, 11, 12, 13]].mean(axis=0))
    bpm = 60.0 / float(np.median(np.diff(beats_s)))
    return np.array([*scores, *repeats, *own, *between, np.log2(bpm / 110.0)], np.float32)


def phase_path(odds: Array, per_bar: int) -> Array:
    """Return the phase of each beat, 0 at downbeats; the best path under `SLIP_COST`, shape (b,)."""
    count = len(odds)
    gains = np.zeros((count, per_bar))
    gains[:, 0] = odds
    gains[:, 1:] = -odds[:, None] / max(1, per_bar - 1)
    score, back = gains[0].copy(), np.zeros((count, per_bar), np.int64)
    for index in range(1, count):
        steady = np.roll(score, 1)  # phase p comes from p - 1
        slipped = float(score.max()) - SLIP_COST
        back[index] = np.where(steady >= slipped, (np.arange(per_bar) - 1) % per_bar, int(score.argmax()))
        score = gains[index] + np.maximum(steady, slipped)
    phases = np.empty(count, np.int64)
    phases[-1] = int(score.argmax())
    for index in range(count - 1, 0, -1):
        phases[index - 1] = back[index, phases[index]]
    return phases


def _explained(odds: Array, per_bar: int) -> float:
    """Return how much higher the odds are on the best phase than elsewhere."""
    is_first = phase_path(odds, per_bar) == 0
    if is_first.all() or not is_first.any():
        return 0.0
    return float(odds[is_first].mean() - odds[~is_first].mean())


def _at(values: Array, frames: Array, reach: int) -> Array:
    """Return the largest values within `reach` frames, shape (b, K)."""
    at = np.round(frames).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    inside = (at >= 0) & (at < len(values))
    found: Array = np.where(inside[..., None], values[np.clip(at, 0, len(values) - 1)], 0.0).max(axis=1)
    return found


def _means(values: Array, edges: Array) -> Array:
    """Return the means between fractional edges, shape (len(edges) - 1, K)."""
    total = np.pad(np.cumsum(values, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
    places = np.arange(len(total))
    at = np.column_stack([np.interp(edges, places, column) for column in total.T])
    mean: Array = np.diff(at, axis=0) / np.maximum(np.diff(edges), 1e-6)[:, None]
    return mean


def _novelty(rows: Array, reach: int) -> Array:
    """Return one minus the cosine of the sums of `reach` rows before and from each row on, shape (b,)."""
    total = np.pad(np.cumsum(rows, axis=0), ((1, 0), (0, 0)))
    place, count = np.arange(len(rows)), len(rows)
    before = total[place] - total[np.maximum(0, place - reach)]
    after = total[np.minimum(count, place + reach)] - total[place]
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    novelty: Array = np.where(lengths > 1e-9, 1.0 - np.sum(before * after, axis=1) / np.maximum(lengths, 1e-9), 0.0)
    return novelty


def _rise(rows: Array) -> Array:
    """Return how much more there is than one row before, relative to the mean, shape (b,)."""
    level = rows.sum(axis=1)
    rise: Array = np.maximum(0.0, np.diff(level, prepend=level[0])) / max(1e-9, float(level.mean()))
    return rise
