"""Tempo over time: a path through the windows' distributions.

A Viterbi path over the tempo grid: each window votes by its own distribution, the whole track by its own too, and a
change costs by its size in octaves. Shape letters: `W` windows, `G` tempi of the grid.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE
from .periodicity import autocorrelate
from .settings import ListenSettings
from .tempo import GRID_BPM, SAME, Tempo, find_tempo, pool_near

TRACK_SHARE = 0.7
"""How much the whole track's distribution counts beside a window's, in log probability."""

STEP_COST = 12.0
"""Cost of a change per octave, in nats: 5 % cost 0.8, an octave 8 at most."""

JUMP_COST = 8.0
"""No change costs more: tracks may jump between tempi, at the price of strong evidence."""

_FLOOR = 1e-4  # of every window's probabilities: one window alone proves nothing


@dataclass(frozen=True)
class TempoCurve:
    """The tempo of each window.

    Args:
        start_s: begin of each window, shape (W,).
        tempi: each window's own reading.
        bpm: the path, shape (W,).
        window_s: length of a window.
    """

    start_s: Array
    tempi: tuple[Tempo, ...]
    bpm: Array
    window_s: float

    def at(self, time_s: Array) -> Array:
        """Return the tempo at some times, BPM; the same shape."""
        octaves = np.interp(time_s, self.start_s + self.window_s / 2, np.log2(self.bpm))
        bpm: Array = 2.0**octaves
        return bpm


def follow_tempo(onsets: Array, track: Tempo, settings: ListenSettings, known: Array | None = None) -> TempoCurve:
    """Return the tempo over time.

    Args:
        onsets: shape (N, 5), as `Features.onsets`.
        track: of the whole track.
        settings: windows and range.
        known: as for `find_tempo`.
    """
    starts = window_starts(len(onsets) / FRAME_RATE, settings)
    tempi, size = [], round(settings.window_s * FRAME_RATE)
    for start_s in starts:
        begin = round(start_s * FRAME_RATE)
        tempi.append(find_tempo(autocorrelate(onsets[begin : begin + size]), settings, known))
    votes = np.log(pool_near(np.stack([tempo.distribution for tempo in tempi])) + _FLOOR)
    votes += TRACK_SHARE * np.log(pool_near(track.distribution) + _FLOOR)
    path = GRID_BPM[_viterbi(votes)]
    return TempoCurve(starts, tuple(tempi), _finer(path, tempi, track), settings.window_s)


def window_starts(duration_s: float, settings: ListenSettings) -> Array:
    """Return where the windows begin; a track shorter than a window has one."""
    count = max(1, 1 + int((duration_s - settings.window_s) / settings.stride_s + 1e-6))
    starts: Array = settings.stride_s * np.arange(count)
    return starts


def _viterbi(votes: Array) -> Array:
    """Return the best path, shape (W,), of votes of shape (W, G)."""
    octaves = np.log2(GRID_BPM)
    cost = np.minimum(STEP_COST * np.abs(octaves[:, None] - octaves[None, :]), JUMP_COST)
    score, back = votes[0], np.zeros(votes.shape, np.int64)
    for index in range(1, len(votes)):
        total = score[None, :] - cost
        back[index] = total.argmax(axis=1)
        score = votes[index] + total[np.arange(len(score)), back[index]]
    path = [int(score.argmax())]
    for index in range(len(votes) - 1, 0, -1):
        path.append(int(back[index, path[-1]]))
    return np.array(path[::-1])


def _finer(path: Array, tempi: list[Tempo], track: Tempo) -> Array:
    """Return the path between the steps of the grid: a window's own candidate, or the track's, where one is near."""
    finer = path.copy()
    for index, bpm in enumerate(path):
        known = [candidate.bpm for candidate in (*track.candidates, *tempi[index].candidates)]
        near = min(known, key=lambda other: abs(np.log(other / bpm)))
        finer[index] = near if abs(np.log(near / bpm)) < SAME / 2 else bpm
    return finer
