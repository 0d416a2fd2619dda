"""What each bar is like: harmony, colour, rhythm, level. The form is sought on these.

Shape letters: `n` bars, `N` short frames, `M` long frames.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE, HOP_LENGTH, Features
from .chroma import PITCH_HOP

HALVES, SIXTEENTHS = 2, 8
"""Parts of a bar in which harmony and rhythm are looked at."""

N_COLOURS = 13
"""Cosine coefficients of the mel levels, as in MFCC; the first is the level."""

_FLOOR = 1e-6  # of the loud level's power: 60 dB


@dataclass(frozen=True)
class BarTable:
    """Bars of a track, each set of columns of comparable size.

    Args:
        edges_s: begin of each bar, and the end of the last, shape (n + 1,).
        harmony: pitch classes of each half bar, each of length 1, shape (n, 24).
        bass: pitch classes of the bass, shape (n, 12).
        colour: cosine coefficients 1 to 12 of the levels in dB / 10, shape (n, 12).
        rhythm: onsets of four bands at eight places, shape (n, 32).
        level: dB / 10, shape (n, 1).
    """

    edges_s: Array
    harmony: Array
    bass: Array
    colour: Array
    rhythm: Array
    level: Array

    @property
    def count(self) -> int:
        """Return n."""
        return len(self.level)


def tabulate_bars(features: Features, edges_s: Array) -> BarTable:
    """Return the table of the bars between some edges, shape (n + 1,), seconds."""
    levels = 10.0 * np.log10(features.mel + _FLOOR) / 10.0
    mel = span_means(levels, edges_s * FRAME_RATE)
    cosines = np.cos(np.pi * (np.arange(mel.shape[1]) + 0.5)[:, None] * np.arange(N_COLOURS) / mel.shape[1])
    colours = mel @ cosines / mel.shape[1]
    ratio = FRAME_RATE * HOP_LENGTH / PITCH_HOP
    halves = span_means(features.chroma.whole, _split(edges_s, HALVES) * ratio)
    rhythm = span_means(np.sqrt(features.onsets[:, :4]), _split(edges_s, SIXTEENTHS) * FRAME_RATE)
    count = len(edges_s) - 1
    return BarTable(
        edges_s=edges_s,
        harmony=_unit(halves).reshape(count, -1),
        bass=_unit(span_means(features.chroma.bass, edges_s * ratio)),
        colour=2.0 * colours[:, 1:],
        rhythm=rhythm.reshape(count, -1),
        level=colours[:, :1],
    )


def span_means(values: Array, edges: Array) -> Array:
    """Return the means of rows between fractional edges (in rows), shape (len(edges) - 1, K)."""
    total = np.pad(np.cumsum(values, axis=0, dtype=np.float64), ((1, 0), (0, 0)))
    places = np.arange(len(total))
    at = np.column_stack([np.interp(edges, places, column) for column in total.T])
    mean: Array = np.diff(at, axis=0) / np.maximum(np.diff(edges), 1e-6)[:, None]
    return mean


def _split(edges: Array, parts: int) -> Array:
    """Return the edges of equal parts of each span."""
    finer: Array = np.interp(np.arange((len(edges) - 1) * parts + 1) / parts, np.arange(len(edges)), edges)
    return finer


def _unit(rows: Array) -> Array:
    """Return rows of length 1; quiet ones are shorter."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Array = rows / np.maximum(lengths, max(1e-9, 0.1 * float(lengths.max(initial=0.0))))
    return unit
