"""Descriptors heard: genre, subgenre, mood, sentiment, valence and momentum of windows, segments and the track.

A segment is decided by a sum of log probabilities: of its windows, and of itself described as one. Windows that cross a
boundary belong to no segment, and windows of drums alone do not decide one in which anything else is heard. A segment
too short for a window is read as one alone. Shape letters: `W` windows, `E` descriptors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..units import Array
from .analysis import Features
from .deciding import read_stretch
from .describing import DESCRIBED_NAMES, describe_stretches
from .descriptor_model import DescriptorModel, load_model
from .descriptor_reading import DescriptorReading, Descriptors
from .heard import Heard
from .key import PITCHLESS

_TOLERANCE_S = 0.25  # a window may reach so far beyond the boundaries of its segment
_CLARITY = DESCRIBED_NAMES.index("clarity")


@dataclass(frozen=True)
class Evidence:
    """What stretches say before anything is decided.

    Args:
        spans_s: begin and end of each.
        logs: log probabilities, shape (W, E).
        known_odds: log odds that each is any descriptor, shape (W,).
        momentum: as measured, shape (W,).
        is_pitched: whether more than drums is heard, shape (W,).
    """

    spans_s: tuple[tuple[float, float], ...]
    logs: Array
    known_odds: Array
    momentum: Array
    is_pitched: Array


def hear_descriptors(features: Features, heard: Heard, model: DescriptorModel | None = None) -> Descriptors:
    """Return what descriptors a track sounds like.

    Args:
        features: of the track, as `analyse` gives them.
        heard: what `hear` made of them.
        model: what was learned; the built-in one if None.
    """
    model = model or load_model()
    windows = [(window.start_s, window.end_s) for window in heard.windows]
    tempi = np.array([window.tempo_bpm for window in heard.windows])
    spans = [(segment.start_s, segment.end_s) for segment in heard.segments]
    beats_s = np.array(heard.beats_s)
    evidence = gather(model, describe_stretches(features, beats_s, windows, tempi), windows)
    centres = [(start_s + end_s) / 2 for start_s, end_s in windows]
    track = (0.0, features.duration_s)
    wholes = [*spans, track]
    middles = [(start_s + end_s) / 2 for start_s, end_s in wholes]
    bpm = 2.0 ** np.interp(middles, centres, np.log2(tempi))
    whole = gather(model, describe_stretches(features, beats_s, wholes, bpm), wholes)
    inside = np.array([any(is_inside(window, span) for span in spans) for window in windows])
    return Descriptors(
        windows=tuple(read_one(model, evidence, place) for place in range(len(windows))),
        segments=tuple(_read_segment(model, evidence, whole, place) for place in range(len(spans))),
        track=read_evidence(model, evidence, window_weights(evidence, inside), whole, len(spans)),
    )


def gather(model: DescriptorModel, rows: Array, spans_s: Sequence[tuple[float, float]]) -> Evidence:
    """Return what described stretches say, shape (W, D)."""
    return Evidence(
        tuple(spans_s), model.log_probabilities(rows), model.known_odds(rows), model.momentum(rows),
        rows[:, _CLARITY] >= PITCHLESS,
    )  # fmt: skip


def window_weights(evidence: Evidence, inside: Array) -> Array:
    """Return how much each window counts, shape (W,): those inside, without drums alone where more is heard."""
    counted = inside if inside.any() else np.ones(len(inside), bool)
    if (counted & evidence.is_pitched).any():
        counted = counted & evidence.is_pitched
    return counted.astype(np.float64)


def read_one(model: DescriptorModel, evidence: Evidence, place: int) -> DescriptorReading:
    """Return the reading of a stretch by itself."""
    known = 1.0 / (1.0 + np.exp(-float(evidence.known_odds[place])))
    value = float(evidence.momentum[place])
    return read_stretch(model, evidence.spans_s[place], evidence.logs[place], known, value)


def read_evidence(
    model: DescriptorModel, windows: Evidence, weights: Array, whole: Evidence, place: int
) -> DescriptorReading:
    """Return the reading of a stretch.

    Args:
        model: what was learned.
        windows: of the track.
        weights: of the windows, shape (W,), not all 0.
        whole: stretches described as one.
        place: of the stretch among these.
    """
    share = weights / weights.sum()
    known = 1.0 / (1.0 + np.exp(-float(share @ windows.known_odds)))
    logs = model.summed(windows.logs, weights, whole.logs[place])
    return read_stretch(model, whole.spans_s[place], logs, known, float(share @ windows.momentum))


def is_inside(window_s: tuple[float, float], span_s: tuple[float, float]) -> bool:
    """Return whether a window crosses no boundary of a segment."""
    return window_s[0] >= span_s[0] - _TOLERANCE_S and window_s[1] <= span_s[1] + _TOLERANCE_S


def _read_segment(model: DescriptorModel, windows: Evidence, whole: Evidence, place: int) -> DescriptorReading:
    inside = np.array([is_inside(window, whole.spans_s[place]) for window in windows.spans_s])
    if not inside.any():
        return read_one(model, whole, place)
    return read_evidence(model, windows, window_weights(windows, inside), whole, place)
