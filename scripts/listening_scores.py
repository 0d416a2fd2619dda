"""Scores of a listener against known truth, and their means with 95 % intervals."""

from collections.abc import Sequence
from typing import Any

import mir_eval
import numpy as np
from tests.music import Truth

from drumlin.listening import Heard
from drumlin.listening.key import TONICS

OCTAVES = (1.0, 2.0, 0.5, 3.0, 1 / 3, 1.5, 2 / 3)
"""Ratios at which a tempo is that of the same pulse."""

Row = dict[str, float]


def heard_scores(truth: Truth, heard: Heard) -> Row:
    """Return all scores against known truth; a field that does not apply is missing."""
    row = tempo_scores(truth.tempo_bpm, heard) | {
        "beat F": mir_eval.beat.f_measure(truth.beats_s, np.array(heard.beats_s)),
        "downbeat F": mir_eval.beat.f_measure(truth.downbeats_s, np.array(heard.downbeats_s)),
        "meter": float(heard.meter == truth.meter),
        "pitchless or not": float((heard.key.tonic is None) == (truth.key is None)),
    }
    if truth.key is not None:
        row["key weighted"] = key_score(truth.key, heard.key.tonic, heard.key.mode)
        row["key exact"] = float(truth.key == (heard.key.tonic, heard.key.mode))
        row["key confidence"] = heard.key.confidence
    spans = [(segment.start_s, segment.end_s) for segment in heard.segments]
    return row | form_scores(truth.sections, spans, heard.form, truth.marks_s)


def tempo_scores(bpm: float, heard: Heard) -> Row:
    """Return how good the tempo is, and how good it says to be."""
    pulse = near(heard.tempo_bpm, bpm, OCTAVES)
    row = {
        "tempo": near(heard.tempo_bpm, bpm, (1.0,)),
        "tempo probability": heard.tempo[0].probability,
        "tempo, any octave": pulse,
        "truth among three": max(near(reading.bpm, bpm, (1.0,)) for reading in heard.tempo),
    }
    if pulse:  # what the octave's confidence is about
        row |= {"octave, where the pulse is right": row["tempo"], "octave confidence there": heard.octave_confidence}
    return row


def form_scores(
    sections: Sequence[tuple[float, float, str]],
    spans: list[tuple[float, float]],
    letters: str,
    marks_s: Sequence[float] = (),
) -> Row:
    """Return boundaries within 0.5 and 3 s (begin and end of the track do not count) and pairwise labels.

    What lies within 0.5 s of a mark and of no boundary is neither right nor wrong: it is left out.
    """
    true = np.array([section[:2] for section in sections])
    starts = [start for start, _ in spans[1:] if not _is_at(start, marks_s) or _is_at(start, true[1:, 0])]
    end_s = float(true[-1, 1])
    edges = np.array([0.0, *(start for start in starts if 0.0 < start < end_s), end_s])
    found = np.column_stack([edges[:-1], edges[1:]])
    true[0, 0] = 0.0
    row = {}
    for name, window in (("boundary F 0.5 s", 0.5), ("boundary F 3 s", 3.0)):
        detection = mir_eval.segment.detection(true, found, window=window, trim=True)[2]
        row[name] = float(detection) if len(true) > 1 else float(len(found) == 1)
    whole = np.array(spans)
    whole[0, 0] = 0.0
    same, names = mir_eval.util.adjust_intervals(whole, list(letters), t_min=0.0, t_max=end_s)
    row["letters, pairwise F"] = mir_eval.segment.pairwise(true, [section[2] for section in sections], same, names)[2]
    return row


def _is_at(time_s: float, times_s: Sequence[float]) -> bool:
    return any(abs(time_s - other) <= 0.5 for other in times_s)


def near(found_bpm: float, true_bpm: float, ratios: tuple[float, ...]) -> float:
    """Return 1 where a tempo lies within 4 % of the truth times one of the ratios."""
    return float(any(abs(found_bpm / (ratio * true_bpm) - 1.0) <= 0.04 for ratio in ratios))


def key_score(true: tuple[int, str], tonic: int | None, mode: str | None) -> float:
    """Return MIREX's weighted score; no answer counts 0."""
    if tonic is None:
        return 0.0
    names = [f"{TONICS[key]} {word}" for key, word in (true, (tonic, mode))]
    return float(mir_eval.key.weighted_score(*names))


def summarise(rows: list[Row]) -> dict[str, Any]:
    """Return count, mean and 95 % interval of each field."""
    generator = np.random.default_rng(0)
    fields = list(dict.fromkeys(field for row in rows for field in row))
    summary: dict[str, Any] = {"count": len(rows)}
    for field in fields:
        values = np.array([row[field] for row in rows if field in row])
        means = values[generator.integers(0, len(values), (2000, len(values)))].mean(axis=1)
        low, high = np.percentile(means, [2.5, 97.5])
        summary[field] = {"mean": round(float(values.mean()), 3), "n": len(values)}
        summary[field] |= {"low": round(float(low), 3), "high": round(float(high), 3)}
    return summary


def calibration_error(said: np.ndarray, true: np.ndarray, bins: int = 5) -> float:
    """Return the expected calibration error over bins of equal counts, both shape (n,)."""
    order = np.argsort(said, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(said[part].mean() - true[part].mean()) for part in parts) / len(said))
