"""Beats and bars of a whole track: stretch by stretch where its pulse breaks, else in one piece.

Shape letters: `b` beats, `n` bars, `N` short frames.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, Features
from .bars import Bars, find_bars
from .beats import find_beats
from .joins import find_joins
from .loops import fitting_tempo, grid_odds, is_loop
from .periodicity import autocorrelate
from .settings import ListenSettings
from .stretches import Stretch, find_stretches
from .tempo import Tempo, find_tempo
from .tempo_curve import TempoCurve, follow_tempo

BEGIN_ODDS = 3.0
"""What the begin of a stretch is worth to a beat and to a downbeat there, in log odds."""

_BEGIN_FRAMES = 3.0  # standard deviation of where that beat is
_NEAR_S = 0.3
_LEAST_STEP = 0.4  # of a beat: nothing is one that comes nearer before a new stretch


@dataclass(frozen=True)
class Pulse:
    """Beats and bars.

    Args:
        beats_s: ascending, shape (b,).
        bars: their downbeats and meter; the meter of the longest stretch.
        edges_s: begins of the bars, and the end of the last, shape (n + 1,), or empty.
        joins: which bars begin at a hard join, indices.
        curve: tempo of each window.
    """

    beats_s: Array
    bars: Bars
    edges_s: Array
    joins: Array
    curve: TempoCurve


def follow_pulse(features: Features, tempo: Tempo, curve: TempoCurve, settings: ListenSettings) -> Pulse:
    """Return the beats and bars of a track whose tempo is known, by track and by window."""
    whole = Stretch(0.0, features.duration_s)
    if is_loop(features):
        return _pulse(features, [(whole, _loop_beats(features, tempo, curve))], curve, [])
    joins_s = find_joins(features).tolist()
    stretches = find_stretches(features, joins_s, settings)
    if len(stretches) == 1:
        beats_s = find_beats(features.onsets, curve.at(np.arange(features.frame_count) / FRAME_RATE))
        return _pulse(features, [(whole, beats_s)], curve, joins_s)
    parts, bpm = [], curve.bpm.copy()
    middles_s = curve.start_s + curve.window_s / 2
    for stretch in stretches:
        beats_s, own = _stretch_beats(features, stretch, settings)
        parts.append((stretch, beats_s))
        inside = (middles_s >= stretch.start_s) & (middles_s < stretch.end_s)
        bpm[inside] = own.at(middles_s[inside] - stretch.start_s)
    return _pulse(features, parts, replace(curve, bpm=bpm), joins_s)


def bar_edges(stretch: Stretch, downbeats_s: Array, is_last: bool) -> Array:
    """Return where the bars of a stretch begin, and where the last ends, seconds.

    A stretch behind a join begins with a bar. What is left at the end is a bar of its own if it is at least half as
    long as one; if it is shorter, it belongs to the bar before, or at the end of the track to none.
    """
    is_first = stretch.start_s == 0.0
    if len(downbeats_s) < 2:
        return np.asarray(downbeats_s) if is_first and is_last else np.array([stretch.start_s, stretch.end_s])
    length_s = float(np.median(np.diff(downbeats_s)))
    edges = np.asarray(downbeats_s)
    if not is_first:
        edges = np.insert(edges[edges > stretch.start_s + length_s / 2], 0, stretch.start_s)
    end_s = min(stretch.end_s, float(edges[-1]) + length_s) if is_last else stretch.end_s
    if end_s - edges[-1] >= length_s / 2:
        return np.append(edges, end_s)
    return edges if is_last else np.append(edges[:-1], end_s)


def _loop_beats(features: Features, tempo: Tempo, curve: TempoCurve) -> Array:
    """Return the beats of what may be a loop; if it fits its tempo, they lean on the grid from its begin."""
    fit = fitting_tempo(tempo.bpm, features.duration_s)
    if fit is None:
        return find_beats(features.onsets, curve.at(np.arange(features.frame_count) / FRAME_RATE))
    bpm = np.full(features.frame_count, fit)
    return find_beats(features.onsets, bpm, grid_odds(fit, features.frame_count))


def _stretch_beats(features: Features, stretch: Stretch, settings: ListenSettings) -> tuple[Array, TempoCurve]:
    """Return the beats of a stretch, in seconds of the track, and its tempo by window, in seconds of the stretch."""
    onsets = features.onsets[stretch.frames]
    curve = follow_tempo(onsets, find_tempo(autocorrelate(onsets), settings), settings)
    frames = np.arange(len(onsets))
    bpm = curve.at(frames / FRAME_RATE)
    begin = BEGIN_ODDS * np.exp(-0.5 * np.square(frames / _BEGIN_FRAMES)) if stretch.start_s > 0.0 else 0.0
    beats_s = stretch.start_s + find_beats(onsets, bpm, begin)
    if stretch.end_s < features.duration_s:
        beats_s = beats_s[beats_s < stretch.end_s - _LEAST_STEP * 60.0 / float(bpm[-1])]
    return beats_s, curve


def with_joins(edges_s: Array, joins_s: Sequence[float], end_s: float) -> tuple[Array, Array]:
    """Return the edges of the bars with an edge at each join, and which those are.

    An edge near a join is taken for it; a bar through which a join goes becomes two. Where no beats were heard, between
    edges or up to the end, bars go on as they were.
    """
    edges = list(edges_s) if len(edges_s) > 1 else [0.0, end_s]
    bar_s = float(np.median(np.diff(edges)))
    found = []
    for join_s in joins_s:
        nearest = min(edges, key=lambda edge: abs(edge - join_s))
        if abs(nearest - join_s) > _NEAR_S:
            nearest = join_s
            edges.append(join_s)
        found.append(nearest)
    edges.sort()
    if end_s - edges[-1] > bar_s / 2:
        edges.append(end_s)
    counts = [max(1, round((after - before) / bar_s)) for before, after in pairwise(edges)]
    parts = [np.linspace(*gap, count, endpoint=False) for gap, count in zip(pairwise(edges), counts, strict=True)]
    filled = np.append(np.concatenate(parts), edges[-1])
    places = np.searchsorted(filled, np.array(found) - 1e-6)
    return filled, places[(places > 0) & (places < len(filled) - 1)]


def _pulse(
    features: Features, parts: list[tuple[Stretch, Array]], curve: TempoCurve, joins_s: Sequence[float]
) -> Pulse:
    """Return the beats of all stretches with their bars."""
    beats, found, edges = [], [], []
    for stretch, beats_s in parts:
        inside = beats_s[(beats_s >= 0.0) & (beats_s < features.duration_s)]
        bars = find_bars(features, inside, BEGIN_ODDS if stretch.start_s > 0.0 else 0.0)
        beats.append(inside)
        found.append(bars)
        edges.append(bar_edges(stretch, inside[bars.downbeats], is_last=stretch is parts[-1][0]))
    before = np.cumsum([0, *(len(part) for part in beats[:-1])])
    main = found[int(np.argmax([len(part) for part in beats]))]
    downbeats = np.concatenate([bars.downbeats + count for bars, count in zip(found, before, strict=True)])
    joined = np.concatenate([*(part[:-1] for part in edges[:-1]), edges[-1]])
    none = joined, np.zeros(0, np.int64)
    edges_s, places = with_joins(joined, joins_s, features.duration_s) if len(joins_s) else none
    return Pulse(np.concatenate(beats), replace(main, downbeats=downbeats), edges_s, places, curve)
