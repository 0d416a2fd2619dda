"""113 numbers for any stretch of a track: what later code judges genre, mood and momentum by.

Colour (cosine coefficients of the mel levels: mean, spread, slope), bands, onsets by band (mean, spread, rate,
modulation at musical speeds), pitch classes (from the strongest on, so that a transposition changes nothing), level.
They are pooled from features that were computed once, so overlapping windows cost next to nothing.
Shape letters: `W` stretches, `D` numbers.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, HOP_LENGTH, Features, mel_centres_hz
from .barwise import N_COLOURS
from .chroma import PITCH_HOP

ONSET_NAMES = ("low", "low_mid", "mid", "high", "change")
MODULATIONS_HZ = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Edges of the speeds at which onsets come."""

POOLED_NAMES: tuple[str, ...] = (
    *(f"colour_{index}_{word}" for word in ("mean", "spread", "slope") for index in range(N_COLOURS)),
    *(f"centroid_{word}" for word in ("mean", "spread", "slope")),
    *(f"width_{word}" for word in ("mean", "spread", "slope")),
    *(f"flatness_{word}" for word in ("mean", "spread", "slope")),
    *(f"level_{word}" for word in ("mean", "spread", "slope", "range")),
    *(f"onset_{name}_{word}" for name in ONSET_NAMES for word in ("mean", "spread", "rate")),
    *(f"modulation_{name}_{index}" for name in ONSET_NAMES[:4] for index in range(len(MODULATIONS_HZ) - 1)),
    *(f"pitch_class_{index}_mean" for index in range(12)),
    *(f"pitch_class_{index}_spread" for index in range(12)),
    "pitch_entropy",
    "pitch_change_mean",
    "pitch_change_spread",
    "peakiness_mean",
    "peakiness_spread",
    "bass_share",
)
"""Names of the numbers, in their order."""

_FLOOR = 1e-6


def pool_features(features: Features, spans_s: Sequence[tuple[float, float]]) -> Array:
    """Return the numbers of some stretches.

    Args:
        features: of the whole track.
        spans_s: begin and end of each stretch, seconds.
    Returns:
        Shape (W, D), float32, D = len(POOLED_NAMES); finite.
    """
    tracks = _frame_tracks(features)
    rows = [_pool(features, tracks, start_s, end_s) for start_s, end_s in spans_s]
    return np.array(rows, np.float32).reshape(len(rows), len(POOLED_NAMES))


def _frame_tracks(features: Features) -> Array:
    """Return numbers of each short frame: colours, centroid, width, flatness, level, shape (N, 17)."""
    power = features.mel + np.float32(_FLOOR)
    levels = np.log10(power)
    cosines = np.cos(np.pi * (np.arange(levels.shape[1]) + 0.5)[:, None] * np.arange(N_COLOURS) / levels.shape[1])
    octaves = np.log2(mel_centres_hz() / 1000.0)
    total = power.sum(axis=1)
    centroid = power @ octaves / total
    width = np.sqrt(np.maximum(power @ np.square(octaves) / total - np.square(centroid), 0.0))
    flatness = levels.mean(axis=1) - np.log10(power.mean(axis=1))
    return np.column_stack([levels @ cosines / levels.shape[1], centroid, width, flatness, 10.0 * np.log10(total)])


def _pool(features: Features, tracks: Array, start_s: float, end_s: float) -> list[float]:
    count = len(tracks)
    begin = min(count - 2, max(0, round(start_s * FRAME_RATE)))
    end = max(begin + 2, min(count, round(end_s * FRAME_RATE)))
    rows = tracks[begin:end]
    mean, spread, slope = rows.mean(axis=0), rows.std(axis=0), _slopes(rows)
    values = [*mean[:N_COLOURS], *spread[:N_COLOURS], *slope[:N_COLOURS]]
    for column in range(N_COLOURS, N_COLOURS + 4):
        values += [mean[column], spread[column], slope[column]]
    values.append(np.percentile(rows[:, -1], 95) - np.percentile(rows[:, -1], 10))
    return [*map(float, values), *_pool_onsets(features.onsets[begin:end]), *_pool_pitch(features, begin, end)]


def _pool_onsets(onsets: Array) -> list[float]:
    values: list[float] = []
    for column in onsets.T:
        rising = (column[1:-1] > column[:-2]) & (column[1:-1] >= column[2:]) & (column[1:-1] > 1.0)
        values += [float(column.mean()), float(column.std()), float(rising.sum()) * FRAME_RATE / len(column)]
    spectra = np.abs(np.fft.rfft(onsets[:, :4] - onsets[:, :4].mean(axis=0), axis=0)) ** 2
    speeds = np.fft.rfftfreq(len(onsets), 1.0 / FRAME_RATE)
    total = np.maximum(spectra.sum(axis=0), 1e-9)
    for column in range(4):
        for low, high in pairwise(MODULATIONS_HZ):
            values.append(float(spectra[(speeds >= low) & (speeds < high), column].sum() / total[column]))
    return values


def _pool_pitch(features: Features, begin: int, end: int) -> list[float]:
    chroma, ratio = features.chroma, HOP_LENGTH / PITCH_HOP
    first = min(len(chroma.whole) - 1, int(begin * ratio))
    last = max(first + 1, min(len(chroma.whole), round(end * ratio)))
    whole = chroma.whole[first:last]
    share = whole.mean(axis=0) / max(1e-9, float(whole.mean(axis=0).sum()))
    top = int(share.argmax())
    change, peakiness = chroma.change[first:last], chroma.peakiness[first:last]
    low = float(chroma.bass[first:last].sum() / max(1e-9, float(whole.sum())))
    return [
        *map(float, np.roll(share, -top)),
        *map(float, np.roll(whole.std(axis=0), -top)),
        -float(np.sum(share * np.log(share + 1e-9))),
        float(change.mean()),
        float(change.std()),
        float(peakiness.mean()),
        float(peakiness.std()),
        low,
    ]


def _slopes(rows: Array) -> Array:
    """Return the slope of each column per ten seconds."""
    time = (np.arange(len(rows)) - (len(rows) - 1) / 2) / FRAME_RATE
    slopes: Array = 10.0 * time @ rows / max(1e-9, float(np.square(time).sum()))
    return slopes
