"""Tempo as a distribution: each tempo of a grid is scored by what repeats at its beat, half beat, bar, ...

A tempo's features are the autocorrelations at fixed ratios of its beat. So the same rhythm at two tempi looks the
same, and its half and double tempo look different: whether the snare repeats each second pulse, whether the hats fall
between pulses, whether chords change each fourth. A small network turns them into a score, a softmax into
probabilities. How sure the octave is is read off the distribution itself.
Related: Schreiber & Mueller 2017 (octave correction by learned pulse features). Shape letters: `G` tempi of the grid,
`K` signals, `R` ratios.
"""

from dataclasses import dataclass

import numpy as np

from ..units import Array
from .analysis import FRAME_RATE
from .networks import network
from .settings import ListenSettings

GRID_BPM = 40.0 * 1.01 ** np.arange(181)
"""Tempi that are scored, 40 to 240 BPM in steps of 1 %."""

RATIOS = (1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0, 4 / 3, 3 / 2, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Lags that are looked at, in beats."""

SAME = 0.04
"""Two tempi within this share are one."""

RELATIVES = (1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 3, 3 / 2, 2.0, 3.0)
"""Other readings of one rhythm, as multiples of a tempo."""

_REACH = 3  # steps of the grid on both sides: what lies within `SAME`

TEMPERATURE = 1.25
"""By which scores are divided before they become probabilities: what was fitted on synthesised music is too sure.

With it the true tempo of 27 real loops (the `dev` half of `docs/listening.md`), and of composed pieces kept from the
fit, is likeliest.
"""


@dataclass(frozen=True)
class TempoCandidate:
    """One reading of the rhythm.

    Args:
        bpm: beats per minute.
        probability: that the tempo lies within 4 % of it, 0 to 1.
    """

    bpm: float
    probability: float


@dataclass(frozen=True)
class Tempo:
    """What is known of a tempo.

    Args:
        candidates: up to three readings, likeliest first.
        octave_confidence: probability of the first among all readings of the same pulse (half, double, three halves,
            ...), 0 to 1.
        distribution: probability of each tempo of `GRID_BPM`, shape (G,).
    """

    candidates: tuple[TempoCandidate, ...]
    octave_confidence: float
    distribution: Array

    @property
    def bpm(self) -> float:
        """Return the likeliest tempo."""
        return self.candidates[0].bpm


def find_tempo(correlation: Array, settings: ListenSettings, known: Array | None = None) -> Tempo:
    """Return the tempo of a stretch of music.

    Args:
        correlation: shape (K, L), of `autocorrelate`.
        settings: range and expectation.
        known: what else speaks for each tempo, in nats, shape (G,); None: nothing.
    """
    scores = network("tempo")(tempo_features(correlation))[:, 0] + _expectation(settings)
    scores = scores if known is None else scores + known
    return read_tempo(softmax(scores / TEMPERATURE), correlation)


def read_tempo(distribution: Array, correlation: Array) -> Tempo:
    """Return candidates and confidence of a distribution over `GRID_BPM`, shape (G,)."""
    candidates: list[TempoCandidate] = []
    left = distribution.copy()
    for _ in range(3):
        best = int(pool_near(left).argmax())
        near = np.abs(np.log(GRID_BPM / GRID_BPM[best])) <= np.log(1 + SAME)
        probability = float(left[near].sum())
        if probability < 1e-3 and candidates:
            break
        bpm = float(np.exp(left[near] @ np.log(GRID_BPM[near]) / max(probability, 1e-12)))
        candidates.append(TempoCandidate(_sharpen(bpm, correlation), min(1.0, probability)))
        left[np.abs(np.log(GRID_BPM / GRID_BPM[best])) <= 2 * np.log(1 + SAME)] = 0.0
    candidates.sort(key=lambda reading: -reading.probability)
    first = candidates[0]
    relatives = sum(_mass(distribution, first.bpm * ratio) for ratio in RELATIVES)
    return Tempo(tuple(candidates), float(first.probability / max(1e-9, first.probability + relatives)), distribution)


def pool_near(distribution: Array) -> Array:
    """Return the probability near each tempo, those farther away counting less, shape (..., G).

    Loose hands spread one tempo over several steps of the grid, the more of them the faster it is: single steps would
    let its half win.
    """
    padded = np.pad(distribution, [(0, 0)] * (distribution.ndim - 1) + [(_REACH, _REACH)])
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * _REACH + 1, axis=-1)
    pooled: Array = views @ (1.0 - np.abs(np.arange(-_REACH, _REACH + 1)) / (_REACH + 1))
    return pooled


def tempo_features(correlation: Array, grid_bpm: Array = GRID_BPM) -> Array:
    """Return what the network sees of each tempo, shape (G, K * R + 2), float32."""
    beat = 60.0 * FRAME_RATE / grid_bpm  # frames
    lags = beat[:, None] * np.array(RATIOS)  # (G, R)
    last = correlation.shape[1] - 1
    whole = np.minimum(lags.astype(np.int64), last - 1)
    part = np.clip(lags - whole, 0.0, 1.0)
    values = correlation[:, whole] * (1 - part) + correlation[:, whole + 1] * part  # (K, G, R)
    values = np.where(lags < last, values, 0.0)
    octaves = np.log2(grid_bpm / 110.0)
    stacked = np.concatenate(
        [values.transpose(1, 0, 2).reshape(len(beat), -1), octaves[:, None], octaves[:, None] ** 2], 1
    )
    features: Array = stacked.astype(np.float32)
    return features


def softmax(scores: Array) -> Array:
    """Return probabilities, shape (G,)."""
    exponent = np.exp(scores - scores.max())
    probabilities: Array = exponent / exponent.sum()
    return probabilities


def _expectation(settings: ListenSettings) -> Array:
    """Return what the settings add to the scores, shape (G,)."""
    outside = np.clip(GRID_BPM, settings.low_bpm, settings.high_bpm) != GRID_BPM
    scores = np.where(outside, -30.0, 0.0)
    if settings.tempo_centre_bpm is not None:
        octaves = np.log2(GRID_BPM / settings.tempo_centre_bpm) / settings.tempo_spread_octaves
        scores = scores - 0.5 * np.square(octaves)
    return np.asarray(scores)


def _mass(distribution: Array, bpm: float) -> float:
    return float(distribution[np.abs(np.log(GRID_BPM / bpm)) <= np.log(1 + SAME)].sum())


def _sharpen(bpm: float, correlation: Array) -> float:
    """Return the tempo whose first eight beats repeat best within 2 % of it."""
    near = bpm * np.linspace(0.98, 1.02, 41)
    lags = 60.0 * FRAME_RATE / near[:, None] * np.arange(1, 9)
    last = correlation.shape[1] - 1
    inside = lags < last
    values = np.interp(np.minimum(lags, last), np.arange(last + 1), correlation[5])
    score = np.sum(np.where(inside, values, 0.0), axis=1) / np.maximum(1, inside.sum(axis=1))
    score -= 0.05 * np.square(np.linspace(-1, 1, 41))
    return float(near[int(score.argmax())])
